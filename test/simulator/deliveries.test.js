const { afterEach, describe, expect, test } = require('@jest/globals');
const { startSimulator } = require('../../dev/simulator');
const { ask } = require('../../dev/simulator/ask');
const { startReceiver } = require('../../dev/simulator/receiver');
const { until } = require('../helpers/until');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const agentId = 'agent_000001';
const campaignId = 'campaign_000001';
const started = 'event_phone_call_started';
const ended = 'event_phone_call_ended';

/** @type {Promise<never>} */
const never = new Promise(() => {});

/** @type {Array<{ stop: () => Promise<unknown> }>} */
const running = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

/** @param {import('../../dev/simulator').SimulatorOptions} [options] */
async function start(options) {
	const simulator = await startSimulator({ agents: [{}, {}], deliveryRetryMs: 1, ...options });
	simulator.addCampaign({ id: campaignId });
	running.push(simulator);
	return simulator;
}

/** @param {Parameters<typeof startReceiver>[0]} [answer] */
async function receive(answer) {
	const receiver = await startReceiver(answer);
	running.push(receiver);
	return receiver;
}

/**
 * @param {Simulator} simulator
 * @param {import('../../dev/simulator/receiver').Receiver} receiver
 * @param {object} [given] settings
 * @param {string} [owner] a part of the path
 * @returns {Promise<string>} the id of a new webhook
 */
async function subscribe(simulator, { url }, given, owner = `agents/${agentId}`) {
	const settings = { name: 'Hook', webhook_url: url, events: [started], ...given };
	const body = JSON.stringify(settings);
	const answer = await ask(simulator, `/${owner}/webhooks`, { method: 'POST', body });
	return answer.body.data.id;
}

/**
 * @param {Simulator} simulator
 * @returns {Promise<string[]>} the status of each webhook of the agent, as the API tells it
 */
async function statuses(simulator) {
	const { body } = await ask(simulator, `/agents/${agentId}/webhooks`);
	return body.data.webhooks.map((/** @type {{ status: string }} */ { status }) => status);
}

describe('an event', () => {
	test('has the method and headers of the webhook', async () => {
		const receiver = await receive(() => ({ status: 204, body: '' }));
		const simulator = await start();
		const id = await subscribe(simulator, receiver, {
			http_method: 'PATCH',
			custom_headers: [
				{ key: 'X-Secret', value: 'hush' },
				{ key: 'user-agent', value: 'Mine' },
			],
		});
		await subscribe(simulator, receiver);
		const attempts = await simulator.deliver(started, { agentId, body: { a: 1 } });

		const mine = receiver.requests.find(({ method }) => method === 'PATCH');
		const plain = receiver.requests.find(({ method }) => method === 'POST');
		expect(mine).toMatchObject({
			path: '/hook',
			headers: {
				'content-type': 'application/json',
				'content-length': '7',
				'x-secret': 'hush',
				'user-agent': 'Mine',
			},
			body: '{"a":1}',
		});
		expect(plain).toMatchObject({
			headers: { 'user-agent': expect.stringContaining('Talkover') },
		});
		expect(plain?.headers).not.toHaveProperty('x-secret');

		expect(attempts).toEqual(simulator.deliveries);
		expect(attempts[0]).toEqual({
			webhookId: id,
			event: started,
			attempt: 1,
			method: 'PATCH',
			url: receiver.url,
			startedAt: expect.any(Number),
			status: 204,
			answer: '',
		});
	});

	test.each([
		['an object', { event: 'x', call: { id: 'c' } }, '{"event":"x","call":{"id":"c"}}'],
		['a list', [1, 'two'], '[1,"two"]'],
		['null', null, 'null'],
		['false', false, 'false'],
		['text', '{ "id": 12345678901234567890 ', '{ "id": 12345678901234567890 '],
		['text of any script', 'Olá, 世界', 'Olá, 世界'],
		['no text', '', ''],
	])('can have %s as its body', async (_, body, raw) => {
		const receiver = await receive();
		const simulator = await start();
		await subscribe(simulator, receiver);
		await simulator.deliver(started, { agentId, body });
		expect(receiver.requests).toMatchObject([{ body: raw }]);
		expect(receiver.requests[0].headers['content-type']).toBe('application/json');
	});

	test('has a body with a new call by default, the same for all webhooks', async () => {
		const receiver = await receive();
		const simulator = await start({ now: () => Date.parse('2024-01-15T11:00:00.250Z') });
		await subscribe(simulator, receiver);
		await subscribe(simulator, receiver);
		const ofCampaign = { events: ['campaign.started'] };
		await subscribe(simulator, receiver, ofCampaign, `campaigns/${campaignId}`);
		await simulator.deliver(started, { agentId });
		await simulator.deliver(started, { agentId });
		await simulator.deliver('campaign.started', { campaignId });

		const bodies = receiver.requests.map(({ body }) => JSON.parse(body));
		const timestamp = '2024-01-15T11:00:00.250Z';
		expect(bodies[0]).toEqual({
			event: started,
			agent_id: agentId,
			call_id: expect.any(String),
			timestamp,
		});
		expect(bodies[1]).toEqual(bodies[0]);
		expect(bodies[2]).toEqual({ ...bodies[0], call_id: expect.any(String) });
		expect(bodies[2]).not.toEqual(bodies[0]);
		expect(bodies[4]).toEqual({ event: 'campaign.started', campaign_id: campaignId, timestamp });
	});

	test('goes to the enabled webhooks of the agent that subscribe to it', async () => {
		const receiver = await receive();
		const simulator = await start();
		const both = await subscribe(simulator, receiver, { events: [started, ended] });
		const one = await subscribe(simulator, receiver, { events: [started] });
		const off = await subscribe(simulator, receiver, { events: [started], enabled: false });
		const other = await subscribe(simulator, receiver, {}, 'agents/agent_000002');
		/** @param {string} event */
		const targets = async (event) =>
			(await simulator.deliver(event, { agentId })).map(({ webhookId }) => webhookId);

		expect(await targets(started)).toEqual([both, one]);
		expect(await targets(ended)).toEqual([both]);
		expect(await targets('event_action')).toEqual([]);
		simulator.editWebhook(off, { enabled: true });
		simulator.removeWebhook(both);
		expect(await targets(started)).toEqual([one, off]);
		expect(simulator.deliveries.map(({ webhookId }) => webhookId)).not.toContain(other);
		expect(receiver.requests).toHaveLength(5);
	});

	test('of a campaign goes to its webhooks, and a call event also to those with call events', async () => {
		const receiver = await receive();
		const simulator = await start();
		const owner = `campaigns/${campaignId}`;
		const life = { events: ['campaign.started'] };
		const lifeOnly = await subscribe(simulator, receiver, life, owner);
		const calls = { events: ['campaign.paused'], include_call_events: true };
		const withCalls = await subscribe(simulator, receiver, calls, owner);
		/** @param {string} event */
		const targets = async (event) =>
			(await simulator.deliver(event, { campaignId })).map(({ webhookId }) => webhookId);

		expect(await targets('campaign.started')).toEqual([lifeOnly]);
		expect(await targets('campaign.paused')).toEqual([withCalls]);
		expect(await targets('campaign_call.failed')).toEqual([withCalls]);
		expect(await targets('event_call_report')).toEqual([withCalls]);
	});

	test('is sent when a request ends a call', async () => {
		const receiver = await receive();
		let time = Date.parse('2024-01-15T10:30:00Z');
		const simulator = await start({ now: () => time });
		await subscribe(simulator, receiver, { events: [ended] });
		const { id } = simulator.startCall({ agentId, to: '+15551234501', status: 'answered' });
		time += 42_000;
		const body = JSON.stringify({ call_sid: id });
		await ask(simulator, `/agents/${agentId}/end-call`, { method: 'POST', body });
		await until(() => receiver.requests.length === 1);
		expect(JSON.parse(receiver.requests[0].body)).toEqual({ call_id: id, duration: 42 });
	});

	test('needs a known owner and event', async () => {
		const simulator = await start();
		await expect(simulator.deliver(started, { agentId: 'nobody' })).rejects.toThrow('nobody');
		await expect(simulator.deliver(started, { campaignId: 'none' })).rejects.toThrow('none');
		await expect(simulator.deliver(started, {})).rejects.toThrow('no agent');
		await expect(simulator.deliver('event_none', { agentId })).rejects.toThrow('event_none');
		await expect(simulator.deliver(started, { campaignId })).rejects.toThrow(started);
		await expect(simulator.deliver('campaign.started', { agentId })).rejects.toThrow('campaign');
	});
});

describe('retries', () => {
	test('go on until a 2xx', async () => {
		const receiver = await receive((_, nth) => ({
			status: nth < 3 ? 503 : 299,
			body: `no. ${nth}`,
		}));
		const simulator = await start();
		await subscribe(simulator, receiver);
		expect(await simulator.deliver(started, { agentId })).toMatchObject([
			{ attempt: 1, status: 503, error: 'HTTP 503 Service Unavailable', answer: 'no. 1' },
			{ attempt: 2, status: 503, error: 'HTTP 503 Service Unavailable', answer: 'no. 2' },
			{ attempt: 3, status: 299, answer: 'no. 3' },
		]);
		expect(simulator.deliveries.at(-1)).not.toHaveProperty('error');
		expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1);
		expect(await statuses(simulator)).toEqual(['active']);
	});

	test.each([
		[undefined, 4],
		[0, 1],
		[10, 11],
	])(
		'are as many as the webhook says: with %p there are %i attempts',
		async (max_retries, times) => {
			const receiver = await receive(() => ({ status: 401 }));
			const simulator = await start();
			await subscribe(simulator, receiver, { max_retries });
			await simulator.deliver(started, { agentId });
			expect(simulator.deliveries.map(({ attempt }) => attempt)).toEqual(
				Array.from({ length: times }, (_, i) => i + 1),
			);
			expect(receiver.requests).toHaveLength(times);
		},
	);

	test('come after a redirect, a failed connection and a broken one', async () => {
		const receiver = await receive(() => ({ status: 302, headers: { Location: '/elsewhere' } }));
		const broken = await receive(() => ({ then: 'break' }));
		const simulator = await start();
		const max_retries = 1;
		await subscribe(simulator, receiver, { max_retries });
		await subscribe(simulator, { ...receiver, url: 'http://127.0.0.1:1/' }, { max_retries });
		await subscribe(simulator, broken, { max_retries });
		const attempts = await simulator.deliver(started, { agentId });
		expect(attempts).toMatchObject([
			{ attempt: 1, error: 'HTTP 302 Found' },
			{ attempt: 2, error: 'HTTP 302 Found' },
			{ attempt: 1, error: expect.stringContaining('ECONNREFUSED') },
			{ attempt: 2, error: expect.stringContaining('ECONNREFUSED') },
			{ attempt: 1, error: expect.any(String) },
			{ attempt: 2, error: expect.any(String) },
		]);
		expect(receiver.requests.map(({ path }) => path)).toEqual(['/hook', '/hook']);
		for (const attempt of attempts.slice(2)) expect(attempt).not.toHaveProperty('status');
	});

	test('come after a timeout of the headers or the body', async () => {
		const silent = await receive(() => never);
		const halting = await receive(() => ({ then: 'wait' }));
		const simulator = await start({ deliverySecondMs: 10 });
		await subscribe(simulator, silent, { timeout: 5, max_retries: 1 });
		await subscribe(simulator, halting, { timeout: 5, max_retries: 0 });
		const error = 'Connection timeout';
		expect(await simulator.deliver(started, { agentId })).toMatchObject([
			{ attempt: 1, error },
			{ attempt: 2, error },
			{ attempt: 1, error },
		]);
	});

	test('wait for the given time', async () => {
		const receiver = await receive(() => ({ status: 500 }));
		const simulator = await start({ deliveryRetryMs: 60 });
		await subscribe(simulator, receiver, { max_retries: 2 });
		const begun = performance.now();
		await simulator.deliver(started, { agentId });
		// A timer may fire a millisecond early.
		expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * 59);
	});

	test('use the current settings of the webhook', async () => {
		/** @type {string} */
		let id;
		const moved = await receive();
		const old = await receive(() => {
			simulator.editWebhook(id, { webhook_url: moved.url });
			return { status: 500 };
		});
		const simulator = await start();
		id = await subscribe(simulator, old);
		expect(await simulator.deliver(started, { agentId })).toMatchObject([
			{ url: old.url, status: 500 },
			{ url: moved.url, status: 200 },
		]);
	});

	test.each(/** @type {const} */ (['disabled', 'removed']))(
		'end when the webhook is %s',
		async (change) => {
			/** @type {string} */
			let id;
			const receiver = await receive(() => {
				if (change === 'disabled') simulator.editWebhook(id, { enabled: false });
				else simulator.removeWebhook(id);
				return { status: 500 };
			});
			const simulator = await start();
			id = await subscribe(simulator, receiver);
			expect(await simulator.deliver(started, { agentId })).toMatchObject([{ status: 500 }]);
			expect(receiver.requests).toHaveLength(1);
		},
	);

	test('that all fail set the webhook to error, until a success or a change', async () => {
		let status = 500;
		const receiver = await receive(() => ({ status }));
		const simulator = await start();
		const id = await subscribe(simulator, receiver, { max_retries: 1 });
		await simulator.deliver(started, { agentId });
		expect(await statuses(simulator)).toEqual(['error']);

		status = 200;
		await simulator.deliver(started, { agentId });
		expect(await statuses(simulator)).toEqual(['active']);

		status = 500;
		await simulator.deliver(started, { agentId });
		expect(await statuses(simulator)).toEqual(['error']);
		simulator.editWebhook(id, { name: 'Mended' });
		expect(await statuses(simulator)).toEqual(['active']);
	});
});

test('many deliveries at once arrive once each', async () => {
	const count = 500;
	/** @type {() => void} */
	let allCame = () => {};
	/** @type {Promise<void>} */
	const all = new Promise((resolve) => {
		allCame = resolve;
	});
	const receiver = await receive(async (_, nth) => {
		if (nth === count) allCame();
		await all;
		return {};
	});
	const simulator = await start({ deliverySecondMs: 60_000 });
	await subscribe(simulator, receiver);
	await Promise.all(
		Array.from({ length: count }, (_, i) => simulator.deliver(started, { agentId, body: { i } })),
	);
	const numbers = receiver.requests.map(({ body }) => JSON.parse(body).i);
	expect(new Set(numbers).size).toBe(count);
	expect(numbers).toHaveLength(count);
	expect(simulator.deliveries).toHaveLength(count);
	expect(simulator.deliveries.every(({ status }) => status === 200)).toBe(true);
});

test('long answers are shortened in the record', async () => {
	const receiver = await receive(() => ({ body: 'long '.repeat(100_000) }));
	const simulator = await start();
	await subscribe(simulator, receiver);
	const [{ answer }] = await simulator.deliver(started, { agentId });
	expect(answer).toBe('long '.repeat(200));
});

describe('a delivery that is not finished', () => {
	/**
	 * @param {Simulator} simulator
	 * @returns {Promise<{ ended: Promise<unknown> }>} two deliveries, of which one waits for an answer, one for its next attempt
	 */
	async function deliverForEver(simulator) {
		await subscribe(simulator, await receive(() => never));
		await subscribe(simulator, await receive(() => ({ status: 500 })), { events: [ended] });
		const both = [started, ended].map((event) => simulator.deliver(event, { agentId }));
		const { deliveries } = simulator;
		await until(() => deliveries.length === 2 && deliveries.some(({ status }) => status));
		return { ended: Promise.all(both) };
	}

	test('ends with a reset, which clears the record', async () => {
		const simulator = await start({ deliveryRetryMs: 3_600_000 });
		const { deliveries } = simulator;
		const underway = await deliverForEver(simulator);
		simulator.reset();
		await underway.ended;
		expect(deliveries).toEqual([]);

		const receiver = await receive();
		await subscribe(simulator, receiver);
		await simulator.deliver(started, { agentId });
		expect(deliveries).toMatchObject([{ status: 200 }]);
		expect(receiver.requests).toHaveLength(1);
	});

	test('ends with a stop, and nothing is sent after it', async () => {
		const simulator = await start({ deliveryRetryMs: 3_600_000 });
		const underway = await deliverForEver(simulator);
		await simulator.stop();
		await underway.ended;
		expect(await simulator.deliver(started, { agentId })).toEqual([]);
		expect(simulator.deliveries).toHaveLength(2);
	});
});
