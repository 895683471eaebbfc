import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { ENDED, SECRET, TriggerStage } from '../helpers/e2e/triggerStage.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { TOKEN } from '../helpers/e2e/setUp.cts';
import { onEvent } from '../helpers/e2e/workflows.cts';

describe.each(versions)('the trigger in n8n %s', (version) => {
	/** Only n8n 1.x registers webhooks when it starts. Only n8n 2.x gives each trigger a webhook ID. */
	const registersAtStart = version.startsWith('1.');
	/** Answers the posts that wait, so that their workflows continue. */
	let release: () => void = () => undefined;
	let held: Promise<void> = Promise.resolve();
	const stage = new TriggerStage({
		version,
		env: { N8N_LOG_LEVEL: 'debug' },
		reply: async ({ body }) => {
			if (body.includes('hold')) await held;
			return {};
		},
	});
	afterEach(() => release());

	test('a copy with the same webhook ID cannot be activated, and the original still works', async () => {
		const workflow = onEvent('Original', stage.log.url);
		await stage.createActive(workflow);
		const [url] = stage.urls;
		const copy = await stage.create({ ...workflow, name: 'Copy' });
		await expect(stage.client.activate(copy)).rejects.toThrow();
		expect(stage.urls).toEqual([url]);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);
	});

	test('events start the workflow although an execution overwrites static data with a copy from before the activation', async () => {
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
			parameters: code,
		});
		Object.assign(workflow.connections, {
			Log: { main: [[{ node: 'Count', type: 'main', index: 0 }]] },
		});
		const id = await stage.createActive(workflow);
		const untilEnded = async (count: number) =>
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
	});

	test('a deactivation while the activation waits for Talkover leaves no webhook', async () => {
		const id = await stage.create(onEvent('Deactivated', stage.log.url));
		stage.talkover.script({ when: { method: 'GET' }, answer: { afterApi: true, delayMs: 2_000 } });
		stage.client.activate(id).catch(() => undefined);
		await until(() => stage.talkover.requests.length > 0);
		await stage.client.deactivate(id);
		await until(() => stage.talkover.requests.some(({ method }) => method === 'DELETE'));
		expect(stage.urls).toEqual([]);
	});

	test('a trigger without a webhook ID, created by the API, works in n8n 2.x and cannot be activated in 1.x', async () => {
		const workflow = withoutId(onEvent('By API', stage.log.url));
		const activation = stage.createActive(workflow);
		if (registersAtStart) {
			await expect(activation).rejects.toThrow('n8n has given this trigger no ID');
		} else {
			await activation;
			await stage.expectToWork();
		}
	});

	test('a trigger without a webhook ID works if its name needs no % in an address', async () => {
		const { name, nodes, connections } = withoutId(onEvent('By API', stage.log.url));
		const [trigger, ...others] = nodes;
		await stage.createActive({
			name,
			nodes: [{ ...trigger, name: 'Trigger' }, ...others],
			connections: { Trigger: Object.values(connections)[0] },
		});
		await stage.expectToWork();
	});

	test('the secret is the same after another activation, and a changed one starts nothing', async () => {
		const id = await stage.createActive(onEvent('Activated twice', stage.log.url));
		const { [SECRET]: former } = stage.secretHeaders;
		await stage.client.deactivate(id);
		await stage.client.activate(id);
		const { webhook_url: url } = stage.webhook;
		const { [SECRET]: secret } = stage.secretHeaders;
		expect(secret).toBe(former);
		const changed = secret.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
		const headers = { [SECRET]: changed };
		expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(401);
		await stage.expectToWork();
		expect(await stage.client.executions(id)).toHaveLength(1);
	});

	test('an event is answered 503 while the credential cannot be used, and 200 after that', async () => {
		const { baseUrl } = stage.talkover;
		const usable = { ...ACCOUNT, data: { token: TOKEN, baseUrl } };
		const credential = await stage.client.createCredential(usable);
		const { nodes, ...workflow } = onEvent('Without token', stage.log.url);
		const credentials = { talkoverApi: { id: credential, name: ACCOUNT.name } };
		const [trigger, ...others] = nodes;
		await stage.createActive({ ...workflow, nodes: [{ ...trigger, credentials }, ...others] });
		const unusable = { ...usable, id: credential, data: { token: '', baseUrl } };
		await stage.client.updateCredential(unusable);
		const { webhook_url: url } = stage.webhook;
		const headers = stage.secretHeaders;
		expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(503);
		expect(stage.log.requests).toEqual([]);
		await stage.client.updateCredential({ ...usable, id: credential });
		await stage.expectToWork();
	});

	test.each([
		['it was renamed', 0, { name: 'New name' }],
		['another node was changed', 1, { notes: 'Changed' }],
	])('a trigger still works after %s while active', async (_, index, change) => {
		const { nodes, connections, name } = onEvent('Changed', stage.log.url);
		const id = await stage.createActive({ name, nodes, connections });
		const changed = nodes.map((node, nth) => (nth === index ? { ...node, ...change } : node));
		const [toLog] = Object.values(connections);
		await stage.client.updateWorkflow(id, {
			nodes: changed,
			connections: { [changed[0].name]: toLog },
		});
		await stage.client.activate(id);
		expect(stage.urls).toHaveLength(1);
		await stage.expectToWork();
	});

	test('two triggers in one workflow have a webhook each, and both work', async () => {
		const id = await stage.createActive(withSecond(onEvent('Two', stage.log.url)));
		expect(new Set(stage.urls).size).toBe(2);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		const recorded = await stage.deliver({ call_id: 'c2' }, { event: 'event_recording' });
		expect(recorded.map(({ status }) => status)).toEqual([200]);
		await until(() => stage.log.requests.length === 2);
		await stage.client.deactivate(id);
		expect(stage.talkover.webhooks).toEqual([]);
	});

	test('a gzip body starts the workflow; other formats, methods and sizes do not', async () => {
		const id = await stage.createActive(onEvent('Encoded', stage.log.url));
		const { webhook_url: url } = stage.webhook;
		const secret = stage.secretHeaders;
		/** @param more headers */
		const send = async (body: string | Uint8Array, more: Record<string, string>, method = 'POST') =>
			(
				await fetch(url, {
					method,
					headers: { ...secret, ...more },
					body,
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

	test('a body that is not gzip, but has the header for it, gets a 400', async () => {
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

	test('JSON with a byte order mark starts the workflow', async () => {
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

	test('neither the items nor the debug log contain the secret', async () => {
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

	test('events start the workflow after each of two changes of the events while active', async () => {
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

	test('after n8n stopped while it listened for a test event, the next test uses the same webhook and deletes it', async () => {
		const id = await stage.create(onEvent('Listens', stage.log.url));
		await stage.client.startExecution(id, 'Talkover Trigger');
		expect(stage.urls).toHaveLength(1);
		await stage.stop();
		await stage.start();
		await stage.client.startExecution(id, 'Talkover Trigger');
		expect(stage.urls).toHaveLength(1);
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.urls.length === 0);
		await until(() => stage.log.requests.length === 1);
	});

	test('after n8n stopped during an activation, the next start leaves one webhook, and it works', async () => {
		const id = await stage.create(onEvent('Ends', stage.log.url));
		stage.talkover.script({ when: { method: 'POST' }, answer: { afterApi: true, delayMs: 3_000 } });
		const activation = stage.client.activate(id).catch(() => undefined);
		await until(() => stage.talkover.webhooks.length === 1);
		await stage.stop();
		await activation;
		await stage.start();
		await until(async () => (await stage.statuses({ call_id: 'c1' })).includes(200));
		await until(() => stage.log.requests.length === 1);
		expect(stage.urls).toHaveLength(1);
	});

	test('a restart keeps the webhook, so that Talkover still delivers its retries', async () => {
		await stage.createActive(onEvent('Restarted', stage.log.url));
		const { id } = stage.webhook;
		await stage.stop();
		await stage.start();
		await stage.expectToWork();
		expect(stage.webhook.id).toBe(id);
	});

	test('a start of n8n while Talkover fails for one of two triggers keeps both webhooks, so that Talkover still delivers its retries', async () => {
		await stage.createActive(withSecond(onEvent('Started', stage.log.url)));
		const ids = () => stage.talkover.webhooks.map(({ id }) => id).sort();
		const before = ids();
		await stage.stop();
		const { requests } = stage.talkover;
		// The first trigger sends one, the second one sends four.
		const when = { method: 'PUT', nth: 2 };
		stage.talkover.script({ when, times: 4, answer: { status: 503, body: {} } });
		await stage.start();
		if (registersAtStart) {
			const updates = () =>
				requests.filter(({ method, status }) => method === 'PUT' && status === 200);
			await until(() => updates().length === 3);
		}
		expect(await stage.statuses({ call_id: 'c1' })).toEqual([200]);
		await until(() => stage.log.requests.length === 1);
		expect(ids()).toEqual(before);
	});
});

function withoutId({ nodes, ...workflow }: ReturnType<typeof onEvent>) {
	return { ...workflow, nodes: nodes.map((node) => ({ ...node, webhookId: undefined })) };
}

/** Adds a trigger for another event. */
function withSecond({ name, nodes, connections }: ReturnType<typeof onEvent>) {
	const [second] = onEvent(name, '', { events: ['event_recording'] }).nodes;
	return {
		name,
		nodes: [...nodes, { ...second, id: 'second', name: 'Second' }],
		connections: { ...connections, Second: Object.values(connections)[0] },
	};
}
