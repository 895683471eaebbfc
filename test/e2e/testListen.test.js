const {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} = require('@jest/globals');
const { startReceiver } = require('../simulator/receiver');
const { setUp, TOKEN } = require('./setUp');
const { until } = require('./until');
const { onEvent } = require('./workflows');

const ENDED = 'event_phone_call_ended';
const SECRET = 'x-talkover-trigger-secret';

describe.each(['2.41.1', '1.123.81'])('listening for a test event in n8n %s', (version) => {
	/** @type {import('./setUp').SetUp} */
	let real;
	/** @type {import('../simulator').Simulator} */
	let talkover;
	/** @type {import('../realN8n/instance').RunningServer} */
	let server;
	/** Where the workflow posts what it was given. @type {import('../simulator/receiver').Receiver} */
	let log;
	/** The workflow of the test that runs. */
	let id = '';

	beforeAll(async () => {
		log = await startReceiver();
		real = await setUp({ version, talkover: { agents: [{ id: 'sales-agent' }, { id: 'other' }] } });
		talkover = real.talkover;
		server = await real.n8n.startServer();
		await server.client.signIn({ email: 'owner@talkover.example', password: 'Password1' });
	});

	afterAll(async () => {
		expect(server.log()).not.toContain(TOKEN);
		await real.cleanUp();
		await log.stop();
	});

	beforeEach(async () => {
		talkover.reset();
		log.requests.length = 0;
		id = await server.client.createWorkflow(onEvent('On call end', log.url));
	});

	afterEach(async () => {
		await server.client.deactivate(id).catch(() => undefined);
	});

	/** @param {'webhook' | 'webhook-test'} kind of address */
	const webhooksAt = (kind) =>
		talkover.webhooks.filter(({ webhook_url: url }) => url.includes(`/${kind}/`));

	/** Presses Execute, which returns when n8n listens. */
	async function listen() {
		expect(await server.client.startExecution(id, 'Talkover Trigger')).toBeUndefined();
		const registered = webhooksAt('webhook-test');
		expect(registered).toHaveLength(1);
		return registered[0];
	}

	const logged = () => log.requests.map(({ body }) => JSON.parse(body));
	const modes = async () => (await server.client.executions(id)).map(({ mode }) => mode);
	const deliver = async (/** @type {object} */ body) =>
		await talkover.deliver(ENDED, { agentId: 'sales-agent', body });

	test('registers the test address, starts once by hand, and takes the address away again', async () => {
		expect(await listen()).toMatchObject({
			agent_id: 'sales-agent',
			name: 'n8n: On call end',
			events: [ENDED],
			enabled: true,
			custom_headers: [{ key: SECRET, value: expect.stringMatching(/^[0-9a-f]{64}$/) }],
		});
		const [{ value: secret }] = talkover.webhooks[0].custom_headers ?? [];

		const deliveries = await deliver({ call_id: 'c1' });
		expect(deliveries).toMatchObject([{ attempt: 1, status: 200 }]);
		await until(() => log.requests.length === 1);
		expect(logged()).toEqual([{ call_id: 'c1' }]);
		await until(() => talkover.webhooks.length === 0);
		expect(await modes()).toEqual(['manual']);
		expect(server.log()).not.toContain(secret);
	});

	test('webhook.test starts it, too', async () => {
		const { webhook_url: url, custom_headers: headers } = await listen();
		const body = { event: 'webhook.test', test: true };
		const response = await fetch(url, {
			method: 'POST',
			headers: {
				'Content-Type': 'application/json',
				...Object.fromEntries((headers ?? []).map(({ key, value }) => [key, value])),
			},
			body: JSON.stringify(body),
		});
		expect(response.status).toBe(200);
		await until(() => log.requests.length === 1);
		expect(logged()).toEqual([body]);
		await until(() => talkover.webhooks.length === 0);
		expect(await modes()).toEqual(['manual']);
	});

	test('a stranger does not end the listening', async () => {
		const { webhook_url: url } = await listen();
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', [SECRET]: 'guess' },
			body: '{}',
		});
		expect(answer.status).toBe(401);
		expect(webhooksAt('webhook-test')).toHaveLength(1);

		await deliver({ call_id: 'c1' });
		await until(() => log.requests.length === 1);
		expect(logged()).toEqual([{ call_id: 'c1' }]);
		await until(() => talkover.webhooks.length === 0);
	});

	test('an active workflow stays registered as it is, and works on', async () => {
		await server.client.activate(id);
		const [production] = webhooksAt('webhook');
		await listen();
		expect(webhooksAt('webhook')).toEqual([production]);

		expect((await deliver({ call_id: 'both' })).map(({ status }) => status)).toEqual([200, 200]);
		await until(() => log.requests.length === 2);
		await until(() => webhooksAt('webhook-test').length === 0);
		expect(talkover.webhooks).toEqual([production]);
		expect((await modes()).sort()).toEqual(['manual', 'webhook']);

		expect(await deliver({ call_id: 'after' })).toMatchObject([{ attempt: 1, status: 200 }]);
		await until(() => log.requests.length === 3);
		expect(await modes()).toHaveLength(3);
	});

	test('does not begin when Talkover refuses, and says why', async () => {
		talkover.script({
			when: { method: 'POST' },
			answer: { status: 422, body: { message: 'Nein' } },
		});
		await expect(server.client.startExecution(id, 'Talkover Trigger')).rejects.toThrow('Nein');
		expect(talkover.webhooks).toEqual([]);
	});
});
