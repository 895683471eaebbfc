import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HookContext } from 'n8n-core';
import type { IDataObject, INode, IWebhookData } from 'n8n-workflow';
import nock from 'nock';
import { knowsSecret } from '../../nodes/TalkoverTrigger/registration';
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { BASE_URL, hostOf } from './engine';
import { mockWire } from './talkover';

mockWire();

const ADDRESS = 'https://n8n.test/webhook/hook-1/webhook';
const { create, delete: remove } = new TalkoverTrigger().webhookMethods.default;

const trigger = (parameters: IDataObject = {}): INode => ({
	id: '1',
	name: 'Talkover Trigger',
	type: 'n8n-nodes-talkover.talkoverTrigger',
	typeVersion: 1,
	position: [0, 0],
	webhookId: 'hook-1',
	parameters: { agentId: { __rl: true, mode: 'id', value: 'agent-1' }, ...parameters } as never,
	credentials: { talkoverApi: { id: '1', name: 'Talkover account' } },
});

/** What n8n hands to a trigger; the static data is of the one n8n process that does it. */
function hook(parameters?: IDataObject, staticData: IDataObject = {}) {
	const { workflow, additionalData } = hostOf({ nodes: [trigger(parameters)], connections: {} });
	workflow.setTestStaticData({ 'node:Talkover Trigger': staticData });
	const webhookData = { isTest: false } as unknown as IWebhookData;
	const [node] = Object.values(workflow.nodes);
	return new HookContext(workflow, node, additionalData, 'trigger', 'activate', webhookData);
}

interface Registered {
	id: string;
	webhook_url: string;
	custom_headers: Array<{ key: string; value: string }>;
}

interface Fault {
	status: number;
	body: object;
}

/** The webhooks of each agent. */
let registered: Record<string, Registered[]>;
/** Every secret that was ever sent. */
let secrets: string[];
/** What becomes of a request in place of an answer, or is waited for before the answer comes back. */
let intervene: (method: string, owner: string) => Fault | undefined | Promise<void>;
let count = 0;

const HOOKS = /\/agents\/[^/]+\/webhooks/;
const ownerIn = (uri: string) => uri.split('/')[4];

beforeEach(() => {
	registered = { 'agent-1': [], 'agent-2': [] };
	secrets = [];
	intervene = () => undefined;
	const answer = async (method: string, uri: string, act: () => [number, object]) => {
		const intervention = intervene(method, ownerIn(uri));
		if (intervention && 'status' in intervention) return [intervention.status, intervention.body];
		const done = act();
		await intervention;
		return done;
	};
	nock(BASE_URL)
		.persist()
		.get(HOOKS)
		.reply(
			async (uri) =>
				(await answer('GET', uri, () => [
					200,
					{ success: true, data: { webhooks: registered[ownerIn(uri)], available_events: {} } },
				])) as never,
		)
		.post(HOOKS)
		.reply(async (uri, body) => {
			const webhook = { ...(body as object), id: `w${++count}` } as Registered;
			secrets.push(...webhook.custom_headers.map(({ value }) => value));
			return (await answer('POST', uri, () => {
				registered[ownerIn(uri)].push(webhook);
				return [200, { success: true, data: { id: webhook.id } }];
			})) as never;
		})
		.delete(HOOKS)
		.reply(
			async (uri) =>
				(await answer('DELETE', uri, () => {
					const id = uri.split('/')[6];
					const owner = ownerIn(uri);
					registered[owner] = registered[owner].filter((webhook) => webhook.id !== id);
					return [200, { success: true }];
				})) as never,
		);
});
afterEach(() => nock.cleanAll());

describe('the webhook that somebody has given another address in the dashboard', () => {
	test('is put right on the next activation', async () => {
		const kept = {};
		await create.call(hook({}, kept));
		registered['agent-1'][0].webhook_url = 'https://example.com/elsewhere';
		await create.call(hook({}, kept));
		expect(registered['agent-1'].map(({ webhook_url: url }) => url)).toEqual([ADDRESS]);
	});

	test('is deleted on deactivation', async () => {
		const kept = {};
		await create.call(hook({}, kept));
		registered['agent-1'][0].webhook_url = 'https://example.com/elsewhere';
		await remove.call(hook({}, kept));
		expect(registered['agent-1']).toEqual([]);
	});
});

test('a former agent that the token may no longer see does not stop the activation for ever', async () => {
	const kept = {};
	await create.call(hook({}, kept));
	intervene = (_, owner) =>
		owner === 'agent-1' ? { status: 403, body: { message: 'Forbidden' } } : undefined;
	const other = { agentId: { __rl: true, mode: 'id', value: 'agent-2' } };
	await expect(create.call(hook(other, kept))).resolves.toBe(true);
});

/** What n8n logs, saves and shows of an error. */
const allOf = (error: unknown) => `${(error as Error).stack} ${JSON.stringify(error)}`;

describe('the secret is in no error', () => {
	test.each([
		['Talkover says it in a message', 422, (body: string) => ({ message: `Invalid: ${body}` })],
		[
			'Talkover says it of a field',
			422,
			(body: string) => ({ message: 'Nein', errors: { custom_headers: [`${body} is taken`] } }),
		],
		['nobody knows whether it is registered', 500, (body: string) => ({ message: body })],
	])('when %s', async (_, status, say) => {
		nock.cleanAll();
		nock(BASE_URL)
			.persist()
			.get(HOOKS)
			.reply(200, { success: true, data: { webhooks: [], available_events: {} } })
			.post(HOOKS)
			.reply((_uri, body) => {
				const [{ value }] = (body as Registered & object).custom_headers;
				secrets.push(value);
				return [status, say(value)];
			});
		const error = await create.call(hook()).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(Error);
		expect(secrets).toHaveLength(1);
		expect(allOf(error)).not.toContain(secrets[0]);
	});

	test('when the connection breaks', async () => {
		nock.cleanAll();
		nock(BASE_URL)
			.persist()
			.get(HOOKS)
			.reply(200, { success: true, data: { webhooks: [], available_events: {} } });
		nock(BASE_URL)
			.post(HOOKS, (body: Registered) => {
				secrets.push(...body.custom_headers.map(({ value }) => value));
				return true;
			})
			.replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
		const error = await create.call(hook()).catch((thrown: unknown) => thrown);
		expect(secrets.length).toBeGreaterThan(0);
		expect(allOf(error)).not.toContain(secrets[0]);
	});
});

describe('deactivating removes what was registered at the agent that is kept', () => {
	const at = (id: string) => ({ agentId: { __rl: true, mode: 'id', value: id } });

	test('when the field gives no agent any more, as an expression may', async () => {
		const kept = {};
		await create.call(hook({}, kept));
		await remove.call(hook(at(''), kept));
		expect(registered['agent-1']).toEqual([]);
	});

	test('when the agent that the field gives now cannot be asked', async () => {
		const kept = {};
		await create.call(hook({}, kept));
		intervene = (_, owner) =>
			owner === 'agent-2' ? { status: 403, body: { message: 'Forbidden' } } : undefined;
		await remove.call(hook(at('agent-2'), kept));
		expect(registered['agent-1']).toEqual([]);
	});
});

test('an activation that fails after registering leaves the webhook working that n8n knows', async () => {
	const kept = {};
	await create.call(hook({}, kept));
	const [{ custom_headers: before }] = registered['agent-1'];
	intervene = (method) =>
		method === 'DELETE' ? { status: 403, body: { message: 'Forbidden' } } : undefined;
	const again = structuredClone(kept);
	const outcome = await create.call(hook({}, again)).catch((error: Error) => error);
	// n8n saves the static data only of an activation that did not fail.
	const saved = outcome instanceof Error ? kept : again;
	const known = registered['agent-1'].filter(({ custom_headers: [{ value }] }) =>
		knowsSecret(saved, value),
	);
	expect(before).toHaveLength(1);
	expect(known).toHaveLength(1);
	expect(registered['agent-1'].length - known.length).toBeLessThanOrEqual(1);
});

test('an expression may give a single event', async () => {
	await expect(create.call(hook({ events: 'event_recording' }))).resolves.toBe(true);
});
