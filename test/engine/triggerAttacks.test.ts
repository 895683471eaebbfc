import { describe, expect, test } from '@jest/globals';
import { startReceiver } from '../simulator/receiver';
import type { Reply } from '../simulator/receiver';
import { SECRET_HEADER } from '../../nodes/TalkoverTrigger/secret';
import { ADDRESS, agent, Stage } from './trigger';

const stage = new Stage();

const forbid = (path: RegExp, method?: string) =>
	stage.talkover.script({
		when: { path, method },
		times: Infinity,
		answer: { status: 403, body: { message: 'Forbidden' } },
	});

test('the webhook that somebody has given another address in the dashboard is deleted on deactivation', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	const [{ id }] = stage.talkover.webhooks;
	stage.talkover.editWebhook(id, { webhook_url: 'https://example.com/elsewhere' });
	await stage.deactivate({}, { staticData });
	expect(stage.addresses).toEqual([]);
});

test('a former agent that the token may no longer see does not stop the activation for ever', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	forbid(/agent-1/);
	await expect(stage.activate(agent('agent-2'), { staticData })).resolves.toBe(true);
	// What is left at the former agent lets nothing in.
	const [left, current] = stage.talkover.webhooks.map(
		({ custom_headers: headers }) => headers?.[0].value,
	);
	expect(await stage.receive({ [SECRET_HEADER]: left }, { staticData })).toBe(401);
	expect(await stage.receive({ [SECRET_HEADER]: current }, { staticData })).toBe(200);
});

/** What n8n logs, saves and shows of an error. */
const allOf = (error: unknown) => `${(error as Error).stack} ${JSON.stringify(error)}`;

const json = (status: number, body: object): Reply => ({
	status,
	headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify(body),
});

describe('the secret is in no error', () => {
	test.each<[string, (secret: string) => Reply]>([
		['Talkover says it in a message', (secret) => json(422, { message: `Invalid: ${secret}` })],
		[
			'Talkover says it of a field',
			(secret) => json(422, { errors: { custom_headers: [`${secret} is taken`] } }),
		],
		['nobody knows whether it is registered', (secret) => json(500, { message: secret })],
		['what answers is a web page', (secret) => ({ status: 403, body: `<p>${secret}</p>` })],
		['the connection breaks', (secret) => ({ body: secret, then: 'break' })],
	])('when %s', async (_, reply) => {
		const secrets: string[] = [];
		const talkover = await startReceiver(({ method, body }) => {
			if (method === 'GET') return json(200, { success: true, data: { webhooks: [] } });
			const [{ value }] = JSON.parse(body).custom_headers;
			secrets.push(value);
			return reply(value);
		});
		const { origin: baseUrl } = new URL(talkover.url);
		const error = await stage.activate({}, { baseUrl }).catch((thrown: unknown) => thrown);
		await talkover.stop();
		expect(error).toBeInstanceOf(Error);
		expect(secrets).toHaveLength(1);
		for (const part of secrets[0].split('.').slice(1)) expect(allOf(error)).not.toContain(part);
	});
});

describe('deactivating removes what was registered at the agent that is kept', () => {
	test('when the field gives no agent any more, as an expression may', async () => {
		const staticData = {};
		await stage.activate({}, { staticData });
		await stage.deactivate(agent(''), { staticData });
		expect(stage.addresses).toEqual([]);
	});

	test('when the agent that the field gives now cannot be asked', async () => {
		const staticData = {};
		await stage.activate({}, { staticData });
		forbid(/agent-2/);
		await stage.deactivate(agent('agent-2'), { staticData });
		expect(stage.addresses).toEqual([]);
	});
});

test('an activation that fails leaves the webhook working that n8n knows', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	forbid(/webhooks/, 'PUT');
	forbid(/webhooks/, 'DELETE');
	// n8n saves the static data only of an activation that did not fail.
	const unsaved = structuredClone(staticData);
	await expect(stage.activate({}, { staticData: unsaved })).rejects.toThrow('the token');
	expect(stage.addresses).toEqual([ADDRESS]);
	expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
});

test('a change that Talkover made, and of which the answer was lost, leaves the webhook working', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	const { secret: former } = stage;
	const refusal = { afterApi: true, status: 403, body: { message: 'Forbidden' } };
	stage.talkover.script({ when: { method: 'PUT' }, answer: refusal });
	forbid(/webhooks/, 'DELETE');
	const unsaved = structuredClone(staticData);
	await expect(stage.activate({}, { staticData: unsaved })).rejects.toThrow('the token');
	expect(stage.secret).not.toBe(former);
	expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
});
