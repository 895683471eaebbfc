const {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} = require('@jest/globals');
const { askAnything } = require('../simulator/ask');
const { startReceiver } = require('../simulator/receiver');
const { setUp, TOKEN } = require('./setUp');
const { until } = require('./until');
const { onEvent } = require('./workflows');

const ENDED = 'event_phone_call_ended';
const SECRET = 'x-talkover-trigger-secret';

describe.each(['2.41.1', '1.123.81'])('in n8n %s', (version) => {
	/** @type {import('./setUp').SetUp} */
	let real;
	/** @type {import('../simulator').Simulator} */
	let talkover;
	/** @type {import('../realN8n/instance').RunningServer} */
	let server;
	/** Where the workflows post what they were given. @type {import('../simulator/receiver').Receiver} */
	let log;
	/** @type {string[]} of the test that runs */
	let workflows = [];

	beforeAll(async () => {
		log = await startReceiver();
		real = await setUp({
			version,
			talkover: {
				agents: [{ id: 'sales-agent', name: 'Bianca' }, { id: 'other' }],
				campaigns: [{ id: 'spring', name: 'Spring' }],
			},
		});
		talkover = real.talkover;
		server = await real.n8n.startServer();
		await server.client.signIn({ email: 'owner@talkover.example', password: 'Password1' });
	});

	afterAll(async () => {
		expect(server.log()).not.toContain(TOKEN);
		await real.cleanUp();
		await log.stop();
	});

	beforeEach(() => {
		talkover.reset();
		log.requests.length = 0;
	});

	afterEach(async () => {
		for (const id of workflows.splice(0)) {
			await server.client.deactivate(id).catch(() => undefined);
		}
	});

	/** @param {object} [parameters] of the trigger */
	async function create(parameters) {
		const id = await server.client.createWorkflow(onEvent('On call end', log.url, parameters));
		workflows.push(id);
		return id;
	}

	/** @param {object} [parameters] of the trigger */
	async function createActive(parameters) {
		const id = await create(parameters);
		await server.client.activate(id);
		return id;
	}

	/** The one webhook that there is. */
	function theWebhook() {
		expect(talkover.webhooks).toHaveLength(1);
		return talkover.webhooks[0];
	}

	/** @returns {Record<string, string>} */
	const secretOf = (/** @type {ReturnType<typeof theWebhook>} */ { custom_headers: headers }) =>
		Object.fromEntries((headers ?? []).map(({ key, value }) => [key, value]));

	const logged = () => log.requests.map(({ body }) => JSON.parse(body));

	/** An event that arrives and starts the workflow, once. */
	async function expectToWork() {
		const body = { call_id: `call-${Math.random()}` };
		const [delivery, ...others] = await talkover.deliver(ENDED, { agentId: 'sales-agent', body });
		expect(others).toEqual([]);
		expect(delivery).toMatchObject({ attempt: 1, status: 200 });
		await until(() => logged().some(({ call_id: id }) => id === body.call_id));
	}

	test('active: registered, and an event starts the workflow with its body; inactive: deleted', async () => {
		const id = await createActive();
		const webhook = theWebhook();
		expect(webhook).toMatchObject({
			agent_id: 'sales-agent',
			name: 'n8n: On call end',
			webhook_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/webhook\/.+/),
			events: [ENDED],
			enabled: true,
			http_method: 'POST',
			custom_headers: [{ key: SECRET, value: expect.stringMatching(/^[0-9a-f]{64}$/) }],
		});

		const bodies = [
			{ call_id: 'c1', duration: 45 },
			{ type: ENDED, call: { id: 'c2' } },
			[{ call_id: 'c3' }],
		];
		for (const body of bodies) await talkover.deliver(ENDED, { agentId: 'sales-agent', body });
		expect(talkover.deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([
			[200, 1],
			[200, 1],
			[200, 1],
		]);
		await until(() => log.requests.length === 3);
		expect(logged()).toEqual(
			expect.arrayContaining([bodies[0], { ...bodies[1], event: ENDED }, { data: bodies[2] }]),
		);

		await server.client.deactivate(id);
		expect(talkover.webhooks).toEqual([]);
		expect(server.log()).not.toContain(secretOf(webhook)[SECRET]);
	});

	test('passes on the headers, without the secret, if they are wanted', async () => {
		await createActive({ includeHeaders: true });
		await talkover.deliver(ENDED, { agentId: 'sales-agent', body: { call_id: 'c1' } });
		await until(() => log.requests.length === 1);
		const [{ webhook_headers: headers, ...body }] = logged();
		expect(body).toEqual({ call_id: 'c1' });
		expect(headers).toMatchObject({ 'content-type': 'application/json' });
		expect(headers).not.toHaveProperty(SECRET);
		expect(log.requests[0].body).not.toContain(secretOf(theWebhook())[SECRET]);
	});

	test('only Talkover starts the workflow, and only with JSON of a size that an event has', async () => {
		const id = await createActive();
		const { webhook_url: url, ...webhook } = theWebhook();
		const secret = secretOf({ webhook_url: url, ...webhook });
		/**
		 * @param {string} body
		 * @param {Record<string, string>} [headers]
		 */
		const post = async (body, headers = secret) => {
			const sent = { 'Content-Type': 'application/json', ...headers };
			return (await fetch(url, { method: 'POST', headers: sent, body })).status;
		};
		const large = JSON.stringify({ text: 'x'.repeat(1_000_000) });
		const chunked = new Blob([large]).stream();

		expect(await post('{}', {})).toBe(401);
		expect(await post('{}', { [SECRET]: '' })).toBe(401);
		expect(await post('{}', { [SECRET]: `${secret[SECRET]}0` })).toBe(401);
		expect(await post('{', {})).toBe(401);
		expect(await post(large, {})).toBe(401);
		for (const body of ['{', '', 'hello', '3', 'null', '"text"'])
			expect(await post(body)).toBe(400);
		expect(await post('hello', { ...secret, 'Content-Type': 'text/plain' })).toBe(400);
		expect(await post('<a/>', { ...secret, 'Content-Type': 'text/xml' })).toBe(400);
		expect(await post(large)).toBe(413);
		const options = /** @type {RequestInit} */ ({ method: 'POST', duplex: 'half', body: chunked });
		expect((await fetch(url, { ...options, headers: secret })).status).toBe(413);
		// What somebody sends with Test in Talkover's dashboard.
		expect(await post('{ "event": "webhook.test", "test": true }')).toBe(200);

		await expectToWork();
		expect(log.requests).toHaveLength(1);
		expect(await server.client.executions(id)).toHaveLength(1);
	});

	test('after a change of agent and events, only the new one is registered', async () => {
		const id = await createActive();
		const { nodes, connections } = onEvent('On call end', log.url, {
			agentId: { __rl: true, mode: 'id', value: 'other' },
			events: ['event_recording', 'event_conversation_ended'],
		});
		await server.client.updateWorkflow(id, { nodes, connections });
		await server.client.activate(id);
		await until(() => talkover.webhooks.length === 1);
		expect(theWebhook()).toMatchObject({
			agent_id: 'other',
			events: ['event_recording', 'event_conversation_ended'],
		});
	});

	test('what somebody has changed in the dashboard is put right on the next activation', async () => {
		const id = await createActive();
		talkover.editWebhook(theWebhook().id, {
			enabled: false,
			events: ['event_recording'],
			custom_headers: [],
		});
		await server.client.deactivate(id);
		await server.client.activate(id);
		expect(theWebhook()).toMatchObject({ enabled: true, events: [ENDED] });
		await expectToWork();
	});

	test('what somebody has deleted in the dashboard is no error', async () => {
		const id = await createActive();
		talkover.removeWebhook(theWebhook().id);
		await server.client.deactivate(id);
		await server.client.activate(id);
		await expectToWork();
	});

	test('what was registered before a crash, and not saved, is found by its address', async () => {
		const id = await createActive();
		const { webhook_url: url } = theWebhook();
		await server.client.deactivate(id);
		const { status } = await askAnything(talkover, '/agents/sales-agent/webhooks', {
			method: 'POST',
			token: TOKEN,
			body: { name: 'n8n: On call end', webhook_url: url, events: [ENDED] },
		});
		expect(status).toBe(200);
		await server.client.activate(id);
		expect(theWebhook().custom_headers).toHaveLength(1);
		await expectToWork();
	});

	test.each([
		['the agent is unknown', {}, 'nobody', 'No agent with the ID "nobody"'],
		['Talkover refuses', { status: 422, body: { message: 'Nein' } }, 'sales-agent', 'Nein'],
		[
			'nobody knows whether it is registered',
			{ afterApi: true, status: 500, body: { success: false, message: 'Oh' } },
			'sales-agent',
			'The webhook may have been registered',
		],
	])('the activation stops when %s, and leaves nothing behind', async (_, answer, agent, words) => {
		// n8n 2.x tries a few times.
		if ('status' in answer) talkover.script({ when: { method: 'POST' }, times: Infinity, answer });
		const id = await create({ agentId: { __rl: true, mode: 'id', value: agent } });
		await expect(server.client.activate(id)).rejects.toThrow(words);
		await until(() => talkover.webhooks.length === 0);
	});

	test('a workflow that is deleted takes its webhook along', async () => {
		const id = await createActive();
		await server.client.deleteWorkflow(id);
		await until(() => talkover.webhooks.length === 0);
	});

	test('a campaign has events of its own', async () => {
		await createActive({
			source: 'campaign',
			campaignId: { __rl: true, mode: 'id', value: 'spring' },
			includeCallEvents: true,
		});
		expect(theWebhook()).toMatchObject({
			campaign_id: 'spring',
			events: ['campaign_call.completed'],
			include_call_events: true,
		});
		const body = { campaign_call: { id: 'c1' } };
		await talkover.deliver('campaign_call.completed', { campaignId: 'spring', body });
		await until(() => log.requests.length === 1);
		expect(logged()).toEqual([body]);
	});

	test('after a restart of n8n there is one webhook, and it works', async () => {
		await createActive();
		await server.stop();
		server = await real.n8n.startServer({ port: Number(new URL(server.url).port) });
		await server.client.signIn({ email: 'owner@talkover.example', password: 'Password1' });
		// n8n 1.x registers all anew when it starts, 2.x does not.
		await until(() => talkover.webhooks.length === 1);
		await expectToWork();
		expect(talkover.webhooks).toHaveLength(1);
	});

	test('the drop-down of events has what Talkover offers, else what is documented', async () => {
		const query = {
			nodeType: 'n8n-nodes-talkover.talkoverTrigger',
			parameter: 'events',
			methodName: 'getAgentEvents',
			credential: { id: 'talkover', name: 'Talkover account', type: 'talkoverApi' },
		};
		const agentId = { __rl: true, mode: 'id', value: 'sales-agent' };
		talkover.script({
			when: { path: /webhooks/ },
			answer: {
				body: { success: true, data: { webhooks: [], available_events: { event_new: 'Is new' } } },
			},
		});
		expect(await server.client.loadOptions({ ...query, parameters: { agentId } })).toEqual([
			{ name: 'New', value: 'event_new', description: 'Is new' },
		]);
		const documented = await server.client.loadOptions({ ...query, parameters: {} });
		expect(documented).toHaveLength(22);
		expect(documented).toContainEqual({
			name: 'Phone Call Ended',
			value: ENDED,
			description: expect.any(String),
		});
		const campaign = { ...query, parameter: 'campaignEvents', methodName: 'getCampaignEvents' };
		expect(await server.client.loadOptions(campaign)).toHaveLength(13);
	});

	// The last one: n8n 2.x takes a while to recover from it.
	test('500 events at once are 500 executions, none twice', async () => {
		await createActive();
		const ids = Array.from({ length: 500 }, (_, index) => `call-${index}`);
		const sent = ids.map(
			async (id) => await talkover.deliver(ENDED, { agentId: 'sales-agent', body: { id } }),
		);
		await Promise.all(sent);
		expect(
			talkover.deliveries.every(({ status, attempt }) => status === 200 && attempt === 1),
		).toBe(true);
		await until(() => log.requests.length >= 500);
		expect(
			logged()
				.map(({ id }) => id)
				.sort(),
		).toEqual([...ids].sort());
	});
});
