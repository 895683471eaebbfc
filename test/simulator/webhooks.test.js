const { mkdtemp, rm, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { afterEach, describe, expect, test } = require('@jest/globals');
const { envelopes, startSimulator } = require('../../dev/simulator');
const { ask, askAnything } = require('../../dev/simulator/ask');
const { objectionsTo } = require('../../dev/simulator/contract');
const { startReceiver } = require('../../dev/simulator/receiver');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const agentId = 'agent_000001';
const campaignId = 'campaign_000001';
const ofAgent = `/agents/${agentId}/webhooks`;
const ofCampaign = `/campaigns/${campaignId}/webhooks`;

const settings = {
	name: 'My Webhook',
	webhook_url: 'http://127.0.0.1:9/hook',
	events: ['event_phone_call_started', 'event_phone_call_ended'],
};
const secrets = {
	webhook_secret: 'pssst',
	http_method: 'PUT',
	authorization_scheme: 'custom',
	custom_headers: [{ key: 'X-Secret', value: 'hush' }],
	payload_templates: { event_recording: { id: '{{call.id}}' } },
};
const campaignSettings = { ...settings, events: ['campaign.started', 'campaign_call.completed'] };

/** @type {Array<{ stop: () => Promise<unknown> }>} */
const started = [];
afterEach(() => Promise.all(started.splice(0).map((server) => server.stop())));

/** @param {import('../../dev/simulator').SimulatorOptions} [options] */
async function start(options) {
	const simulator = await startSimulator({ agents: [{ name: 'Ana' }, {}], ...options });
	simulator.addCampaign({ id: campaignId });
	simulator.addCampaign({ id: 'campaign_000002' });
	started.push(simulator);
	return simulator;
}

/** @param {Parameters<typeof startReceiver>[0]} [answer] */
async function receive(answer) {
	const receiver = await startReceiver(answer);
	started.push(receiver);
	return receiver;
}

/**
 * @param {Simulator} simulator
 * @param {string} path
 * @param {string} method
 * @param {unknown} [body]
 */
const send = (simulator, path, method, body) =>
	ask(simulator, path, { method, body: JSON.stringify(body) });

/**
 * @param {Simulator} simulator
 * @param {object} [given]
 * @returns the webhook, as answered
 */
async function createWebhook(simulator, given) {
	return (await send(simulator, ofAgent, 'POST', { ...settings, ...given })).body.data;
}

describe('webhooks of an agent', () => {
	test('are created with defaults, and are found by list and by ID', async () => {
		const time = Date.parse('2025-09-03T23:19:51.250Z');
		const simulator = await start({ now: () => time });
		const { status, body } = await send(simulator, ofAgent, 'POST', settings);
		expect(status).toBe(200);
		expect(body).toEqual({
			success: true,
			message: 'Webhook created successfully',
			data: {
				id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
				agent_id: agentId,
				...settings,
				timeout: 30,
				max_retries: 3,
				enabled: true,
				created_at: '2025-09-03T23:19:51.250000Z',
				updated_at: '2025-09-03T23:19:51.250000Z',
				events_count: 2,
				status: 'active',
			},
		});
		const second = await createWebhook(simulator);
		expect(second.id).not.toBe(body.data.id);

		const list = await ask(simulator, ofAgent);
		expect(list.body.data.webhooks).toEqual([body.data, second]);
		const one = await ask(simulator, `${ofAgent}/${second.id}`);
		expect(one.body).toEqual({ success: true, data: second });
	});

	test('are listed with all available events', async () => {
		const { body } = await ask(await start(), ofAgent);
		expect(body.data.webhooks).toEqual([]);
		expect(Object.keys(body.data.available_events)).toHaveLength(22);
		expect(body.data.available_events).toMatchObject({
			event_phone_call_started: 'Phone call has started',
			event_phone_call_ended: 'Phone call has ended',
		});
		for (const event of Object.keys(body.data.available_events)) {
			expect(objectionsTo('AgentWebhookEvent', event)).toEqual([]);
		}
	});

	test('show their secrets to the test, not in the API', async () => {
		const simulator = await start();
		const given = { ...settings, ...secrets, timeout: 5, max_retries: 10 };
		const created = await createWebhook(simulator, given);
		expect(simulator.webhooks).toEqual([{ ...created, ...given }]);

		const webhook = `${ofAgent}/${created.id}`;
		const answers = [
			await ask(simulator, ofAgent),
			await ask(simulator, webhook),
			await send(simulator, webhook, 'PUT', { webhook_secret: 'hush-hush' }),
			await send(simulator, `${webhook}/toggle`, 'PATCH'),
		];
		for (const text of [created, ...answers].map((answer) => JSON.stringify(answer))) {
			expect(text).not.toMatch(/pssst|hush|secret|http_method|custom|template/i);
		}
		expect(simulator.webhooks).toMatchObject([{ ...secrets, webhook_secret: 'hush-hush' }]);
	});

	test('are changed in part', async () => {
		let time = Date.parse('2025-09-03T23:19:51Z');
		const simulator = await start({ now: () => time });
		const created = await createWebhook(simulator, secrets);
		time += 60_000;
		const changes = { events: ['event_action'], timeout: 45, enabled: false };
		const { body } = await send(simulator, `${ofAgent}/${created.id}`, 'PUT', changes);
		const changed = {
			...created,
			...changes,
			updated_at: '2025-09-03T23:20:51.000000Z',
			events_count: 1,
			status: 'disabled',
		};
		expect(body).toEqual({
			success: true,
			message: 'Webhook updated successfully',
			data: changed,
		});
		expect(simulator.webhooks).toEqual([{ ...changed, ...secrets }]);
	});

	test('ignore fields that are not settings', async () => {
		const simulator = await start();
		const more = { id: 'mine', agent_id: 'other', status: 'error', include_call_events: true };
		const created = await createWebhook(simulator, more);
		expect(created).toMatchObject({ agent_id: agentId, status: 'active' });
		expect(created.id).not.toBe('mine');
		await send(simulator, `${ofAgent}/${created.id}`, 'PUT', more);
		expect((await ask(simulator, ofAgent)).body.data.webhooks).toEqual([
			{ ...created, updated_at: expect.any(String) },
		]);
		expect(simulator.webhooks[0]).not.toHaveProperty('include_call_events');
	});

	test('are toggled', async () => {
		const simulator = await start();
		const { id } = await createWebhook(simulator);
		const toggle = `${ofAgent}/${id}/toggle`;
		expect((await send(simulator, toggle, 'PATCH')).body).toMatchObject({
			message: 'Webhook disabled',
			data: { id, enabled: false, status: 'disabled' },
		});
		expect((await send(simulator, toggle, 'PATCH')).body).toMatchObject({
			message: 'Webhook enabled',
			data: { id, enabled: true, status: 'active' },
		});
	});

	test('are not found after they are deleted', async () => {
		const simulator = await start();
		const { id } = await createWebhook(simulator);
		const kept = await createWebhook(simulator);
		const webhook = `${ofAgent}/${id}`;
		expect(await send(simulator, webhook, 'DELETE')).toMatchObject({
			status: 200,
			body: { success: true, message: 'Webhook deleted successfully' },
		});
		expect((await ask(simulator, ofAgent)).body.data.webhooks).toEqual([kept]);
		for (const [method, path] of [
			['GET', webhook],
			['PUT', webhook],
			['DELETE', webhook],
			['PATCH', `${webhook}/toggle`],
			['POST', `${webhook}/test`],
		]) {
			expect(await send(simulator, path, method, method === 'PUT' ? {} : undefined)).toMatchObject(
				envelopes.webhookNotFound,
			);
		}
	});

	test('belong to one agent', async () => {
		const simulator = await start();
		const { id } = await createWebhook(simulator);
		const elsewhere = ofAgent.replace('1', '2');
		expect((await ask(simulator, elsewhere)).body.data.webhooks).toEqual([]);
		expect(await ask(simulator, `${elsewhere}/${id}`)).toMatchObject(envelopes.webhookNotFound);
		const nobody = ofAgent.replace('1', '9');
		for (const [method, path] of [
			['GET', nobody],
			['POST', nobody],
			['GET', `${nobody}/${id}`],
		]) {
			expect(await send(simulator, path, method)).toMatchObject(
				envelopes.agentNotFoundInEnvironment,
			);
		}
	});

	test('answer 401 without a token', async () => {
		const simulator = await start();
		const answer = await askAnything(simulator, ofAgent, { token: null });
		expect(answer).toMatchObject(envelopes.missingBearerToken);
		expect(answer.body).not.toHaveProperty('success');
	});

	test.each([
		['nothing', undefined, ['events', 'name', 'webhook_url']],
		['no object', [settings], ['events', 'name', 'webhook_url']],
		['an empty name', { ...settings, name: 7 }, ['name']],
		['a long name', { ...settings, name: 'n'.repeat(256) }, ['name']],
		['no URL', { ...settings, webhook_url: 'example' }, ['webhook_url']],
		[
			'a long URL',
			{ ...settings, webhook_url: `http://example.com/${'u'.repeat(500)}` },
			['webhook_url'],
		],
		['an unknown event', { ...settings, events: ['event_action', 'event_none'] }, ['events.1']],
		["a campaign's event", { ...settings, events: ['campaign.started'] }, ['events.0']],
		['too short a timeout', { ...settings, timeout: 4 }, ['timeout']],
		['too long a timeout', { ...settings, timeout: 121 }, ['timeout']],
		['half a retry', { ...settings, max_retries: 0.5 }, ['max_retries']],
		['too many retries', { ...settings, max_retries: 11 }, ['max_retries']],
		['a word for a switch', { ...settings, enabled: 'yes' }, ['enabled']],
		['another method', { ...settings, http_method: 'GET' }, ['http_method']],
		['another scheme', { ...settings, authorization_scheme: 'oauth' }, ['authorization_scheme']],
		['headers as an object', { ...settings, custom_headers: { 'X-A': '1' } }, ['custom_headers']],
		[
			'a header without a value',
			{ ...settings, custom_headers: [{ key: 'X-A' }] },
			['custom_headers.0.value'],
		],
	])('with %s are refused', async (_, given, fields) => {
		const simulator = await start();
		const { status, body } = await send(simulator, ofAgent, 'POST', given);
		expect(status).toBe(422);
		expect(body).not.toHaveProperty('success');
		expect(Object.keys(body.errors).sort()).toEqual(fields);
		expect(simulator.webhooks).toEqual([]);
	});

	test('without events are refused with the documented error', async () => {
		const simulator = await start();
		const given = { ...settings, events: [] };
		expect(await send(simulator, ofAgent, 'POST', given)).toMatchObject(
			envelopes.validationFailedBare,
		);
		const { id } = await createWebhook(simulator);
		expect(await send(simulator, `${ofAgent}/${id}`, 'PUT', { events: [] })).toMatchObject(
			envelopes.validationFailedBare,
		);
	});

	test('do not change when a change is refused', async () => {
		const simulator = await start();
		const created = await createWebhook(simulator);
		const wrong = { name: 'New', events: ['event_none'], timeout: 0 };
		const { status, body } = await send(simulator, `${ofAgent}/${created.id}`, 'PUT', wrong);
		expect(status).toBe(422);
		expect(Object.keys(body.errors).sort()).toEqual(['events.0', 'timeout']);
		expect((await ask(simulator, ofAgent)).body.data.webhooks).toEqual([created]);
	});
});

describe('the test of a webhook', () => {
	test('sends the documented body, and returns the status of the answer', async () => {
		const receiver = await receive(() => ({ status: 202, body: 'thanks' }));
		const simulator = await start();
		const { id } = await createWebhook(simulator, { ...secrets, webhook_url: receiver.url });
		await send(simulator, `${ofAgent}/${id}/toggle`, 'PATCH');

		const { status, body } = await send(simulator, `${ofAgent}/${id}/test`, 'POST');
		expect(status).toBe(200);
		expect(body).toEqual({
			success: true,
			message: 'Test webhook sent successfully',
			data: { status_code: 202, response_time: expect.any(Number) },
		});

		expect(receiver.requests).toMatchObject([{ method: 'PUT', headers: { 'x-secret': 'hush' } }]);
		const sent = JSON.parse(receiver.requests[0].body);
		expect(objectionsTo('WebhookTestDelivery', sent)).toEqual([]);
		expect(sent).toMatchObject({
			event: 'webhook.test',
			agent_id: agentId,
			agent_name: 'Ana',
			webhook_id: id,
			webhook_name: settings.name,
			timestamp: expect.stringMatching(/\.\d{3}Z$/),
			test: true,
		});
		expect(simulator.deliveries).toMatchObject([
			{ webhookId: id, event: 'webhook.test', attempt: 1, status: 202, answer: 'thanks' },
		]);
	});

	test.each([
		['a refusal', {}, 'HTTP 500 Internal Server Error'],
		['a dead address', { webhook_url: 'http://127.0.0.1:1/' }, /^connect ECONNREFUSED/],
		['an address that is none', { webhook_url: 'ftp://127.0.0.1/' }, /^Protocol "ftp:"/],
		['an impossible header', { custom_headers: [{ key: 'a b', value: 'c' }] }, /"a b"/],
	])(
		'answers 200 with the reason for %s, without a retry, and keeps the status',
		async (_, given, reason) => {
			const receiver = await receive(() => ({ status: 500 }));
			const simulator = await start();
			const { id } = await createWebhook(simulator, { webhook_url: receiver.url, ...given });
			const { status, body } = await send(simulator, `${ofAgent}/${id}/test`, 'POST');
			expect(status).toBe(200);
			expect(body).toEqual({
				success: false,
				message: expect.stringMatching(/^Webhook test failed: /),
			});
			expect(body.message.replace('Webhook test failed: ', '')).toMatch(reason);
			expect(simulator.deliveries).toHaveLength(1);
			expect(simulator.webhooks).toMatchObject([{ status: 'active' }]);
		},
	);

	test('ends after the timeout', async () => {
		const receiver = await receive(() => new Promise(() => {}));
		const simulator = await start({ deliverySecondMs: 10 });
		const { id } = await createWebhook(simulator, { webhook_url: receiver.url, timeout: 5 });
		expect(await send(simulator, `${ofAgent}/${id}/test`, 'POST')).toMatchObject({
			status: 200,
			body: { success: false, message: 'Webhook test failed: Connection timeout' },
		});
	});
});

describe('webhooks of a campaign', () => {
	test('are created, listed and deleted as documented', async () => {
		const time = Date.parse('2024-01-15T15:00:00.250Z');
		const simulator = await start({ now: () => time });
		const given = { ...campaignSettings, ...secrets };
		const { status, body } = await send(simulator, ofCampaign, 'POST', given);
		expect(status).toBe(201);
		const { name, events, webhook_url } = campaignSettings;
		const shown = {
			id: expect.any(String),
			campaign_id: campaignId,
			name,
			events,
			enabled: true,
			include_call_events: false,
		};
		expect(body).toEqual({
			success: true,
			data: { ...shown, created_at: '2024-01-15T15:00:00Z' },
		});
		expect(simulator.webhooks).toMatchObject([{ id: body.data.id, ...given }]);

		const list = await ask(simulator, ofCampaign);
		expect(list.body.data.webhooks).toEqual([{ ...shown, webhook_url }]);
		expect(list.body.data.available_events).toHaveLength(13);
		expect(list.body.data.available_events).toEqual(expect.arrayContaining(events));

		const webhook = `${ofCampaign}/${body.data.id}`;
		expect(await send(simulator, webhook, 'DELETE')).toMatchObject({
			status: 200,
			body: { success: true, message: 'Campaign webhook deleted' },
		});
		expect(await send(simulator, webhook, 'DELETE')).toMatchObject(envelopes.webhookNotFound);
		expect((await ask(simulator, ofCampaign)).body.data.webhooks).toEqual([]);
	});

	test('are changed in part, and shown as documented', async () => {
		const time = Date.parse('2024-01-15T15:00:00.250Z');
		const simulator = await start({ now: () => time });
		const created = await send(simulator, ofCampaign, 'POST', { ...campaignSettings, ...secrets });
		const { id } = created.body.data;
		const change = { events: ['campaign.paused'], timeout: 99, include_call_events: true };
		const changed = await send(simulator, `${ofCampaign}/${id}`, 'PUT', change);
		const { timeout, ...shown } = change;
		expect(changed.body).toEqual({
			success: true,
			data: { id, ...shown, updated_at: '2024-01-15T15:00:00Z' },
		});
		const { name, webhook_url } = campaignSettings;
		expect((await ask(simulator, `${ofCampaign}/${id}`)).body.data).toEqual({
			...{ id, campaign_id: campaignId, name, webhook_url, enabled: true },
			...{ ...change, max_retries: 3, created_at: '2024-01-15T15:00:00Z' },
		});
		expect(simulator.webhooks).toMatchObject([{ id, ...secrets, ...change }]);
	});

	test('are tested with an event that they subscribe to, which nothing marks as a test', async () => {
		/** @type {(body: string) => void} */
		let arrive = () => {};
		/** @type {Promise<string>} */
		const arrival = new Promise((resolve) => (arrive = resolve));
		const receiver = await receive(({ body }) => (arrive(body), {}));
		const simulator = await start();
		const given = { ...campaignSettings, webhook_url: receiver.url };
		const { id } = (await send(simulator, ofCampaign, 'POST', given)).body.data;
		const { body } = await send(simulator, `${ofCampaign}/${id}/test`, 'POST');
		expect(body).toEqual({ success: true, message: 'Test payload dispatched' });
		expect(JSON.parse(await arrival)).toEqual({
			event: 'campaign.started',
			campaign_id: campaignId,
			timestamp: expect.any(String),
		});
	});

	test('belong to one campaign', async () => {
		const simulator = await start();
		const { body } = await send(simulator, ofCampaign, 'POST', campaignSettings);
		const elsewhere = ofCampaign.replace('1', '2');
		expect((await ask(simulator, elsewhere)).body.data.webhooks).toEqual([]);
		expect(await send(simulator, `${elsewhere}/${body.data.id}`, 'DELETE')).toMatchObject(
			envelopes.webhookNotFound,
		);
		const nowhere = ofCampaign.replace('1', '9');
		for (const [method, path] of [
			['GET', nowhere],
			['POST', nowhere],
			['DELETE', `${nowhere}/${body.data.id}`],
		]) {
			expect(await send(simulator, path, method)).toMatchObject(envelopes.campaignNotFound);
		}
	});

	test.each([
		["an agent's event", { ...campaignSettings, events: ['event_action'] }, 'events.0'],
		['no events', { ...campaignSettings, events: [] }, 'events'],
		[
			'a word for a switch',
			{ ...campaignSettings, include_call_events: 'yes' },
			'include_call_events',
		],
	])('with %s are refused', async (_, given, field) => {
		const { status, body } = await send(await start(), ofCampaign, 'POST', given);
		expect(status).toBe(422);
		expect(Object.keys(body.errors)).toEqual([field]);
	});
});

describe('the dashboard', () => {
	test('changes a webhook outside the API', async () => {
		const simulator = await start();
		const created = await createWebhook(simulator);
		simulator.editWebhook(created.id, { events: ['event_action'], enabled: false, timeout: 6 });
		expect((await ask(simulator, `${ofAgent}/${created.id}`)).body.data).toMatchObject({
			events: ['event_action'],
			timeout: 6,
			status: 'disabled',
		});
		expect(() => simulator.editWebhook('none', {})).toThrow('none');
	});

	test('refuses what the API refuses', async () => {
		const simulator = await start();
		const { id } = await createWebhook(simulator);
		const [before] = simulator.webhooks;
		expect(() => simulator.editWebhook(id, { timeout: 1 })).toThrow('timeout');
		expect(() => simulator.editWebhook(id, { events: ['event_none'] })).toThrow('events.0');
		expect(simulator.webhooks).toEqual([before]);
	});

	test('removes a webhook', async () => {
		const simulator = await start();
		const { id } = await createWebhook(simulator);
		simulator.removeWebhook(id);
		expect(await ask(simulator, `${ofAgent}/${id}`)).toMatchObject(envelopes.webhookNotFound);
		expect(() => simulator.removeWebhook(id)).toThrow(id);
	});

	test('gets a copy', async () => {
		const simulator = await start();
		await createWebhook(simulator, secrets);
		simulator.webhooks[0].events.push('event_none');
		expect(simulator.webhooks[0].events).toEqual(settings.events);
	});
});

test('a reset removes the webhooks', async () => {
	const simulator = await start();
	await createWebhook(simulator);
	await send(simulator, ofCampaign, 'POST', campaignSettings);
	expect(simulator.webhooks).toHaveLength(2);
	simulator.reset();
	expect(simulator.webhooks).toEqual([]);
	expect((await ask(simulator, ofCampaign)).body.data.webhooks).toEqual([]);
});

describe('webhooks that are saved in a file', () => {
	/** @param {(webhooksFile: string) => Promise<void>} action */
	async function withFile(action) {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-webhooks-'));
		try {
			await action(path.join(folder, 'webhooks.json'));
		} finally {
			await rm(folder, { recursive: true });
		}
	}

	test('are the same, secrets included, in the next simulator with the file', async () => {
		await withFile(async (webhooksFile) => {
			const first = await start({ webhooksFile });
			const { id } = await createWebhook(first, secrets);
			const removed = await createWebhook(first, { name: 'Removed' });
			await send(first, `${ofAgent}/${id}`, 'PUT', { name: 'Renamed' });
			await send(first, `${ofAgent}/${removed.id}`, 'DELETE');
			await send(first, ofCampaign, 'POST', campaignSettings);
			const { webhooks } = first;
			expect(webhooks).toMatchObject([{ id, name: 'Renamed', ...secrets }, campaignSettings]);
			// Not stopped first, as after a crash.
			const second = await start({ webhooksFile });
			expect(second.webhooks).toEqual(webhooks);
			second.reset();
			expect((await start({ webhooksFile })).webhooks).toEqual([]);
		});
	});

	test('receive events in the next simulator', async () => {
		await withFile(async (webhooksFile) => {
			const receiver = await receive();
			const first = await start({ webhooksFile });
			await createWebhook(first, { webhook_url: receiver.url });
			await first.stop();
			const second = await start({ webhooksFile });
			await second.deliver('event_phone_call_ended', { agentId, body: { call_id: 'c1' } });
			expect(receiver.requests.map(({ body }) => JSON.parse(body))).toEqual([{ call_id: 'c1' }]);
		});
	});

	test('are forgotten if the file was damaged', async () => {
		await withFile(async (webhooksFile) => {
			await writeFile(webhooksFile, '[{"id": "cut off');
			expect((await start({ webhooksFile })).webhooks).toEqual([]);
		});
	});
});
