import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HookContext } from 'n8n-core';
import type { IDataObject, INode, IWebhookData, WorkflowActivateMode } from 'n8n-workflow';
import nock from 'nock';
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { knowsSecret, SECRET_HEADER } from '../../nodes/TalkoverTrigger/registration';
import { BASE_URL, hostOf, TOKEN } from './engine';
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

/** What n8n hands to a trigger that it activates or deactivates, of n8n-core. */
function hook(
	parameters?: IDataObject,
	{
		staticData = {},
		isTest = false,
		activation = 'activate' as WorkflowActivateMode,
		workflowId = 'test',
	} = {},
) {
	const { workflow, additionalData } = hostOf({ nodes: [trigger(parameters)], connections: {} });
	workflow.id = workflowId;
	workflow.setTestStaticData({ 'node:Talkover Trigger': staticData });
	const webhookData = { isTest } as unknown as IWebhookData;
	const [node] = Object.values(workflow.nodes);
	return new HookContext(workflow, node, additionalData, 'trigger', activation, webhookData);
}

interface Registered {
	id: string;
	webhook_url: string;
	custom_headers?: Array<{ key: string; value: string }>;
	[setting: string]: unknown;
}

/** The webhooks of each agent and campaign. */
let registered: Record<string, Registered[]>;
let count = 0;

/** Talkover, as far as webhooks go; `fail` says what becomes of a request instead. */
function mockTalkover(
	fail: (method: string, path: string) => number | undefined = () => undefined,
) {
	const answer = (method: string, uri: string, act: (path: string) => [number, object]) => {
		const path = uri.replace('/api/v1/', '');
		const status = fail(method, path);
		return status ? [status, { success: false, message: 'Nein' }] : act(path);
	};
	const gone: [number, object] = [404, { success: false, message: 'Webhook not found.' }];
	const hooks = /\/(agents|campaigns)\/[^/]+\/webhooks/;
	nock(BASE_URL)
		.persist()
		.get(hooks)
		.reply(
			(uri) =>
				answer('GET', uri, (path) => {
					const webhooks = registered[path.replace('/webhooks', '')];
					if (!webhooks) return [404, { success: false, message: 'Agent not found' }];
					return [200, { success: true, data: { webhooks, available_events: {} } }];
				}) as never,
		);
	nock(BASE_URL)
		.persist()
		.post(hooks)
		.reply(
			(uri, body) =>
				answer('POST', uri, (path) => {
					const webhook = { ...(body as object), id: `w${++count}` } as Registered;
					registered[path.replace('/webhooks', '')].push(webhook);
					return [200, { success: true, data: { id: webhook.id } }];
				}) as never,
		);
	nock(BASE_URL)
		.persist()
		.delete(hooks)
		.reply(
			(uri) =>
				answer('DELETE', uri, (path) => {
					const [kind, owner, , id] = path.split('/');
					const all = registered[`${kind}/${owner}`] ?? [];
					const rest = all.filter((webhook) => webhook.id !== id);
					if (rest.length === all.length) return gone;
					registered[`${kind}/${owner}`] = rest;
					return [200, { success: true }];
				}) as never,
		);
}

/** What was kept by an activation. */
const keptAt = (): IDataObject => ({
	workflowId: 'test',
	owner: { kind: 'agents', id: 'agent-1' },
	url: ADDRESS,
});

const stranger = { id: 'stranger', webhook_url: 'https://example.com/hook' };
const old = (url = ADDRESS) => ({ id: 'old', webhook_url: url });

beforeEach(() => {
	registered = { 'agents/agent-1': [stranger], 'agents/agent-2': [], 'campaigns/c-1': [] };
});
afterEach(() => expect(registered['agents/agent-1']).toContain(stranger));

const ours = (owner = 'agents/agent-1') =>
	registered[owner].filter((webhook) => webhook !== stranger);

describe('activating', () => {
	test('registers the address, keeps what it takes to recognise the secret, and not the secret', async () => {
		mockTalkover();
		const staticData: IDataObject = {};
		await create.call(hook({ events: ['event_recording'] }, { staticData }));
		const [webhook] = ours();
		expect(webhook).toMatchObject({
			name: 'n8n: Test',
			webhook_url: ADDRESS,
			events: ['event_recording'],
			http_method: 'POST',
			enabled: true,
			timeout: 120,
		});
		const [{ key, value }] = webhook.custom_headers ?? [];
		expect(key).toBe(SECRET_HEADER);
		expect(value).toMatch(/^[0-9a-f]{64}$/);
		expect(JSON.stringify(staticData)).not.toContain(value);
		expect(knowsSecret(staticData, value)).toBe(true);
		for (const wrong of [`${value}0`, value.slice(1), '', undefined, [value]]) {
			expect(knowsSecret(staticData, wrong)).toBe(false);
		}
		expect(knowsSecret({}, value)).toBe(false);
		expect(knowsSecret({}, '')).toBe(false);
	});

	test('each node with a secret of its own, and always with the same: n8n may write back what was kept before', async () => {
		mockTalkover();
		const staticData: IDataObject = {};
		await create.call(hook({}, { staticData }));
		const [{ custom_headers: first }] = ours();
		const before = structuredClone(staticData);
		await remove.call(hook({}, { staticData }));
		await create.call(hook({}, { staticData }));
		expect(ours()[0].custom_headers).toEqual(first);
		expect(knowsSecret(before, ours()[0].custom_headers?.[0].value)).toBe(true);
		await create.call(hook());
		expect(ours()).toHaveLength(1);
		expect(ours()[0].custom_headers).not.toEqual(first);
	});

	test('what a copy brings of its original is neither used nor removed', async () => {
		mockTalkover();
		const staticData: IDataObject = {};
		await create.call(hook({}, { staticData }));
		const copied = { ...staticData, workflowId: 'original' };
		expect(await remove.call(hook({}, { staticData: copied, isTest: true }))).toBe(true);
		expect(ours()).toHaveLength(1);
		expect(copied).toEqual({});
	});

	test('a test listen has an address of its own, and leaves the other alone', async () => {
		mockTalkover();
		await create.call(hook());
		await create.call(hook({}, { isTest: true }));
		expect(ours().map(({ webhook_url: url }) => url)).toEqual([
			ADDRESS,
			ADDRESS.replace('/webhook/', '/webhook-test/'),
		]);
	});

	test.each([
		['the same address', old(), {}],
		[
			"n8n's former address",
			old('https://former.test/webhook/hook-1/webhook'),
			{
				owner: { kind: 'agents', id: 'agent-1' },
				url: 'https://former.test/webhook/hook-1/webhook',
			},
		],
	])('removes what is left at %s', async (_, left, staticData) => {
		mockTalkover();
		registered['agents/agent-1'].push(left);
		await create.call(hook({}, { staticData }));
		expect(ours().map(({ webhook_url: url }) => url)).toEqual([ADDRESS]);
		expect(ours()).not.toContain(left);
	});

	test('removes what is left at another agent', async () => {
		mockTalkover();
		registered['agents/agent-2'].push(old());
		const staticData = { owner: { kind: 'agents', id: 'agent-2' }, url: ADDRESS, salt: 'former' };
		await create.call(hook({}, { staticData }));
		expect(staticData.salt).not.toBe('former');
		expect(ours('agents/agent-2')).toEqual([]);
		expect(ours()).toHaveLength(1);
	});

	test('removes before it registers, so that no event comes twice', async () => {
		const order: string[] = [];
		mockTalkover((method) => void order.push(method));
		registered['agents/agent-1'].push(old());
		await create.call(hook());
		expect(order).toEqual(['GET', 'DELETE', 'POST']);
	});

	test('of a campaign', async () => {
		mockTalkover();
		await create.call(
			hook({
				source: 'campaign',
				campaignId: { __rl: true, mode: 'id', value: 'c-1' },
				campaignEvents: ['campaign.started'],
			}),
		);
		expect(ours('campaigns/c-1')).toEqual([
			expect.objectContaining({ events: ['campaign.started'], include_call_events: false }),
		]);
	});

	test.each([
		[{ events: [] }, 'No event is chosen'],
		[{ agentId: { __rl: true, mode: 'id', value: '' } }, 'No agent is chosen'],
		[
			{ agentId: { __rl: true, mode: 'id', value: 'nobody' } },
			'No agent with the ID "nobody" in this Talkover environment. Choose it from the list',
		],
	])('stops for %j', async (parameters, words) => {
		mockTalkover();
		await expect(create.call(hook(parameters))).rejects.toThrow(words);
	});

	test('stops when nobody knows whether it is registered, and sends nothing again', async () => {
		let posts = 0;
		mockTalkover((method) => (method === 'POST' ? ((posts += 1), 502) : undefined));
		await expect(create.call(hook())).rejects.toThrow('The webhook may have been registered');
		expect(posts).toBe(1);
	});
});

describe('deactivating', () => {
	test('removes all at the address, and forgets the secret', async () => {
		mockTalkover();
		const staticData: IDataObject = {};
		await create.call(hook({}, { staticData }));
		registered['agents/agent-1'].push(old());
		expect(await remove.call(hook({}, { staticData }))).toBe(true);
		expect(ours()).toEqual([]);
		expect(staticData).toEqual({ salt: expect.any(String) });
	});

	test('leaves alone what another workflow has registered at the same address', async () => {
		mockTalkover();
		const there = old(ADDRESS.replace('/webhook/', '/webhook-test/'));
		registered['agents/agent-1'].push(there);
		// As for a copy, of which nothing was begun here.
		const copy = hook({}, { isTest: true, workflowId: 'copy' });
		expect(await remove.call(copy)).toBe(true);
		expect(ours()).toEqual([there]);
	});

	test.each([
		['the webhook is gone', [], () => undefined],
		['it goes just now', [old()], (method: string) => (method === 'DELETE' ? 404 : undefined)],
		['the agent is gone', [], (method: string) => (method === 'GET' ? 404 : undefined)],
	])('is done when %s', async (_, left, fail) => {
		mockTalkover(fail);
		registered['agents/agent-1'].push(...left);
		expect(await remove.call(hook({}, { staticData: keptAt() }))).toBe(true);
	});

	test('says so, and does not stop n8n, when Talkover cannot be asked', async () => {
		mockTalkover((method) => (method === 'GET' ? 403 : undefined));
		const context = hook({}, { staticData: keptAt() });
		const warnings: string[] = [];
		context.logger.warn = (message) => void warnings.push(message);
		expect(await remove.call(context)).toBe(false);
		expect(warnings).toEqual([
			expect.stringMatching(
				/^A webhook of "Test" may be left in Talkover: Talkover does not allow/,
			),
		]);
		expect(warnings[0]).not.toContain(TOKEN);
	});
});
