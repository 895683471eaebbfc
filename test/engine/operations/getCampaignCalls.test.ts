import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { BASE_URL } from '../../helpers/engine';
import type { RunOptions } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const call = (id: string, to: string, status: string, retries = 0) => ({
	id,
	to,
	status,
	retries,
	created_at: '2026-01-05T10:00:00Z',
});

const CALLS = [
	call('c-1', phoneOf(1), 'completed', 1),
	call('c-2', '+1 (555) 100-0002', 'queued'),
	call('c-3', phoneOf(1), 'no_answer'),
	call('c-4', phoneOf(3), 'in-progress'),
];

const onGet = (data: IDataObject = {}) =>
	nock(BASE_URL)
		.get('/campaigns/campaign-1')
		.reply(200, {
			success: true,
			data: { id: 'campaign-1', calls: CALLS, stats: { total_calls: 4 }, ...data },
		});

const getCalls = async (
	filters: IDataObject = {},
	parameters: IDataObject = { returnAll: true },
	options?: OperationOptions & RunOptions,
) =>
	await runOperation('campaign.getCalls', { parameters: { ...parameters, filters }, ...options });

test('gives one item for each call of the campaign, linked to its item', async () => {
	onGet();
	const run = await getCalls();
	expect(run.items('Talkover')).toEqual(CALLS.map((json) => ({ json, pairedItem: { item: 0 } })));
	expect(run.json('Result')[0]).toEqual({ value: 'Ana: c-1' });
});

test.each<[IDataObject, string]>([
	[{ phone: phoneOf(1) }, 'c-1 c-3'],
	[{ phone: '001 555 100-0002' }, 'c-2'],
	[{ status: 'no-answer' }, 'c-3'],
	[{ status: 'answered' }, 'c-4'],
	[{ status: '' }, 'c-1 c-2 c-3 c-4'],
	[{ phone: phoneOf(1), status: 'completed' }, 'c-1'],
	[{ phone: phoneOf(9) }, ''],
])('the filters %j find: %s', async (filters, ids) => {
	onGet();
	const run = await getCalls(filters);
	expect(
		run
			.json('Talkover')
			.map(({ id }) => id)
			.join(' '),
	).toBe(ids);
});

test('Limit gives the first calls', async () => {
	onGet();
	expect((await getCalls({}, { limit: 2 })).json('Talkover')).toEqual(CALLS.slice(0, 2));
});

test('items with the same campaign send one request', async () => {
	onGet();
	const items = [1, 2].map((index) => ({ json: { phone: phoneOf(index) } }));
	const run = await getCalls({ phone: '={{ $json.phone }}' }, undefined, { items });
	expect(run.json('Talkover').map(({ id }) => id)).toEqual(['c-1', 'c-3', 'c-2']);
});

test.each<[IDataObject, string]>([
	[{ phone: '' }, 'The phone number is empty'],
	[{ status: 'canceled' }, '\'Status\' cannot be "canceled"'],
])('the filter %j is an error before any request', async (filters, message) => {
	expect((await getCalls(filters)).error?.message).toContain(message);
});

describe('a list that is cut', () => {
	const cut = { stats: { total_calls: 1200 } };
	const LIST = 'Talkover lists only 4 of the 1200 calls of the campaign "campaign-1"';

	test.each<[string, IDataObject, IDataObject, IDataObject, string, string]>([
		['all calls', cut, {}, { returnAll: true }, LIST, "set 'Limit' to at most 4."],
		['more calls than it has', cut, {}, { limit: 5 }, LIST, "set 'Limit' to at most 4."],
		['a number', cut, { phone: phoneOf(1) }, { limit: 50 }, LIST, "set 'Limit' to at most 2."],
		['a number that it lacks', cut, { phone: phoneOf(9) }, {}, LIST, 'None of those matches'],
		['calls without a total', { stats: {} }, {}, {}, 'only 4 of an unknown number of calls', ''],
		['calls without statistics', { stats: null }, {}, {}, 'only 4 of an unknown number', ''],
	])(
		'is an error when it is asked for %s',
		async (_, data, filters, parameters, message, advice) => {
			onGet(data);
			const { error } = await getCalls(filters, parameters);
			expect(error?.message).toContain(message);
			expect(error).toMatchObject({ description: expect.stringContaining(advice) });
		},
	);

	test.each<[IDataObject, number]>([
		[{}, 4],
		[{ phone: phoneOf(1) }, 2],
	])('gives as many calls as Limit says, with the filters %j', async (filters, limit) => {
		onGet(cut);
		expect((await getCalls(filters, { limit })).json('Talkover')).toHaveLength(limit);
	});
});

describe('a call whose number cannot be read', () => {
	test.each([[null], [''], ['+1 555 *** 0009'], ['unknown']])(
		'such as %j may be to the number that is looked for: an error, unless Limit is reached',
		async (to) => {
			const calls = [...CALLS, { ...CALLS[0], id: 'c-9', to }];
			const data = { calls, stats: { total_calls: 5 } };
			for (const phone of [phoneOf(1), phoneOf(9)]) {
				onGet(data);
				const { error } = await getCalls({ phone });
				expect(error?.message).toBe(
					'The call "c-9" of the campaign "campaign-1" has no readable number',
				);
			}
			onGet(data);
			expect((await getCalls({ phone: phoneOf(1) }, { limit: 2 })).json('Talkover')).toHaveLength(
				2,
			);
			onGet(data);
			expect((await getCalls()).json('Talkover')).toHaveLength(5);
		},
	);

	test('does not count if it has another status than the one that is looked for', async () => {
		onGet({ calls: [...CALLS, { ...CALLS[0], id: 'c-9', to: null }], stats: { total_calls: 5 } });
		expect((await getCalls({ phone: phoneOf(9), status: 'queued' })).json('Talkover')).toEqual([]);
	});
});

test.each<[number, ReplyBody, string]>([
	[404, { success: false, message: 'Campaign not found' }, 'No campaign with the ID "campaign-1"'],
	[200, '<html>', 'not the Talkover API'],
	[200, { success: true }, 'does not understand'],
	[200, { success: true, data: { id: 'campaign-1' } }, 'does not list the calls of the campaign'],
	[200, { success: true, data: { id: 'campaign-1', calls: ['c-1'] } }, 'does not list the calls'],
])('%i %j is an error', async (status, body, words) => {
	nock(BASE_URL).get('/campaigns/campaign-1').reply(status, body);
	expect((await getCalls()).error?.message).toContain(words);
});

test('as an AI tool, says that there are none', async () => {
	onGet();
	const type = 'n8n-nodes-talkover.talkoverTool';
	const run = await getCalls({ phone: phoneOf(9) }, undefined, { type });
	expect(run.json('Talkover')).toEqual([
		{ count: 0, message: 'The campaign has no calls that match the filters.' },
	]);
});
