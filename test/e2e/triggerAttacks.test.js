const { gzipSync } = require('node:zlib');
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

describe.each(['2.41.1', '1.123.81'])('what could go wrong in n8n %s', (version) => {
	/** @type {import('./setUp').SetUp} */
	let real;
	/** @type {import('../simulator').Simulator} */
	let talkover;
	/** @type {import('../realN8n/instance').RunningServer} */
	let server;
	/** Where the workflows post what they were given. @type {import('../simulator/receiver').Receiver} */
	let log;
	/** Lets the workflows go on that wait for their answer. @type {() => void} */
	let release = () => undefined;
	/** @type {Promise<void>} */
	let held = Promise.resolve();
	/** @type {string[]} of the test that runs */
	let workflows = [];

	beforeAll(async () => {
		log = await startReceiver(async ({ body }) => {
			if (body.includes('hold')) await held;
			return {};
		});
		real = await setUp({
			version,
			talkover: { agents: [{ id: 'sales-agent' }, { id: 'other' }] },
			env: { N8N_LOG_LEVEL: 'debug' },
		});
		talkover = real.talkover;
		server = await real.n8n.startServer();
		await signIn();
	});

	afterAll(async () => {
		release();
		expect(server.log()).not.toContain(TOKEN);
		await real.cleanUp();
		await log.stop();
	});

	beforeEach(() => {
		talkover.reset();
		log.requests.length = 0;
	});

	afterEach(async () => {
		release();
		for (const id of workflows.splice(0)) {
			await server.client.deactivate(id).catch(() => undefined);
		}
	});

	const signIn = async () =>
		await server.client.signIn({ email: 'owner@talkover.example', password: 'Password1' });

	/** @param {import('../realN8n/instance').Workflow} workflow */
	async function create(workflow) {
		const id = await server.client.createWorkflow(workflow);
		workflows.push(id);
		return id;
	}

	const deliver = async (/** @type {object} */ body, agentId = 'sales-agent') =>
		await talkover.deliver(ENDED, { agentId, body });
	const statuses = async (/** @type {object} */ body) =>
		(await deliver(body)).map(({ status }) => status);
	const urls = () => talkover.webhooks.map(({ webhook_url: url }) => url);

	test('a copy with the same webhook id cannot be activated, and leaves the original alone', async () => {
		const workflow = onEvent('Original', log.url);
		await server.client.activate(await create(workflow));
		const [url] = urls();
		const copy = await create({ ...workflow, name: 'Copy' });
		await expect(server.client.activate(copy)).rejects.toThrow();
		expect(urls()).toEqual([url]);
		expect(await statuses({ call_id: 'c1' })).toEqual([200]);
	});

	test('an execution that ends after an activation, and has static data, does not undo it', async () => {
		const workflow = onEvent('Counts', log.url);
		const code = {
			jsCode: "$getWorkflowStaticData('global').last = Date.now(); return $input.all();",
		};
		workflow.nodes.push({
			...workflow.nodes[1],
			id: 'count',
			name: 'Count',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: /** @type {any} */ (code),
		});
		Object.assign(workflow.connections, {
			Log: { main: [[{ node: 'Count', type: 'main', index: 0 }]] },
		});
		const id = await create(workflow);
		await server.client.activate(id);
		held = new Promise((resolve) => (release = resolve));
		expect(await statuses({ call_id: 'hold' })).toEqual([200]);
		await until(() => log.requests.length === 1);

		await server.client.deactivate(id);
		await server.client.activate(id);
		release();
		await until(async () =>
			(await server.client.executions(id)).some(({ status }) => status === 'success'),
		);
		expect(await statuses({ call_id: 'c2' })).toEqual([200]);
	});

	test('a trigger that is renamed while active works on', async () => {
		const { nodes, connections, name } = onEvent('Renamed', log.url);
		const id = await create({ name, nodes, connections });
		await server.client.activate(id);
		const renamed = nodes.map((node, index) => (index ? node : { ...node, name: 'New name' }));
		await server.client.updateWorkflow(id, {
			nodes: renamed,
			connections: { 'New name': Object.values(connections)[0] },
		});
		await server.client.activate(id);
		expect(urls()).toHaveLength(1);
		expect(await statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => log.requests.length === 1);
	});

	test('a change of another node while active leaves the trigger working', async () => {
		const { nodes, connections, name } = onEvent('Changed', log.url);
		const id = await create({ name, nodes, connections });
		await server.client.activate(id);
		const changed = nodes.map((node, index) => (index ? { ...node, notes: 'Changed' } : node));
		await server.client.updateWorkflow(id, { nodes: changed, connections });
		await server.client.activate(id);
		expect(urls()).toHaveLength(1);
		expect(await statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => log.requests.length === 1);
	});

	test('two triggers in one workflow each have their webhook and secret', async () => {
		const { nodes, connections, name } = onEvent('Two', log.url);
		const [second] = onEvent('Two', log.url, { events: ['event_recording'] }).nodes;
		const id = await create({
			name,
			nodes: [...nodes, { ...second, id: 'second', name: 'Second' }],
			connections: { ...connections, Second: Object.values(connections)[0] },
		});
		await server.client.activate(id);
		expect(new Set(urls()).size).toBe(2);
		expect(await statuses({ call_id: 'c1' })).toEqual([200]);
		const recorded = await talkover.deliver('event_recording', {
			agentId: 'sales-agent',
			body: { call_id: 'c2' },
		});
		expect(recorded.map(({ status }) => status)).toEqual([200]);
		await until(() => log.requests.length === 2);
		await server.client.deactivate(id);
		expect(talkover.webhooks).toEqual([]);
	});

	test('the body is read however it is encoded, and nothing else starts the workflow', async () => {
		const id = await create(onEvent('Encoded', log.url));
		await server.client.activate(id);
		const [{ webhook_url: url, custom_headers: headers }] = talkover.webhooks;
		const secret = Object.fromEntries((headers ?? []).map(({ key, value }) => [key, value]));
		/**
		 * @param {string | Uint8Array} body
		 * @param {Record<string, string>} more headers
		 * @param {string} [method]
		 */
		const send = async (body, more, method = 'POST') =>
			(
				await fetch(url, {
					method,
					headers: { ...secret, ...more },
					body: /** @type {any} */ (body),
				})
			).status;
		const json = { 'Content-Type': 'application/json' };
		const gzip = { ...json, 'Content-Encoding': 'gzip' };
		expect(await send(gzipSync('{"call_id":"zipped"}'), gzip)).toBe(200);
		expect(await send(gzipSync(`{"a":"${'x'.repeat(15_000_000)}"}`), gzip)).toBe(413);
		expect(await send(gzipSync(`{"a":"${'x'.repeat(30_000_000)}"}`), gzip)).toBe(413);
		expect(await send('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' })).toBe(400);
		const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' };
		expect(await send('--x\r\n\r\n{}\r\n--x--', multipart)).toBe(400);
		expect(await send('['.repeat(900_000), json)).toBe(400);
		expect(await send('{}', json, 'PUT')).toBe(404);
		const twice = new Headers([...Object.entries(secret), ...Object.entries(secret)]);
		expect((await fetch(url, { method: 'POST', headers: twice, body: '{}' })).status).toBe(401);
		await until(() => log.requests.length === 1);
		expect(await server.client.executions(id)).toHaveLength(1);
	});

	test('a body that is no gzip though it says so is refused as such, not as too large', async () => {
		await server.client.activate(await create(onEvent('Encoded', log.url)));
		const [{ webhook_url: url, custom_headers: headers }] = talkover.webhooks;
		const secret = Object.fromEntries((headers ?? []).map(({ key, value }) => [key, value]));
		const answer = await fetch(url, {
			method: 'POST',
			headers: { ...secret, 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
			body: '{}',
		});
		expect(answer.status).toBe(400);
	});

	test('JSON with a byte order mark is JSON to this node as to n8n', async () => {
		await server.client.activate(await create(onEvent('Marked', log.url)));
		const [{ webhook_url: url, custom_headers: headers }] = talkover.webhooks;
		const secret = Object.fromEntries((headers ?? []).map(({ key, value }) => [key, value]));
		const answer = await fetch(url, {
			method: 'POST',
			headers: { ...secret, 'Content-Type': 'application/json' },
			body: Buffer.from('\uFEFF{"call_id":"c1"}'),
		});
		expect(answer.status).toBe(200);
	});

	test('the secret is in nothing that n8n shows of the workflow and its execution', async () => {
		const id = await create(onEvent('Shown', log.url, { includeHeaders: true }));
		await server.client.activate(id);
		const [{ custom_headers: headers }] = talkover.webhooks;
		const secret = headers?.[0].value ?? '';
		expect(await statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => log.requests.length === 1);
		await until(async () =>
			(await server.client.executions(id)).some(({ status }) => status === 'success'),
		);
		expect(server.log()).toMatch(/debug/i);
		expect(log.requests[0].body.toLowerCase()).not.toContain(SECRET);
		expect(log.requests[0].body).not.toContain(secret);
		expect(server.log()).not.toContain(secret);
	});

	test('events arrive after a change of events that is published while active, and after one more', async () => {
		const { nodes, connections, name } = onEvent('Republished', log.url);
		const id = await create({ name, nodes, connections });
		await server.client.activate(id);
		expect(await statuses({ call_id: 'c0' })).toEqual([200]);
		for (const more of ['event_recording', 'event_action']) {
			const parameters = { ...nodes[0].parameters, events: [ENDED, more] };
			const changed = nodes.map((node, index) => (index ? node : { ...node, parameters }));
			await server.client.updateWorkflow(id, { nodes: changed, connections });
			await server.client.activate(id);
			expect(talkover.webhooks).toMatchObject([{ events: [ENDED, more] }]);
			expect(await statuses({ call_id: more })).toEqual([200]);
		}
		await until(() => log.requests.length === 3);
	});

	test('what is listened for when n8n ends is taken over by the next listening, and then gone', async () => {
		const id = await create(onEvent('Listens', log.url));
		await server.client.startExecution(id, 'Talkover Trigger');
		expect(urls()).toHaveLength(1);
		await server.stop();
		server = await real.n8n.startServer({ port: Number(new URL(server.url).port) });
		await signIn();
		await server.client.startExecution(id, 'Talkover Trigger');
		expect(urls()).toHaveLength(1);
		expect(await statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => urls().length === 0);
	});

	test('n8n that ends while it registers has one webhook after the next start, and it works', async () => {
		const id = await create(onEvent('Ends', log.url));
		talkover.script({ when: { method: 'POST' }, answer: { afterApi: true, delayMs: 3_000 } });
		const activation = server.client.activate(id).catch(() => undefined);
		await until(() => talkover.webhooks.length === 1);
		await server.stop();
		await activation;
		server = await real.n8n.startServer({ port: Number(new URL(server.url).port) });
		await signIn();
		await until(async () => (await statuses({ call_id: 'c1' })).includes(200));
		expect(urls()).toHaveLength(1);
	});

	test('a restart at the same address leaves one webhook that works', async () => {
		const id = await create(onEvent('Restarted', log.url));
		await server.client.activate(id);
		await server.stop();
		server = await real.n8n.startServer({ port: Number(new URL(server.url).port) });
		await signIn();
		await until(async () => (await statuses({ call_id: 'c1' })).includes(200));
		expect(urls()).toHaveLength(1);
	});
});
