import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { startReceiver } from '../../../dev/simulator/receiver';
import type { Reply } from '../../../dev/simulator/receiver';
import { SECRET_HEADER } from '../../../nodes/TalkoverTrigger/secret';
import { agent, Stage } from '../../helpers/triggerStage';

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
	const [left, current] = stage.secrets;
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
		[
			'Talkover says its beginning',
			(secret) => json(422, { message: `Too long: ${secret.slice(0, 100)}…` }),
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
	expect(stage.addresses).toEqual([stage.address()]);
	expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
});

test('a new secret that Talkover took, and of which the answer was lost, leaves the webhook working', async () => {
	const staticData: IDataObject = {};
	await stage.activate({}, { staticData });
	const { secret: former } = stage;
	await stage.startAgain();
	const refusal = { afterApi: true, status: 403, body: { message: 'Forbidden' } };
	stage.talkover.script({ when: { method: 'PUT' }, answer: refusal });
	forbid(/webhooks/, 'DELETE');
	await expect(stage.activate()).rejects.toThrow('the token');
	expect(stage.secret).not.toBe(former);
	expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
});

test('the webhook stays when n8n 1.x starts without Talkover: it has it deleted then, and tries again', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	stage.talkover.script({
		when: { method: 'GET' },
		answer: { status: 403, body: { message: 'Forbidden' } },
	});
	const starting = { staticData, activationMode: 'init' as const };
	await expect(stage.activate({}, starting)).rejects.toThrow('the token');
	await stage.deactivate({}, starting);
	expect(stage.addresses).toEqual([stage.address()]);
	// This time somebody means it.
	await stage.deactivate({}, { staticData });
	expect(stage.addresses).toEqual([]);
});

test('a start without Talkover, after which n8n has nothing deleted, does not keep a later deactivation from it', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	stage.talkover.script({
		when: { method: 'GET' },
		answer: { status: 403, body: { message: 'Forbidden' } },
	});
	const starting = { staticData, activationMode: 'init' as const };
	await expect(stage.activate({}, starting)).rejects.toThrow('the token');
	await stage.activate({}, starting);
	await stage.deactivate({}, { staticData });
	expect(stage.addresses).toEqual([]);
});

describe('at once', () => {
	const slowly = { answer: { afterApi: true, delayMs: 200 }, when: { method: 'GET' } };

	test('two activations leave one webhook', async () => {
		const staticData = {};
		stage.talkover.script({ ...slowly, times: 2 });
		await Promise.all([1, 2].map(async () => await stage.activate({}, { staticData })));
		expect(stage.addresses).toEqual([stage.address()]);
		expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
	});

	test('an activation and a deactivation leave nothing', async () => {
		stage.talkover.script(slowly);
		const activation = stage.activate();
		await stage.deactivate();
		await activation;
		expect(stage.addresses).toEqual([]);
	});

	test('an activation that fails does not keep the next from its turn', async () => {
		forbid(/webhooks/);
		const activation = stage.activate();
		const next = stage.deactivate();
		await expect(activation).rejects.toThrow('the token');
		expect(await next).toBe(false);
	});
});

test('triggers that exchange their names leave each other alone', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	// By the name, the other one finds what the first has kept.
	const other = { staticData: structuredClone(staticData), webhookId: 'hook-2' };
	await stage.activate({}, other);
	expect(stage.addresses).toEqual([stage.address(), stage.address({ webhookId: 'hook-2' })]);
	const [, secret] = stage.secrets;
	const [first] = stage.secrets;
	const swapped = { staticData: structuredClone(other.staticData) };
	expect(await stage.receive({ [SECRET_HEADER]: first }, swapped)).toBe(200);
	expect(await stage.receive({ [SECRET_HEADER]: secret }, { ...other, staticData })).toBe(200);
});

describe('a node without a webhook id, as of a workflow that was made by the API of n8n', () => {
	const setting = { webhookId: undefined };

	test('is refused where n8n would find no workflow for its events', async () => {
		await expect(stage.activate({}, setting)).rejects.toThrow(
			'n8n has given this trigger no ID, and would find no workflow for its events. Give it a name',
		);
		expect(stage.methods).toEqual([]);
	});

	test('is told from another one of the same workflow', async () => {
		const [one, two] = ['One', 'Two'].map((nodeName) => ({ ...setting, nodeName, staticData: {} }));
		await stage.activate({}, one);
		await stage.activate({}, two);
		const [first, second] = stage.secrets;
		expect(await stage.receive({ [SECRET_HEADER]: first }, one)).toBe(200);
		expect(await stage.receive({ [SECRET_HEADER]: second }, two)).toBe(200);
		expect(await stage.receive({ [SECRET_HEADER]: second }, one)).toBe(401);
	});

	test('works with a name that n8n finds', async () => {
		await stage.activate({}, { ...setting, nodeName: 'Trigger' });
		expect(stage.addresses).toEqual([expect.stringContaining('/trigger/webhook?workflow=')]);
	});
});
