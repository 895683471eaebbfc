import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { SECRET_HEADER } from '../../../nodes/TalkoverTrigger/secret';
import { TOKEN } from '../../helpers/engine';
import { agent, Stage } from '../../helpers/triggerStage';

const stage = new Stage();

const forbid = (path: RegExp, method?: string) =>
	stage.talkover.script({
		when: { path, method },
		times: Infinity,
		answer: { status: 403, body: { message: 'Forbidden' } },
	});

const events = ['event_recording'];
const forCampaign = {
	source: 'campaign',
	campaignId: { __rl: true, mode: 'id', value: 'c-1' },
	campaignEvents: ['campaign.started'],
};

/** Creates a webhook in Talkover that is not in the trigger's state. @returns its ID */
async function createUnknown(url = stage.address(), agentId = 'agent-1'): Promise<string> {
	const path = `/agents/${agentId}/webhooks`;
	const response = await fetch(stage.talkover.baseUrl + path, {
		method: 'POST',
		headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ name: 'Unknown', webhook_url: url, events }),
	});
	stage.talkover.requests.pop();
	const { data } = (await response.json()) as { data: { id: string } };
	return data.id;
}

/** The state after an activation. Its webhook does not exist any more. */
const stateOf = (more: IDataObject = {}): IDataObject => ({
	owner: { kind: 'agents', id: 'agent-1' },
	url: stage.address(),
	...more,
});

describe('activating', () => {
	test('registers the address and a secret', async () => {
		await stage.activate({ events });
		expect(stage.talkover.webhooks).toMatchObject([
			{
				agent_id: 'agent-1',
				name: 'n8n: Test',
				webhook_url: stage.address(),
				events,
				http_method: 'POST',
				enabled: true,
				timeout: 120,
				max_retries: 10,
				custom_headers: [{ key: SECRET_HEADER, value: expect.stringMatching(/^[0-9a-f]{64}$/) }],
			},
		]);
	});

	test('registers another address for a test, and does not change the other webhook', async () => {
		await stage.activate();
		await stage.activate({}, { isTest: true });
		expect(stage.addresses).toEqual([stage.address(), stage.address({ isTest: true })]);
	});

	test('does not change other webhooks', async () => {
		await createUnknown('https://example.com/hook');
		await stage.activate();
		expect(stage.addresses).toEqual(['https://example.com/hook', stage.address()]);
	});

	test('updates in place what somebody has changed, so that Talkover still delivers its retries', async () => {
		const staticData = {};
		await stage.activate({ events }, { staticData });
		const [{ id }] = stage.talkover.webhooks;
		stage.talkover.editWebhook(id, {
			webhook_url: 'https://example.com/elsewhere',
			events: ['event_action'],
			enabled: false,
			http_method: 'PUT',
			timeout: 5,
			max_retries: 0,
			authorization_scheme: 'custom',
			custom_headers: [{ key: 'X-Other', value: 'other' }],
			payload_templates: { event_recording: {} },
		});
		await stage.activate({ events }, { staticData });
		expect(stage.talkover.webhooks).toMatchObject([
			{
				id,
				webhook_url: stage.address(),
				events,
				enabled: true,
				http_method: 'POST',
				timeout: 120,
				max_retries: 10,
				authorization_scheme: 'none',
				custom_headers: [{ key: SECRET_HEADER }],
				payload_templates: {},
			},
		]);
		expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
		expect(stage.methods).toEqual(['GET', 'POST', 'GET', 'PUT']);
	});

	test.each([404, 405])(
		'replaces a webhook of a campaign that Talkover does not change: HTTP %i',
		async (status) => {
			const staticData = {};
			await stage.activate(forCampaign, { staticData });
			stage.talkover.script({ when: { method: 'PUT' }, answer: { status, body: {} } });
			await stage.activate(forCampaign, { staticData });
			expect(stage.addresses).toEqual([stage.address()]);
			expect(stage.methods).toEqual(['GET', 'POST', 'GET', 'PUT', 'DELETE', 'POST']);
		},
	);

	test.each([400, 404, 405, 422])(
		'replaces a webhook that Talkover does not change: HTTP %i',
		async (status) => {
			const id = await createUnknown();
			stage.talkover.script({ when: { method: 'PUT' }, answer: { status, body: {} } });
			await stage.activate();
			expect(stage.addresses).toEqual([stage.address()]);
			expect(stage.talkover.webhooks[0].id).not.toBe(id);
			expect(stage.methods).toEqual(['GET', 'PUT', 'DELETE', 'POST']);
		},
	);

	test('keeps one of several webhooks, and deletes the others first, so that no event comes twice', async () => {
		for (let count = 0; count < 3; count++) await createUnknown();
		await stage.activate();
		expect(stage.addresses).toEqual([stage.address()]);
		expect(stage.methods).toEqual(['GET', 'DELETE', 'DELETE', 'PUT']);
	});

	test("does not delete the webhook for n8n's former address, which another n8n may use, and logs a warning", async () => {
		const staticData = {};
		await stage.activate({}, { staticData });
		const [former] = stage.addresses;
		const copies = ['activate', 'deactivate'].map(() => structuredClone(staticData));
		const warnings: string[] = [];
		const [activating, deactivating] = copies.map((copy) => {
			const context = stage.hook({}, { staticData: copy, origin: 'https://staging.test' });
			context.logger.warn = (message) => void warnings.push(message);
			return context;
		});
		await stage.remove(deactivating);
		expect(stage.addresses).toEqual([former]);
		await stage.create(activating);
		expect(stage.addresses).toEqual([former, former.replace('n8n.test', 'staging.test')]);
		const words = `The webhook of "Test" for ${former} is left in Talkover`;
		expect(warnings).toEqual([expect.stringContaining(words), expect.stringContaining(words)]);
	});

	test('deletes the webhook at the former agent', async () => {
		await createUnknown(stage.address(), 'agent-2');
		await stage.activate({}, { staticData: stateOf({ owner: { kind: 'agents', id: 'agent-2' } }) });
		expect(stage.talkover.webhooks).toMatchObject([{ agent_id: 'agent-1' }]);
	});

	test('does not change a webhook of another agent that has the same ID as the former webhook', async () => {
		const id = await createUnknown('https://example.com/hook');
		const staticData = stateOf({ owner: { kind: 'agents', id: 'agent-2' }, id });
		await stage.activate({}, { staticData });
		expect(stage.addresses).toEqual(['https://example.com/hook', stage.address()]);
	});

	test('updates the webhook of a campaign in place, too', async () => {
		const staticData = {};
		await stage.activate(forCampaign, { staticData });
		const [{ id }] = stage.talkover.webhooks;
		expect(stage.talkover.webhooks).toMatchObject([
			{ campaign_id: 'c-1', events: ['campaign.started'], include_call_events: false },
		]);
		stage.talkover.editWebhook(id, { enabled: false, max_retries: 0, custom_headers: [] });
		await stage.activate({ ...forCampaign, includeCallEvents: 'true' }, { staticData });
		expect(stage.talkover.webhooks).toMatchObject([
			{ id, campaign_id: 'c-1', include_call_events: true, enabled: true, max_retries: 10 },
		]);
		expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
		expect(stage.methods).toEqual(['GET', 'POST', 'GET', 'PUT']);
	});

	test.each([
		['a web page', '<h1>Welcome</h1>', 'This server is not the Talkover API'],
		['a denial', { success: false, message: 'Nein' }, 'Nein'],
	])('fails when the answer to a change is 200 with %s', async (_, body, words) => {
		await createUnknown();
		stage.talkover.script({ when: { method: 'PUT' }, answer: { body } });
		await expect(stage.activate()).rejects.toThrow(words);
	});

	test('accepts a single event from an expression', async () => {
		await stage.activate({ events: 'event_recording' });
		expect(stage.talkover.webhooks).toMatchObject([{ events }]);
	});

	test.each([
		[{ events: [] }, 'No event is chosen'],
		[agent(''), 'No agent is chosen'],
		[agent('nobody'), 'No agent with the ID "nobody" in this Talkover environment. Choose it from'],
		[
			{ ...forCampaign, includeCallEvents: 'perhaps' },
			'\'Include Call Events\' cannot be "perhaps"',
		],
	])('fails for %j', async (parameters, words) => {
		await expect(stage.activate(parameters)).rejects.toThrow(words);
		expect(stage.talkover.webhooks).toEqual([]);
	});

	test.each([
		['http://localhost:5678', 'http://localhost:5678 is reached only from its own machine'],
		['https://n8n', 'https://n8n is reached only from its own network'],
		['http://n8n.example.com', 'http://n8n.example.com does not begin with https://'],
	])('fails when Talkover cannot reach %s, also for a test', async (origin, reason) => {
		const baseUrl = 'https://talkover.invalid/api/v1';
		for (const isTest of [false, true]) {
			const activation = stage.activate({}, { origin, baseUrl, isTest });
			await expect(activation).rejects.toThrow(`Talkover cannot reach n8n: ${reason}`);
			await expect(activation).rejects.toThrow('WEBHOOK_URL (N8N_WEBHOOK_URL since n8n 2.35)');
		}
	});

	test('succeeds at an address on this machine when Talkover is on it, too', async () => {
		await stage.activate({}, { origin: 'http://localhost:5678' });
		expect(stage.addresses).toEqual([expect.stringContaining('http://localhost:5678/webhook/')]);
	});

	test('fails when the outcome is unknown, and sends no second POST', async () => {
		stage.talkover.script({ when: { method: 'POST' }, answer: { status: 502, body: 'Oh' } });
		await expect(stage.activate()).rejects.toThrow('The webhook may have been registered');
		expect(stage.methods).toEqual(['GET', 'POST']);
	});

	test.each([401, 403])('fails when the token has no permission: HTTP %i', async (status) => {
		await createUnknown();
		const answer = { status, body: { message: 'Nein' } };
		stage.talkover.script({ when: { method: 'PUT' }, answer });
		stage.talkover.script({ when: { method: 'DELETE' }, answer });
		await expect(stage.activate()).rejects.toThrow('the token');
	});
});

describe('deactivating', () => {
	test('deletes a webhook whose address Talkover cannot reach', async () => {
		const setting = { origin: 'http://localhost:5678', staticData: {} };
		await stage.activate({}, setting);
		await stage.deactivate({}, setting);
		expect(stage.addresses).toEqual([]);
	});

	test('deletes all webhooks at the address, and clears the state', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		await createUnknown();
		expect(await stage.deactivate({}, { staticData })).toBe(true);
		expect(stage.addresses).toEqual([]);
		expect(staticData).toEqual({});
	});

	test('deletes a webhook that is not in the state, as after a crash', async () => {
		await stage.activate();
		await stage.restart();
		await stage.deactivate();
		expect(stage.addresses).toEqual([]);
	});

	test('ignores the state that a copy has from its original, and clears it', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		const copied = structuredClone(staticData);
		expect(await stage.deactivate({}, { staticData: copied, workflowId: 'copy' })).toBe(true);
		expect(stage.addresses).toEqual([stage.address()]);
		expect(copied).toEqual({});
	});

	test('succeeds when the webhook does not exist', async () => {
		expect(await stage.deactivate({}, { staticData: stateOf() })).toBe(true);
	});

	test.each([
		['somebody deletes the webhook at the same moment', 'DELETE'],
		['the agent does not exist any more', 'GET'],
	])('succeeds when %s', async (_, method) => {
		await createUnknown();
		const answer = { status: 404, body: { message: 'Agent not found' } };
		stage.talkover.script({ when: { method }, answer });
		expect(await stage.deactivate({}, { staticData: stateOf() })).toBe(true);
	});

	test.each([
		['Talkover refuses the token', 403, { message: 'Nein' }, 'Talkover does not allow this'],
		['something else answers', 404, '<h1>Not found</h1>', 'This server is not the Talkover API'],
	])('logs a warning and does not throw when %s', async (_, status, body, words) => {
		stage.talkover.script({ when: { method: 'GET' }, answer: { status, body } });
		const staticData = stateOf();
		const context = stage.hook({}, { staticData });
		const warnings: string[] = [];
		context.logger.warn = (message) => void warnings.push(message);
		expect(await stage.remove(context)).toBe(false);
		expect(warnings).toEqual([
			expect.stringContaining(`A webhook of "Test" may be left in Talkover: ${words}`),
		]);
		expect(warnings[0]).not.toContain(TOKEN);
		expect(staticData).toEqual(stateOf());
	});

	test('deletes its webhook although somebody has changed the address in the dashboard', async () => {
		const staticData = {};
		await stage.activate({}, { staticData });
		const [{ id }] = stage.talkover.webhooks;
		stage.talkover.editWebhook(id, { webhook_url: 'https://example.com/elsewhere' });
		await stage.deactivate({}, { staticData });
		expect(stage.addresses).toEqual([]);
	});

	test('deletes the webhook of a test although somebody has changed the address in the dashboard', async () => {
		const setting = { staticData: {}, isTest: true };
		await stage.activate({}, setting);
		const [{ id }] = stage.talkover.webhooks;
		stage.talkover.editWebhook(id, { webhook_url: 'https://example.com/elsewhere' });
		await stage.deactivate({}, setting);
		expect(stage.addresses).toEqual([]);
	});

	test.each([
		['a web page', '<h1>Welcome</h1>'],
		['a denial', { success: false, message: 'Nein' }],
	])('fails when the answer to a deletion is 200 with %s', async (_, body) => {
		await createUnknown();
		stage.talkover.script({ when: { method: 'DELETE' }, answer: { body } });
		expect(await stage.deactivate()).toBe(false);
	});

	describe('deletes the webhook at the agent of the state', () => {
		test('when the field is empty now, as an expression may be', async () => {
			const staticData = {};
			await stage.activate({}, { staticData });
			await stage.deactivate(agent(''), { staticData });
			expect(stage.addresses).toEqual([]);
		});

		test('when the agent in the field does not answer', async () => {
			const staticData = {};
			await stage.activate({}, { staticData });
			forbid(/agent-2/);
			await stage.deactivate(agent('agent-2'), { staticData });
			expect(stage.addresses).toEqual([]);
		});
	});
});

test('an activation succeeds although Talkover refuses access to the former agent, and warns that its events still start the workflow', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	forbid(/agent-1/);
	const context = stage.hook(agent('agent-2'), { staticData });
	const warnings: string[] = [];
	context.logger.warn = (message) => void warnings.push(message);
	expect(await stage.create(context)).toBe(true);
	expect(warnings).toEqual([expect.stringContaining('would still start the workflow')]);
});

test('the webhook still works after an activation that failed', async () => {
	const staticData = {};
	await stage.activate({}, { staticData });
	forbid(/webhooks/, 'PUT');
	forbid(/webhooks/, 'DELETE');
	// n8n does not save the static data of an activation that failed.
	const unsaved = structuredClone(staticData);
	await expect(stage.activate({}, { staticData: unsaved })).rejects.toThrow('the token');
	expect(stage.addresses).toEqual([stage.address()]);
	expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
});

describe('at the same time', () => {
	const slowly = { answer: { afterApi: true, delayMs: 200 }, when: { method: 'GET' } };

	test('two activations leave one webhook', async () => {
		const staticData = {};
		stage.talkover.script({ ...slowly, times: 2 });
		await Promise.all([1, 2].map(async () => await stage.activate({}, { staticData })));
		expect(stage.addresses).toEqual([stage.address()]);
		expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
	});

	test('an activation and a deactivation leave no webhook', async () => {
		stage.talkover.script(slowly);
		const activation = stage.activate();
		await stage.deactivate();
		await activation;
		expect(stage.addresses).toEqual([]);
	});

	test('a test that is stopped while its webhook is being registered leaves no webhook', async () => {
		stage.talkover.script(slowly);
		const registration = stage.activate({}, { isTest: true });
		await stage.deactivate({}, { isTest: true });
		await registration;
		expect(stage.addresses).toEqual([]);
	});

	test('a deactivation runs after an activation that failed', async () => {
		forbid(/webhooks/);
		const activation = stage.activate();
		const next = stage.deactivate();
		await expect(activation).rejects.toThrow('the token');
		expect(await next).toBe(false);
	});
});

describe('a node without a webhook ID, as the API of n8n 1.x creates it', () => {
	const setting = { webhookId: undefined };

	test('cannot be activated when its address has a %: n8n would find no workflow for its events', async () => {
		await expect(stage.activate({}, setting)).rejects.toThrow(
			'n8n has given this trigger no ID, and would find no workflow for its events. Change its name',
		);
		expect(stage.methods).toEqual([]);
	});

	test('can be activated with a name that needs no %', async () => {
		await stage.activate({}, { ...setting, nodeName: 'Trigger' });
		expect(stage.addresses).toEqual([expect.stringContaining('/trigger/webhook?workflow=')]);
	});
});
