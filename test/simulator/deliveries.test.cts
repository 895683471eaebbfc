import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import { ask } from '../helpers/ask.cts';
import { createClock, receive, start, subscribe } from '../helpers/simulator.cts';

const agentId = 'agent-1';
const campaignId = 'campaign-1';
const to = '+15550100001';
const started = 'event_phone_call_started';
const ended = 'event_phone_call_ended';
const didNotConnect = 'event_phone_call_did_not_connect';

const never = new Promise<never>(() => {});

const statuses = ({ webhooks }: Simulator) => webhooks.map(({ status }) => status);

describe('an event', () => {
	test('has the method and headers of the webhook', async () => {
		const receiver = await receive(() => ({ status: 204, body: '' }));
		const simulator = await start();
		const webhookId = await subscribe(simulator, receiver, {
			http_method: 'PATCH',
			custom_headers: [
				{ key: 'X-Secret', value: 'hush' },
				{ key: 'user-agent', value: 'Mine' },
			],
		});
		const attempts = await simulator.deliver(started, { agentId, body: { a: 1 } });
		await subscribe(simulator, receiver);
		await simulator.deliver(started, { agentId, body: 'no {JSON' });
		expect(receiver.requests[0]).toMatchObject({
			method: 'PATCH',
			path: '/hook',
			headers: { 'content-type': 'application/json', 'x-secret': 'hush', 'user-agent': 'Mine' },
			body: '{"a":1}',
		});
		const plain = receiver.requests.find(({ method }) => method === 'POST');
		expect(plain).toMatchObject({
			headers: { 'user-agent': expect.stringContaining('Talkover') },
			body: 'no {JSON',
		});
		const attempt = { webhookId, event: started, attempt: 1, method: 'PATCH', url: receiver.url };
		expect(attempts).toMatchObject([{ ...attempt, status: 204, answer: '' }]);
		expect(simulator.deliveries).toHaveLength(3);
	});

	test('goes to the enabled webhooks of its owner that subscribe to it, with a new call', async () => {
		const receiver = await receive();
		const simulator = await start({ agents: [{}, {}], campaigns: [{}] });
		const both = await subscribe(simulator, receiver, { events: [started, ended] });
		const one = await subscribe(simulator, receiver);
		const off = await subscribe(simulator, receiver, { enabled: false });
		await subscribe(simulator, receiver, {}, 'agents/agent-2');
		const owner = `campaigns/${campaignId}`;
		const life = await subscribe(simulator, receiver, { events: ['campaign.started'] }, owner);
		const settings = { events: ['campaign.paused'], include_call_events: true };
		const calls = await subscribe(simulator, receiver, settings, owner);
		const targets = async (event: string, details: object) =>
			(await simulator.deliver(event, details)).map(({ webhookId }) => webhookId);

		expect(await targets(started, { agentId })).toEqual([both, one]);
		expect(await targets(ended, { agentId })).toEqual([both]);
		expect(await targets('campaign.started', { campaignId })).toEqual([life]);
		expect(await targets('event_call_report', { campaignId })).toEqual([calls]);
		simulator.editWebhook(off, { enabled: true });
		simulator.removeWebhook(both);
		expect(await targets(started, { agentId })).toEqual([one, off]);
		const bodies = receiver.requests.map(({ body }) => JSON.parse(body) as { call_id: string });
		expect(bodies[0]).toMatchObject({ event: started, agent_id: agentId });
		expect(new Set(bodies.map(({ call_id }) => call_id)).size).toBe(5);
		expect(bodies[3]).toMatchObject({ event: 'campaign.started', campaign_id: campaignId });

		for (const [event, details, message] of [
			[started, { agentId: 'nobody' }, 'nobody'],
			[started, { campaignId: 'none' }, 'none'],
			['event_none', { agentId }, 'event_none'],
			[started, { campaignId }, started],
		] as const) {
			await expect(simulator.deliver(event, details)).rejects.toThrow(message);
		}
	});

	test('is sent when a request changes a campaign, or tests a webhook', async () => {
		const receiver = await receive(() => ({ status: 202 }));
		const simulator = await start();
		const owner = `campaigns/${campaignId}`;
		const id = await subscribe(simulator, receiver, { events: ['campaign.paused'] }, owner);
		const body = { status: 'paused' };
		await ask(simulator, `/${owner}/status`, { method: 'PATCH', body });
		await until(() => receiver.requests.length === 1);
		await ask(simulator, `/${owner}/webhooks/${id}/test`, { method: 'POST' });
		await until(() => receiver.requests.length === 2);
		const event = { event: 'campaign.paused', campaign_id: campaignId };
		for (const { body: sent } of receiver.requests) expect(JSON.parse(sent)).toMatchObject(event);

		const ofAgent = await subscribe(simulator, receiver, { enabled: false });
		const test = `/agents/${agentId}/webhooks/${ofAgent}/test`;
		const answer = await ask(simulator, test, { method: 'POST' });
		expect(answer.body.data).toEqual({ status_code: 202, response_time: expect.any(Number) });
		expect(JSON.parse(receiver.requests[2].body)).toMatchObject({
			event: 'webhook.test',
			agent_name: 'Ana',
			test: true,
		});
		simulator.editWebhook(ofAgent, { webhook_url: 'http://127.0.0.1:1/' });
		expect((await ask(simulator, test, { method: 'POST' })).body).toMatchObject({
			success: false,
			message: expect.stringMatching(/^Webhook test failed: connect ECONNREFUSED/),
		});
	});
});

describe('retries', () => {
	test('go on until a 2xx, as often as the webhook says, with its current settings', async () => {
		const moved = await receive((_, nth) => ({
			status: nth < 2 ? 503 : 299,
			body: 'x'.repeat(2e3),
		}));
		let id = '';
		const old = await receive(() => {
			simulator.editWebhook(id, { webhook_url: moved.url });
			return { status: 302, headers: { Location: '/elsewhere' } };
		});
		const simulator = await start();
		id = await subscribe(simulator, old);
		expect(await simulator.deliver(started, { agentId })).toMatchObject([
			{ attempt: 1, url: old.url, status: 302, error: 'HTTP 302 Found' },
			{ attempt: 2, url: moved.url, status: 503, error: 'HTTP 503 Service Unavailable' },
			{ attempt: 3, status: 299, answer: 'x'.repeat(1e3) },
		]);
		expect(simulator.deliveries[2]).not.toHaveProperty('error');
		expect(new Set([...old.requests, ...moved.requests].map(({ body }) => body)).size).toBe(1);
	});

	test.each([
		[undefined, 4],
		[0, 1],
		[10, 11],
	])('with %p of them, there are %i attempts', async (max_retries, times) => {
		const receiver = await receive(() => ({ status: 401 }));
		const simulator = await start();
		await subscribe(simulator, receiver, { max_retries });
		await simulator.deliver(started, { agentId });
		expect(receiver.requests).toHaveLength(times);
	});

	test('come after a failed connection and a broken one, with a pause', async () => {
		const simulator = await start({ deliveryRetryMs: 60 });
		const broken = await receive(() => ({ then: 'break' }));
		for (const target of [{ url: 'http://127.0.0.1:1/' }, broken]) {
			await subscribe(simulator, target, { max_retries: 1 });
		}
		const begun = performance.now();
		const attempts = await simulator.deliver(started, { agentId });
		// A timer may fire a millisecond early.
		expect(performance.now() - begun).toBeGreaterThanOrEqual(59);
		const failed = { error: expect.any(String) };
		expect(attempts).toMatchObject([
			{ attempt: 1, error: expect.stringContaining('ECONNREFUSED') },
			{ attempt: 2, error: expect.stringContaining('ECONNREFUSED') },
			{ attempt: 1, ...failed },
			{ attempt: 2, ...failed },
		]);
		for (const attempt of attempts) expect(attempt).not.toHaveProperty('status');
	});

	test('come after a timeout of the headers or the body', async () => {
		const simulator = await start({ deliverySecondMs: 10 });
		for (const target of [await receive(() => never), await receive(() => ({ then: 'wait' }))]) {
			await subscribe(simulator, target, { timeout: 5, max_retries: 1 });
		}
		const attempts = await simulator.deliver(started, { agentId });
		expect(attempts.map(({ attempt, error }) => `${attempt} ${error}`)).toEqual(
			['1', '2', '1', '2'].map((attempt) => `${attempt} Connection timeout`),
		);
	});

	test.each(['disabled', 'removed'])('end when the webhook is %s', async (change) => {
		let id = '';
		const receiver = await receive(() => {
			if (change === 'disabled') simulator.editWebhook(id, { enabled: false });
			else simulator.removeWebhook(id);
			return { status: 500 };
		});
		const simulator = await start();
		id = await subscribe(simulator, receiver);
		expect(await simulator.deliver(started, { agentId })).toMatchObject([{ status: 500 }]);
	});

	test('that all fail set the webhook to error, until a success or a change', async () => {
		let status = 500;
		const receiver = await receive(() => ({ status }));
		const simulator = await start();
		const id = await subscribe(simulator, receiver, { max_retries: 1 });
		const statusAfter = async (answer: number) => {
			status = answer;
			await simulator.deliver(started, { agentId });
			return statuses(simulator);
		};
		expect(await statusAfter(500)).toEqual(['error']);
		expect(await statusAfter(200)).toEqual(['active']);
		expect(await statusAfter(500)).toEqual(['error']);
		simulator.editWebhook(id, { name: 'Mended' });
		expect(statuses(simulator)).toEqual(['active']);
	});
});

test('many deliveries at once arrive once each', async () => {
	const count = 500;
	let allCame = () => {};
	const all = new Promise<void>((resolve) => (allCame = resolve));
	const receiver = await receive(async (_, nth) => {
		if (nth === count) allCame();
		await all;
		return {};
	});
	const simulator = await start({ deliverySecondMs: 60_000 });
	await subscribe(simulator, receiver);
	const bodies = Array.from({ length: count }, (_, i) => ({ i }));
	await Promise.all(
		bodies.map(async (body) => await simulator.deliver(started, { agentId, body })),
	);
	expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(count);
	expect(receiver.requests).toHaveLength(count);
	expect(simulator.deliveries.every(({ status }) => status === 200)).toBe(true);
});

test.each(['reset', 'stop'] as const)(
	'deliveries that are not finished end with a %s',
	async (how) => {
		const simulator = await start({ deliveryRetryMs: 3_600_000 });
		await subscribe(simulator, await receive(() => never));
		await subscribe(simulator, await receive(() => ({ status: 500 })), { events: [ended] });
		const { deliveries } = simulator;
		const both = [started, ended].map(async (event) => await simulator.deliver(event, { agentId }));
		await until(() => deliveries.length === 2 && deliveries.some(({ status }) => status));
		await simulator[how]();
		await Promise.all(both);
		expect(deliveries).toHaveLength(how === 'reset' ? 0 : 2);
		if (how === 'reset') await subscribe(simulator, await receive());
		const after = await simulator.deliver(started, { agentId });
		expect(after).toMatchObject(how === 'reset' ? [{ status: 200 }] : []);
	},
);

describe('the end of a call is told', () => {
	const listen = async (simulator: Simulator) => {
		const receiver = await receive();
		await subscribe(simulator, receiver, { events: [ended, didNotConnect] });
		return receiver.requests;
	};
	/** A test's clock does not notify anybody when it moves. */
	const notice = async (simulator: Simulator) => await ask(simulator, '/health');

	test.each([
		['completed', ended, 40],
		['failed', didNotConnect, 0],
		['busy', didNotConnect, 0],
		['no-answer', didNotConnect, 0],
	] as const)('as planned: %s', async (endsAs, event, duration) => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const told = await listen(simulator);
		const context = { row: 7 };
		simulator.startCall({ agentId, to, context, ...outcome(endsAs, 60_000) });
		advance(59_999);
		await notice(simulator);
		expect(simulator.deliveries).toEqual([]);
		// However late it is noticed.
		advance(3_600_000);
		await notice(simulator);
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body)).toEqual({ call_id: 'call-1', duration, context });
		expect(simulator.deliveries).toMatchObject([{ event }]);
	});

	test('when it comes, without any request, even at once', async () => {
		const simulator = await start();
		const told = await listen(simulator);
		for (const ms of [120, 60, 0]) {
			simulator.startCall({ agentId, to, ...outcome('completed', ms) });
		}
		await until(() => told.length === 3);
		const ids = told.map(({ body }) => (JSON.parse(body) as { call_id: string }).call_id);
		expect(ids).toEqual(['call-3', 'call-2', 'call-1']);
	});

	test('instead of the one that was planned, and by a request that ends it', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const told = await listen(simulator);
		const { id } = simulator.startCall({ agentId, to, ...outcome('busy', 6_000) });
		simulator.setCallStatus(id, 'answered');
		advance(60_000);
		await notice(simulator);
		expect(simulator.deliveries).toEqual([]);
		const end = { method: 'POST', body: { call_sid: id } };
		await ask(simulator, `/agents/${agentId}/end-call`, end);
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body)).toEqual({ call_id: id, duration: 60 });
	});

	test('to nobody, if it was over at the start, or the call is forgotten', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.startCall({ agentId, to, ...outcome('busy', 6_000) });
		simulator.reset();
		await listen(simulator);
		simulator.startCall({ agentId, to, status: 'completed' });
		advance(60_000);
		await notice(simulator);
		expect(simulator.deliveries).toEqual([]);
	});

	test('by nothing that keeps a process alive', () => {
		const script = `
			const { outcome, startSimulator } = require('./dev/simulator/index.cts');
			startSimulator({ agents: [{}] }).then(async (simulator) => {
				const call = { agentId: '${agentId}', to: '${to}', ...outcome('busy', 3_600_000) };
				simulator.startCall(call);
				await simulator.stop();
				simulator.startCall(call);
			});
		`;
		const { status, stderr } = spawnSync(
			process.execPath,
			['--require', 'tsx/cjs', '--eval', script],
			{ encoding: 'utf8' },
		);
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
	});
});

describe('the logs', () => {
	const logs = async (simulator: Simulator, id: string, owner = `agents/${agentId}`) => {
		const { body } = await ask(simulator, `/${owner}/webhooks/${id}/logs`);
		return body as { data: Array<Record<string, unknown>>; pagination: object };
	};

	test('have one entry for each attempt, and another one for each retry by hand', async () => {
		let status = 500;
		const receiver = await receive(() => ({ status }));
		const simulator = await start();
		const id = await subscribe(simulator, receiver, { max_retries: 1 });
		await simulator.deliver(started, { agentId, body: { call_id: 'c1' } });
		const { data, pagination } = await logs(simulator, id);
		const attempt = { event: started, request_payload: { call_id: 'c1' }, http_status: 500 };
		expect(data).toMatchObject([
			{ ...attempt, attempt: 2, status: 'failed', error: 'HTTP 500 Internal Server Error' },
			{ ...attempt, attempt: 1, status: 'retrying', webhook_id: id },
		]);
		expect(pagination).toEqual({ current_page: 1, per_page: 25, total: 2, last_page: 1 });

		status = 200;
		const [{ id: failed }] = data;
		const retry = `/agents/${agentId}/webhooks/${id}/logs/${failed}/retry`;
		const answer = await ask(simulator, retry, { method: 'POST' });
		const { log_id } = answer.body.data as { log_id: string };
		await until(() => simulator.deliveries.at(-1)?.state === 'success');
		expect((await logs(simulator, id)).data[0]).toMatchObject({
			...attempt,
			http_status: 200,
			id: log_id,
			attempt: 3,
			status: 'success',
			delivered_at: expect.any(String),
		});
		expect(receiver.requests.at(-1)?.body).toBe('{"call_id":"c1"}');

		simulator.editWebhook(id, { enabled: false });
		expect((await ask(simulator, retry, { method: 'POST' })).status).toBe(422);
	});

	test('of a campaign have no last page, and end after 30 days', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.setLogsWithBody('none');
		const owner = `campaigns/${campaignId}`;
		const settings = { events: ['campaign.started'], max_retries: 0 };
		const id = await subscribe(simulator, { url: 'http://127.0.0.1:1/' }, settings, owner);
		await simulator.deliver('campaign.started', { campaignId });
		const { data, pagination } = await logs(simulator, id, owner);
		expect(data).toMatchObject([{ attempt: 1, status: 'failed' }]);
		expect(data[0]).not.toHaveProperty('request_payload');
		expect(data[0]).not.toHaveProperty('webhook_id');
		expect(pagination).not.toHaveProperty('last_page');
		advance(31 * 86_400_000);
		expect((await logs(simulator, id, owner)).data).toEqual([]);
	});
});
