const { gzipSync } = require('node:zlib');
const { afterEach, describe, expect, test } = require('@jest/globals');
const { ENDED, SECRET, TriggerStage } = require('../helpers/e2e/triggerStage');
const { until } = require('../helpers/e2e/until');
const { onEvent } = require('../helpers/e2e/workflows');

describe.each(['2.41.1', '1.123.81'])('what could go wrong in n8n %s', (version) => {
	/** n8n 2.x registers nothing when it starts, and gives each trigger an id. */
	const registersAtStart = version.startsWith('1.');
	/** Lets the workflows go on that wait for their answer. @type {() => void} */
	let release = () => undefined;
	/** @type {Promise<void>} */
	let held = Promise.resolve();
	const stage = new TriggerStage({
		version,
		env: { N8N_LOG_LEVEL: 'debug' },
		reply: async ({ body }) => {
			if (body.includes('hold')) await held;
			return {};
		},
	});
	afterEach(() => release());

	test('a copy with the same webhook id cannot be activated, and leaves the original alone', async () => {
		const workflow = onEvent('Original', stage.log.url);
		await stage.createActive(workflow);
		const [url] = stage.urls;
		const copy = await stage.create({ ...workflow, name: 'Copy' });
		await expect(stage.client.activate(copy)).rejects.toThrow();
		expect(stage.urls).toEqual([url]);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);
	});

	test('executions that write static data back do not undo an activation', async () => {
		const workflow = onEvent('Counts', stage.log.url);
		const code = {
			jsCode: "$getWorkflowStaticData('global').last = Math.random(); return $input.all();",
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
		const id = await stage.createActive(workflow);
		const { [SECRET]: former } = stage.secretHeaders;
		/** @param {number} count */
		const untilEnded = async (count) =>
			await until(async () => {
				const executions = await stage.client.executions(id);
				return executions.filter(({ status }) => status === 'success').length === count;
			});
		held = new Promise((resolve) => (release = resolve));
		expect(await stage.statuses({ call_id: 'hold' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);

		await stage.client.deactivate(id);
		await stage.client.activate(id);
		release();
		for (let count = 1; count < 4; count++) {
			await untilEnded(count);
			expect(await stage.statuses({ call_id: `c${count}` })).toEqual([200]);
		}
		await untilEnded(4);
		const { webhook_url: url } = stage.webhook;
		const answer = await fetch(url, { method: 'POST', headers: { [SECRET]: former }, body: '{}' });
		expect(answer.status).toBe(401);
	});

	test('a deactivation while the activation waits for Talkover leaves nothing behind', async () => {
		const id = await stage.create(onEvent('Deactivated', stage.log.url));
		stage.talkover.script({ when: { method: 'GET' }, answer: { afterApi: true, delayMs: 2_000 } });
		stage.client.activate(id).catch(() => undefined);
		await until(() => stage.talkover.requests.length > 0);
		await stage.client.deactivate(id);
		await until(() => stage.talkover.requests.some(({ method }) => method === 'DELETE'));
		expect(stage.urls).toEqual([]);
	});

	test('a trigger that was made by the API, without a webhook id, works or is refused', async () => {
		const workflow = withoutId(onEvent('By API', stage.log.url));
		const activation = stage.createActive(workflow);
		if (registersAtStart) {
			await expect(activation).rejects.toThrow('n8n has given this trigger no ID');
		} else {
			await activation;
			await stage.expectToWork();
		}
	});

	test('a trigger without a webhook id works by a name that n8n finds', async () => {
		const { name, nodes, connections } = withoutId(onEvent('By API', stage.log.url));
		const [trigger, ...others] = nodes;
		await stage.createActive({
			name,
			nodes: [{ ...trigger, name: 'Trigger' }, ...others],
			connections: { Trigger: Object.values(connections)[0] },
		});
		await stage.expectToWork();
	});

	test('each activation has a secret of its own, and a former one lets nothing in', async () => {
		const id = await stage.createActive(onEvent('Activated twice', stage.log.url));
		const { [SECRET]: former } = stage.secretHeaders;
		await stage.client.deactivate(id);
		await stage.client.activate(id);
		const { webhook_url: url } = stage.webhook;
		const { [SECRET]: secret } = stage.secretHeaders;
		expect(secret).not.toBe(former);
		const answer = await fetch(url, { method: 'POST', headers: { [SECRET]: former }, body: '{}' });
		expect(answer.status).toBe(401);
		await stage.expectToWork();
		expect(await stage.client.executions(id)).toHaveLength(1);
	});

	test('a trigger that is renamed while active works on', async () => {
		const { nodes, connections, name } = onEvent('Renamed', stage.log.url);
		const id = await stage.createActive({ name, nodes, connections });
		const renamed = nodes.map((node, index) => (index ? node : { ...node, name: 'New name' }));
		await stage.client.updateWorkflow(id, {
			nodes: renamed,
			connections: { 'New name': Object.values(connections)[0] },
		});
		await stage.client.activate(id);
		expect(stage.urls).toHaveLength(1);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);
	});

	test('a change of another node while active leaves the trigger working', async () => {
		const { nodes, connections, name } = onEvent('Changed', stage.log.url);
		const id = await stage.createActive({ name, nodes, connections });
		const changed = nodes.map((node, index) => (index ? { ...node, notes: 'Changed' } : node));
		await stage.client.updateWorkflow(id, { nodes: changed, connections });
		await stage.client.activate(id);
		expect(stage.urls).toHaveLength(1);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);
	});

	test('two triggers in one workflow each have their webhook and secret', async () => {
		const { nodes, connections, name } = onEvent('Two', stage.log.url);
		const [second] = onEvent('Two', stage.log.url, { events: ['event_recording'] }).nodes;
		const id = await stage.create({
			name,
			nodes: [...nodes, { ...second, id: 'second', name: 'Second' }],
			connections: { ...connections, Second: Object.values(connections)[0] },
		});
		await stage.client.activate(id);
		expect(new Set(stage.urls).size).toBe(2);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		const recorded = await stage.deliver({ call_id: 'c2' }, { event: 'event_recording' });
		expect(recorded.map(({ status }) => status)).toEqual([200]);
		await until(() => stage.log.requests.length === 2);
		await stage.client.deactivate(id);
		expect(stage.talkover.webhooks).toEqual([]);
	});

	test('the body is read however it is encoded, and nothing else starts the workflow', async () => {
		const id = await stage.createActive(onEvent('Encoded', stage.log.url));
		const { webhook_url: url } = stage.webhook;
		const secret = stage.secretHeaders;
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
		await until(() => stage.log.requests.length === 1);
		expect(await stage.client.executions(id)).toHaveLength(1);
	});

	test('a body that is no gzip though it says so is refused as such, not as too large', async () => {
		await stage.createActive(onEvent('Encoded', stage.log.url));
		const { webhook_url: url } = stage.webhook;
		const secret = stage.secretHeaders;
		const answer = await fetch(url, {
			method: 'POST',
			headers: { ...secret, 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
			body: '{}',
		});
		expect(answer.status).toBe(400);
	});

	test('JSON with a byte order mark is JSON to this node as to n8n', async () => {
		await stage.createActive(onEvent('Marked', stage.log.url));
		const { webhook_url: url } = stage.webhook;
		const secret = stage.secretHeaders;
		const answer = await fetch(url, {
			method: 'POST',
			headers: { ...secret, 'Content-Type': 'application/json' },
			body: Buffer.from('\uFEFF{"call_id":"c1"}'),
		});
		expect(answer.status).toBe(200);
		await until(() => stage.log.requests.length === 1);
		expect(stage.logged).toEqual([{ call_id: 'c1' }]);
	});

	test('the secret is in nothing that n8n shows of the workflow and its execution', async () => {
		const id = await stage.createActive(onEvent('Shown', stage.log.url, { includeHeaders: true }));
		const secret = stage.secretHeaders[SECRET];
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);
		await until(async () =>
			(await stage.client.executions(id)).some(({ status }) => status === 'success'),
		);
		expect(stage.server.log()).toMatch(/debug/i);
		expect(stage.log.requests[0].body.toLowerCase()).not.toContain(SECRET);
		expect(stage.log.requests[0].body).not.toContain(secret);
		expect(stage.server.log()).not.toContain(secret);
	});

	test('events arrive after a change of events that is published while active, and after one more', async () => {
		const { nodes, connections, name } = onEvent('Republished', stage.log.url);
		const id = await stage.createActive({ name, nodes, connections });
		expect(await stage.statuses({ call_id: 'c0' })).toEqual([200]);
		for (const more of ['event_recording', 'event_action']) {
			const parameters = { ...nodes[0].parameters, events: [ENDED, more] };
			const changed = nodes.map((node, index) => (index ? node : { ...node, parameters }));
			await stage.client.updateWorkflow(id, { nodes: changed, connections });
			await stage.client.activate(id);
			expect(stage.talkover.webhooks).toMatchObject([{ events: [ENDED, more] }]);
			expect(await stage.statuses({ call_id: more })).toEqual([200]);
		}
		await until(() => stage.log.requests.length === 3);
	});

	test('what is listened for when n8n ends is taken over by the next listening, and then gone', async () => {
		const id = await stage.create(onEvent('Listens', stage.log.url));
		await stage.client.startExecution(id, 'Talkover Trigger');
		expect(stage.urls).toHaveLength(1);
		await stage.stop();
		await stage.startAgain();
		await stage.client.startExecution(id, 'Talkover Trigger');
		expect(stage.urls).toHaveLength(1);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.urls.length === 0);
		await until(() => stage.log.requests.length === 1);
	});

	test('n8n that ends while it registers has one webhook after the next start, and it works', async () => {
		const id = await stage.create(onEvent('Ends', stage.log.url));
		stage.talkover.script({ when: { method: 'POST' }, answer: { afterApi: true, delayMs: 3_000 } });
		const activation = stage.client.activate(id).catch(() => undefined);
		await until(() => stage.talkover.webhooks.length === 1);
		await stage.stop();
		await activation;
		await stage.startAgain();
		await until(async () => (await stage.statuses({ call_id: 'c1' })).includes(200));
		await until(() => stage.log.requests.length === 1);
		expect(stage.urls).toHaveLength(1);
	});

	test('a restart at the same address leaves the one webhook, with what Talkover is about to deliver again', async () => {
		await stage.createActive(onEvent('Restarted', stage.log.url));
		const { id } = stage.webhook;
		await stage.stop();
		await stage.startAgain();
		await stage.expectToWork();
		expect(stage.webhook.id).toBe(id);
	});

	test('a start of n8n while Talkover fails leaves the webhook, with what Talkover is about to deliver again', async () => {
		await stage.createActive(onEvent('Started', stage.log.url));
		const { id } = stage.webhook;
		await stage.stop();
		const { requests } = stage.talkover;
		// All tries of the first activation.
		stage.talkover.script({ when: { method: 'PUT' }, times: 4, answer: { status: 503, body: {} } });
		await stage.startAgain();
		if (registersAtStart) {
			await until(() => requests.some(({ method, status }) => method === 'PUT' && status === 200));
		}
		await stage.expectToWork();
		expect(stage.webhook.id).toBe(id);
	});
});

/** @param {ReturnType<typeof onEvent>} workflow */
function withoutId({ nodes, ...workflow }) {
	return { ...workflow, nodes: nodes.map((node) => ({ ...node, webhookId: undefined })) };
}
