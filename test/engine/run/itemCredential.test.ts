import { afterEach, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { createdCall, lookupPath, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();
afterEach(() => expect(nock.pendingMocks()).toEqual([]));

/** Expects one lookup with a token, which finds a call of that token's environment. */
const onLookupWith = (token: string, phone: string, baseUrl = BASE_URL) =>
	nock(baseUrl, { reqheaders: { authorization: `Bearer ${token}` } })
		.get(lookupPath(phone))
		.reply(200, { success: true, data: [{ id: `call of ${token}`, to: phone }] });

const lookUp = async (
	people: IDataObject[],
	credential: ICredentialDataDecryptedObject,
	settings: IDataObject = {},
) => {
	const items = people.map((json) => ({ json }));
	return await runOperation('call.getActiveCall', {
		plainOutputs: true,
		...settings,
		items,
		credential,
	});
};

const byItem = { token: '={{ $json.token }}', baseUrl: BASE_URL };
const person = (index: number, more: IDataObject = {}) => ({
	name: `P${index}`,
	phone: phoneOf(index),
	...more,
});

describe('a credential with an expression', () => {
	test('gives each item its own token', async () => {
		const tokens = ['talq_a', 'talq_b', 'talq_a', 'talq_c'];
		for (const [index, token] of tokens.entries()) onLookupWith(token, phoneOf(index));
		const people = tokens.map((token, index) => person(index, { token }));
		const run = await lookUp(people, byItem);
		expect(run.json('Talkover').map(({ id }) => id)).toEqual(
			tokens.map((token) => `call of ${token}`),
		);
	});

	test('shares a lookup only within one token', async () => {
		onLookupWith('talq_a', phoneOf(1));
		onLookupWith('talq_b', phoneOf(1));
		const people = ['talq_a', 'talq_b', 'talq_a'].map((token) => person(1, { token }));
		const run = await lookUp(people, byItem);
		expect(run.json('Talkover').map(({ id }) => id)).toEqual([
			'call of talq_a',
			'call of talq_b',
			'call of talq_a',
		]);
	});

	test('gives each item its own base URL', async () => {
		const hosts = ['https://one.example/api/v1', 'https://two.example/api/v1'];
		for (const host of hosts) onLookupWith('talq_a', phoneOf(1), host);
		const people = hosts.map((host) => person(1, { host }));
		const run = await lookUp(people, { token: 'talq_a', baseUrl: '={{ $json.host }}' });
		expect(run.json('Talkover')).toHaveLength(2);
	});

	test.each([
		['a fallback', '={{ $json.token ?? "talq_main" }}'],
		['a fallback and optional chaining', '={{ $json?.token ?? "talq_main" }}'],
		['text around it', '=talq_{{ $json.tenant ?? "main" }}'],
		['the input item', '={{ $input.item?.json?.token ?? "talq_main" }}'],
	])('with %s, an item uses its own token even if the first item has none', async (_, token) => {
		onLookupWith('talq_main', phoneOf(0));
		onLookupWith('talq_b', phoneOf(1));
		const people = [person(0), person(1, { token: 'talq_b', tenant: 'b' })];
		const run = await lookUp(people, { token, baseUrl: BASE_URL });
		expect(run.json('Talkover').map(({ id }) => id)).toEqual([
			'call of talq_main',
			'call of talq_b',
		]);
	});

	test('fails the item that has no token, and no other', async () => {
		onLookupWith('talq_b', phoneOf(1));
		const run = await lookUp([person(0), person(1, { token: 'talq_b' }), person(2)], byItem, {
			onError: 'continueErrorOutput',
		});
		expect(run.json('Talkover', 0)).toHaveLength(1);
		expect(run.json('Talkover', 2)).toEqual([
			{ ...person(0), error: expect.stringContaining('has no token') },
			{ ...person(2), error: expect.stringContaining('has no token') },
		]);
	});

	test('is read for the item of an AI tool', async () => {
		onLookupWith('talq_b', phoneOf(1));
		const run = await lookUp([person(1, { token: 'talq_b' })], byItem, {
			type: 'n8n-nodes-talkover.talkoverTool',
		});
		expect(run.json('Talkover').map(({ id }) => id)).toEqual(['call of talq_b']);
	});

	test('is an error for an AI tool that sees several items, since it cannot know which is meant', async () => {
		const people = ['talq_a', 'talq_b'].map((token) => person(1, { token }));
		const { error } = await lookUp(people, byItem, { type: 'n8n-nodes-talkover.talkoverTool' });
		expect(error?.message).toContain(
			'The Talkover credential depends on the item, and the AI agent has several',
		);
	});

	test('calls with the token of the item, and a 401 affects only items with that token', async () => {
		const dialled: string[] = [];
		for (const [token, status] of Object.entries({ talq_a: 401, talq_b: 200 })) {
			nock(BASE_URL, { reqheaders: { authorization: `Bearer ${token}` } })
				.get(lookupPath(phoneOf(1)))
				.reply(404, NO_CALL)
				.post('/agents/agent-1/call')
				.reply(() => {
					dialled.push(token);
					return [status, { success: true, data: createdCall(phoneOf(1)) }];
				});
		}
		const people = ['talq_a', 'talq_b', 'talq_b'].map((token) => person(1, { token }));
		const run = await runOperation('call.makeCall', {
			onError: 'continueErrorOutput',
			items: people.map((json) => ({ json })),
			credential: byItem,
		});
		expect(dialled).toEqual(['talq_a', 'talq_b']);
		expect(run.items('Talkover', 0).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
		expect(run.json('Talkover', 1)).toEqual([
			{ ...createdCall(phoneOf(1)), skip_reason: 'called_in_this_run' },
		]);
		expect(run.json('Talkover', 2)).toEqual([
			{ ...people[0], error: expect.stringContaining('does not accept the token') },
		]);
	});
});

test('a credential without an expression is read a few times for a whole list', async () => {
	const people = Array.from({ length: 200 }, (_, index) => person(index));
	for (const index of people.keys()) onLookupWith('talq_a', phoneOf(index));
	const run = await lookUp(people, { token: 'talq_a', baseUrl: BASE_URL });
	expect(run.json('Talkover')).toHaveLength(200);
	expect(run.credentialReadings).toBe(11);
});
