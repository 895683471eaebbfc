const { once } = require('node:events');
const net = require('node:net');
const { describe, expect, test } = require('@jest/globals');
const { envelopes, startSimulator } = require('../../dev/simulator');
const { ask, askAnything } = require('../../dev/simulator/ask');
const { createClock, start } = require('../helpers/simulator');
const { until } = require('../helpers/until');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const agentId = 'agent_000001';
const to = '+15550100001';
const activeCall = `/agents/${agentId}/active-call/${encodeURIComponent(to)}`;

/** @param {{ body: { data: Array<{ name: string }> } }} answer */
const names = ({ body }) => body.data.map(({ name }) => name);

describe('agents', () => {
	const people = Array.from({ length: 45 }, (_, i) => ({ name: `Person ${i + 1}` }));

	test('come in pages, of 20 by default', async () => {
		const simulator = await start({ agents: people });
		const first = await ask(simulator, '/agents');
		expect(names(first)).toEqual(people.slice(0, 20).map(({ name }) => name));
		expect(first.body.meta).toEqual({ current_page: 1, per_page: 20, total: 45, last_page: 3 });

		const last = await ask(simulator, '/agents?page=3');
		expect(names(last)).toEqual(['Person 41', 'Person 42', 'Person 43', 'Person 44', 'Person 45']);

		const beyond = await ask(simulator, '/agents?page=4');
		expect(beyond.body).toMatchObject({ data: [], meta: { current_page: 4, last_page: 3 } });

		const all = await ask(simulator, '/agents?per_page=100');
		expect(names(all)).toHaveLength(45);
	});

	test('come with the page info under `pagination` too', async () => {
		const simulator = await start({ agents: people, pageInfoKey: 'pagination' });
		const { body } = await ask(simulator, '/agents?page=2&per_page=30');
		const info = { current_page: 2, per_page: 30, total: 45, last_page: 2, from: 31, to: 45 };
		expect(body.pagination).toEqual(info);
		expect(body).not.toHaveProperty('meta');

		const beyond = await ask(simulator, '/agents?page=3&per_page=30');
		expect(beyond.body.pagination).toMatchObject({ from: null, to: null });
	});

	test.each([
		['per_page=0', 'per_page'],
		['per_page=101', 'per_page'],
		['per_page=ten', 'per_page'],
		['page=0', 'page'],
		['page=-1', 'page'],
		['status=asleep', 'status'],
		['direction=sideways', 'direction'],
	])('with %s are refused', async (query, field) => {
		const { status, body } = await ask(await start(), `/agents?${query}`);
		expect(status).toBe(422);
		expect(Object.keys(body.errors)).toEqual([field]);
	});

	test('are found by a part of the name or the label, by status and by direction', async () => {
		const simulator = await start({
			agents: [
				{ name: 'Sales', label: 'Outreach + follow-up' },
				{ name: 'Support', direction: 'inbound' },
				{ name: 'After Sales', current_status: 'draft' },
			],
		});
		/** @param {string} query */
		const find = async (query) => names(await ask(simulator, `/agents?${query}`));
		expect(await find('search=sALES')).toEqual(['Sales', 'After Sales']);
		expect(await find('search=%2B%20follow')).toEqual(['Sales']);
		expect(await find('search=nobody')).toEqual([]);
		expect(await find('search=')).toEqual(['Sales', 'Support', 'After Sales']);
		expect(await find('status=draft')).toEqual(['After Sales']);
		expect(await find('status=unpublished')).toEqual([]);
		expect(await find('direction=inbound')).toEqual(['Support']);
		expect(await find('search=sales&status=published')).toEqual(['Sales']);
	});

	test('are complete, with defaults for what is not given', async () => {
		const simulator = await start({ agents: [] });
		const agent = simulator.addAgent({ id: 'ana-1', name: 'Ana' });
		expect(agent).toMatchObject({ id: 'ana-1', name: 'Ana', label: 'Ana', language: 'en-US' });
		expect(await ask(simulator, '/agents/ana-1')).toMatchObject({
			status: 200,
			body: { success: true, data: agent },
		});
		expect(() => simulator.addAgent({ id: 'ana-1' })).toThrow('ana-1');
		expect(simulator.addAgent().id).not.toBe(simulator.addAgent().id);
	});

	test('that are unknown are a 404', async () => {
		const simulator = await start();
		expect(await ask(simulator, '/agents/nobody')).toMatchObject(envelopes.agentNotFound);
		expect(await ask(simulator, activeCall.replace(agentId, 'nobody'))).toMatchObject(
			envelopes.agentNotFound,
		);
	});
});

describe('active calls', () => {
	test('change their status by the clock', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const call = simulator.startCall({
			agentId,
			to,
			ringsAfterMs: 2_000,
			answeredAfterMs: 5_000,
			endsAfterMs: 65_000,
		});
		const begun = { agent_id: agentId, to, started_at: '2024-01-15T11:00:00Z' };
		expect(call).toEqual({ id: call.id, ...begun, status: 'initiated', duration_seconds: 0 });
		/** @param {object} now */
		const expectCall = async (now) =>
			expect((await ask(simulator, activeCall)).body).toEqual({
				success: true,
				data: [{ ...call, ...now }],
			});

		await expectCall({ status: 'initiated' });
		advance(1_999);
		await expectCall({ status: 'initiated' });
		advance(1);
		await expectCall({ status: 'ringing' });
		advance(3_000);
		await expectCall({ status: 'answered', duration_seconds: 0 });
		advance(59_999);
		await expectCall({ status: 'answered', duration_seconds: 59 });
		advance(1);
		expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
	});

	test('are those with the status initiated, ringing or answered', async () => {
		const simulator = await start();
		expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
		const { id } = simulator.startCall({ agentId, to });
		for (const status of /** @type {const} */ (['initiated', 'ringing', 'answered'])) {
			simulator.setCallStatus(id, status);
			expect((await ask(simulator, activeCall)).body.data).toMatchObject([{ id, status }]);
		}
		for (const status of /** @type {const} */ (['completed', 'failed', 'busy', 'no-answer'])) {
			simulator.setCallStatus(id, status);
			expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
		}
	});

	test('keep a status that a test sets', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const { id } = simulator.startCall({ agentId, to, answeredAfterMs: 1_000, endsAfterMs: 2_000 });
		simulator.setCallStatus(id, 'ringing');
		advance(10_000);
		expect((await ask(simulator, activeCall)).body.data).toMatchObject([{ status: 'ringing' }]);
	});

	test('come oldest first, and only those of the agent and number', async () => {
		const simulator = await start({ agents: [{}, {}] });
		const first = simulator.startCall({ agentId, to });
		simulator.startCall({ agentId: 'agent_000002', to });
		simulator.startCall({ agentId, to: '+15550100002' });
		const second = simulator.startCall({ agentId, to, status: 'ringing' });
		expect((await ask(simulator, activeCall)).body.data).toEqual([first, second]);
	});

	test('are found with the plus of the number encoded or not', async () => {
		const simulator = await start();
		const call = simulator.startCall({ agentId, to });
		for (const phone of [to, encodeURIComponent(to)]) {
			const { body } = await ask(simulator, `/agents/${agentId}/active-call/${phone}`);
			expect(body.data).toEqual([call]);
		}
	});

	test.each([
		'15550100001',
		'%2B05550100001',
		'%2B1555010000199999',
		'%201555',
		'ana',
		'%252B1555',
	])('answer 422 for the number %s', async (phone) => {
		const { status, body } = await ask(await start(), `/agents/${agentId}/active-call/${phone}`);
		expect(status).toBe(422);
		expect(Object.keys(body.errors)).toEqual(['phone']);
	});

	test('need a known agent, a valid number and a known status', async () => {
		const simulator = await start();
		expect(() => simulator.startCall({ agentId: 'nobody', to })).toThrow('nobody');
		expect(() => simulator.startCall({ agentId, to: '555 0100' })).toThrow('555 0100');
		// @ts-expect-error that is the mistake
		expect(() => simulator.startCall({ agentId, to, status: 'asleep' })).toThrow('asleep');
		expect(() => simulator.setCallStatus('call_x', 'busy')).toThrow('call_x');
	});
});

describe('tokens', () => {
	test('are required: without one, each endpoint answers its documented 401', async () => {
		const simulator = await start({ tokens: ['one', 'two'] });
		for (const token of [null, 'sim_token', 'one two', '']) {
			expect(await ask(simulator, '/agents', { token })).toMatchObject(envelopes.unauthenticated);
			expect(await ask(simulator, `/agents/${agentId}`, { token })).toMatchObject(
				envelopes.unauthenticated,
			);
			expect(await ask(simulator, activeCall, { token })).toMatchObject(envelopes.unauthorized);
		}
		for (const token of ['one', 'two']) {
			expect((await ask(simulator, '/agents', { token })).status).toBe(200);
		}
	});

	test('are not required for /health', async () => {
		expect(await ask(await start(), '/health', { token: null })).toMatchObject({
			status: 200,
			body: { status: 'ok' },
		});
	});
});

describe('wrong paths', () => {
	test.each([
		['GET', '/nowhere'],
		['POST', '/health'],
		['GET', `/agents/${agentId}/`],
		['GET', `/agents/${agentId}/active-call`],
		['GET', '/agents/%zz'],
		['GET', '//agents'],
	])('%s %s is an unknown route', async (method, path) => {
		const { status, body } = await askAnything(await start(), path, { method });
		expect(status).toBe(404);
		expect(body).toEqual({ message: `The route api/v1${path} could not be found.` });
	});

	test.each(['/agents', '/api/v2/agents', '/api/v1', '/'])('%s is a web page', async (path) => {
		const { origin } = await start();
		const { status, headers, body } = await askAnything({ baseUrl: origin }, path);
		expect(status).toBe(404);
		expect(headers['content-type']).toMatch(/^text\/html/);
		expect(body).toContain('<h1>404');
	});
});

describe('rate limits', () => {
	test('are in the headers of every answer, and end with their window', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now, rateLimit: { limit: 3, windowMs: 60_000 } });
		/** @param {{ headers: Record<string, string> }} answer */
		const told = ({ headers }) => [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']];

		expect(told(await ask(simulator, '/agents'))).toEqual(['3', '2']);
		expect(told(await ask(simulator, activeCall, { token: null }))).toEqual(['3', '1']);
		advance(59_999);
		expect(told(await askAnything(simulator, '/nowhere'))).toEqual(['3', '0']);
		const refused = await ask(simulator, '/agents');
		expect(refused.status).toBe(429);
		expect(told(refused)).toEqual(['3', '0']);
		expect(refused.headers).not.toHaveProperty('retry-after');

		const health = await ask(simulator, '/health');
		expect(health.status).toBe(200);
		expect(told(health)).toEqual([undefined, undefined]);

		advance(1);
		const next = await ask(simulator, '/agents');
		expect(next.status).toBe(200);
		expect(told(next)).toEqual(['3', '2']);
	});

	test.each(
		/** @type {const} */ ([
			['epochSeconds', Date.parse('2024-01-15T11:01:01Z') / 1000],
			['epochMilliseconds', Date.parse('2024-01-15T11:01:00.250Z')],
			['seconds', 60],
			[undefined, Date.parse('2024-01-15T11:01:01Z') / 1000],
		]),
	)('give their reset in %s', async (resetUnit, value) => {
		const { now } = createClock();
		const simulator = await start({ now, rateLimit: { limit: 1, windowMs: 60_000, resetUnit } });
		for (const status of [200, 429]) {
			const answer = await ask(simulator, '/agents');
			expect(answer.status).toBe(status);
			expect(Number(answer.headers['x-ratelimit-reset'])).toBe(value);
		}
	});

	test('answer 429 in each of the three documented shapes, with the time to wait', async () => {
		const { now, advance } = createClock();
		/** @param {Partial<import('../../dev/simulator/rateLimit').RateLimit>} rules */
		const refuse = async (rules) => {
			const simulator = await start({ now, rateLimit: { limit: 1, windowMs: 60_000, ...rules } });
			await ask(simulator, '/agents');
			advance(29_500);
			return ask(simulator, activeCall);
		};
		const coded = { error: { code: 'RATE_LIMIT_EXCEEDED', details: { retry_after: 31 } } };
		expect(await refuse({})).toMatchObject({ status: 429, body: coded });
		expect(await refuse({ body: 'coded' })).toMatchObject({ status: 429, body: coded });
		expect(await refuse({ body: 'agents' })).toMatchObject(envelopes.rateLimitAgents);
		expect(await refuse({ body: 'campaignCall' })).toMatchObject(envelopes.rateLimitCampaignCall);
		expect((await refuse({ retryAfterHeader: true })).headers['retry-after']).toBe('31');
	});

	test('answer the documented 429 of the endpoint by default', async () => {
		const simulator = await start({ rateLimit: { limit: 0, windowMs: 60_000 } });
		expect(await ask(simulator, '/agents')).toMatchObject(envelopes.rateLimitAgents);
	});
});

describe('scripts', () => {
	test('answer in place of the API, once', async () => {
		const simulator = await start();
		simulator.script({
			when: {},
			answer: { status: 503, headers: { 'Retry-After': '7' }, body: { message: 'Later' } },
		});
		const answer = await askAnything(simulator, activeCall);
		expect(answer).toMatchObject({ status: 503, body: { message: 'Later' } });
		expect(answer.headers).toMatchObject({
			'retry-after': '7',
			'content-type': 'application/json',
		});
		expect((await ask(simulator, activeCall)).status).toBe(404);
	});

	test('send text and bytes unchanged, and no body by default', async () => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { body: '<p>Hello</p>' } });
		const text = await askAnything(simulator, '/agents');
		expect(text).toMatchObject({ status: 200, body: '<p>Hello</p>' });
		expect(text.headers['content-type']).toBe('text/html; charset=UTF-8');

		const bytes = Buffer.from([0xff, 0x00, 0xfe]);
		const headers = { 'content-type': 'application/octet-stream' };
		simulator.script({ when: {}, answer: { body: bytes, headers } });
		const response = await fetch(simulator.baseUrl);
		expect(response.status).toBe(404);
		const garbage = await fetch(`${simulator.baseUrl}/agents`);
		expect(Buffer.from(await garbage.arrayBuffer())).toEqual(bytes);
		expect(garbage.headers.get('content-type')).toBe('application/octet-stream');

		simulator.script({ when: {}, answer: { status: 502 } });
		const empty = await fetch(`${simulator.baseUrl}/agents`);
		expect([empty.status, await empty.text()]).toEqual([502, '']);
	});

	test('can give any documented error, any number of times', async () => {
		const simulator = await start();
		const path = /^\/agents\/[^/]+\/active-call\//;
		simulator.script({ when: { path }, times: Infinity, answer: envelopes.agentNotFoundCoded });
		for (let i = 0; i < 3; i++) {
			expect(await ask(simulator, activeCall)).toMatchObject(envelopes.agentNotFoundCoded);
		}
		expect((await ask(simulator, '/agents')).status).toBe(200);
	});

	test('match by method, raw path and position', async () => {
		const simulator = await start();
		simulator.script({ when: { method: 'POST' }, answer: { status: 500 } });
		simulator.script({ when: { path: activeCall, nth: 2 }, times: 2, answer: { status: 502 } });
		/** @type {number[]} */
		const statuses = [];
		for (const path of [
			'/agents?page=1',
			activeCall,
			activeCall,
			'/agents',
			activeCall,
			activeCall,
		]) {
			statuses.push((await askAnything(simulator, path)).status);
		}
		expect(statuses).toEqual([200, 404, 502, 200, 502, 404]);
		const unencoded = decodeURIComponent(activeCall);
		simulator.script({ when: { path: activeCall }, answer: { status: 502 } });
		expect((await askAnything(simulator, unencoded)).status).toBe(404);
		expect((await askAnything(simulator, '/agents', { method: 'POST' })).status).toBe(500);
	});

	test('answer in the order in which they were added', async () => {
		const simulator = await start();
		for (const status of [500, 502]) simulator.script({ when: {}, answer: { status } });
		simulator.script({ when: { nth: 2 }, answer: { status: 503 } });
		/** @type {number[]} */
		const statuses = [];
		for (let i = 0; i < 4; i++) statuses.push((await askAnything(simulator, '/agents')).status);
		expect(statuses).toEqual([500, 502, 503, 200]);
	});

	test('delay the answer of the API', async () => {
		const simulator = await start({ latencyMs: 60 });
		simulator.startCall({ agentId, to });
		simulator.script({ when: {}, answer: { delayMs: 120 } });
		/** @type {number[]} */
		const took = [];
		for (let i = 0; i < 2; i++) {
			const begin = performance.now();
			expect((await ask(simulator, activeCall)).status).toBe(200);
			took.push(performance.now() - begin);
		}
		// A timer may fire a millisecond early, and late on a slow machine.
		expect(took[0]).toBeGreaterThan(118);
		expect(took[1]).toBeGreaterThan(58);
	});

	test('add headers to the answer of the API', async () => {
		const simulator = await start({ rateLimit: { limit: 9, windowMs: 60_000 } });
		const headers = { 'x-ratelimit-remaining': '0' };
		simulator.script({ when: {}, answer: { headers } });
		const answer = await ask(simulator, '/agents');
		expect(answer.status).toBe(200);
		expect(answer.headers).toMatchObject({ ...headers, 'x-ratelimit-limit': '9' });
	});

	test('break the connection before the answer', async () => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { breakConnection: 'before' } });
		expect(await sendRaw(simulator, activeCall)).toBe('');
		expect(simulator.requests).toMatchObject([{ path: activeCall }]);
		expect(simulator.requests[0].status).toBeUndefined();
		expect((await ask(simulator, activeCall)).status).toBe(404);
	});

	test.each([
		['of the API', {}, JSON.stringify(envelopes.noActiveCall.body)],
		['that is scripted', { status: 500, body: 'Oh dear' }, 'Oh dear'],
		['that is empty', { status: 500 }, ''],
	])('break the connection in the middle of an answer %s', async (_, given, whole) => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { ...given, breakConnection: 'middle' } });
		const [head, body] = (await sendRaw(simulator, activeCall)).split('\r\n\r\n');
		expect(head).toContain(`Content-Length: ${Math.max(1, whole.length)}\r\n`);
		expect(body).toBe(whole.slice(0, whole.length / 2));

		simulator.script({ when: {}, answer: { ...given, breakConnection: 'middle' } });
		await expect(askAnything(simulator, activeCall)).rejects.toThrow();
	});

	test('redirect', async () => {
		const simulator = await start();
		const redirectTo = 'http://127.0.0.1:9/elsewhere';
		simulator.script({ when: {}, answer: { redirectTo } });
		simulator.script({ when: {}, answer: { redirectTo, status: 307 } });
		for (const status of [302, 307]) {
			const answer = await askAnything(simulator, '/agents');
			expect(answer).toMatchObject({ status, headers: { location: redirectTo } });
		}
	});

	test('never answer', async () => {
		const simulator = await start();
		simulator.script({ when: { path: activeCall }, answer: { never: true } });
		const waiting = new AbortController();
		const hanging = askAnything(simulator, activeCall, { signal: waiting.signal });
		await until(() => simulator.requests.length === 1);
		expect((await ask(simulator, '/agents')).status).toBe(200);
		expect(simulator.requests[0].status).toBeUndefined();
		waiting.abort();
		await expect(hanging).rejects.toThrow('aborted');
	});

	test('do not reach the API or its rate limit', async () => {
		const simulator = await start({ rateLimit: { limit: 2, windowMs: 60_000 } });
		simulator.script({ when: {}, times: 5, answer: { status: 500 } });
		for (let i = 0; i < 5; i++) await askAnything(simulator, '/agents');
		expect((await ask(simulator, '/agents')).headers['x-ratelimit-remaining']).toBe('1');
	});
});

describe('the record', () => {
	test('has each request unchanged', async () => {
		const { now } = createClock();
		const simulator = await start({ now });
		await ask(simulator, '/agents?search=a+b%2B&page=1');
		await askAnything(simulator, activeCall, { method: 'POST', body: '{"to":"x"}' });
		await askAnything(simulator, '/nowhere', { method: 'POST', body: 'to=x' });
		await askAnything({ baseUrl: simulator.origin }, '/wrong/agents');
		expect(simulator.requests).toMatchObject([
			{
				method: 'GET',
				url: '/api/v1/agents?search=a+b%2B&page=1',
				path: '/agents',
				query: { search: 'a b+', page: '1' },
				headers: { authorization: 'Bearer sim_token' },
				body: undefined,
				startedAt: now(),
				status: 200,
				inFlight: 1,
			},
			{ method: 'POST', url: `/api/v1${activeCall}`, path: activeCall, body: { to: 'x' } },
			{ path: '/nowhere', body: 'to=x', status: 404 },
			{ url: '/wrong/agents', path: '/wrong/agents' },
		]);
	});

	test('has the largest number of requests at once', async () => {
		const simulator = await start();
		expect(simulator.peakInFlight).toBe(0);
		simulator.script({ when: {}, times: 3, answer: { never: true } });
		const waiting = new AbortController();
		const hanging = Array.from({ length: 3 }, () =>
			askAnything(simulator, '/agents', { signal: waiting.signal }),
		);
		await until(() => simulator.requests.length === 3);
		expect(simulator.requests.map(({ inFlight }) => inFlight)).toEqual([1, 2, 3]);
		await ask(simulator, '/agents');
		await ask(simulator, '/agents');
		expect(simulator.peakInFlight).toBe(4);

		simulator.reset();
		expect(simulator.peakInFlight).toBe(3);
		waiting.abort();
		await Promise.allSettled(hanging);
		await until(() => {
			simulator.reset();
			return simulator.peakInFlight === 0;
		});
		await ask(simulator, '/agents');
		expect(simulator.peakInFlight).toBe(1);
	});

	test('is cleared on reset, with calls, scripts and the window of the rate limit, but not the agents', async () => {
		const simulator = await start({ rateLimit: { limit: 1, windowMs: 3_600_000 } });
		const { requests } = simulator;
		simulator.startCall({ agentId, to });
		simulator.script({ when: { nth: 2 }, times: Infinity, answer: { status: 500 } });
		await ask(simulator, '/agents');
		expect(requests).toHaveLength(1);

		simulator.reset();
		expect(requests).toHaveLength(0);
		expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
		expect(simulator.requests).toHaveLength(1);
		simulator.reset();
		expect(names(await ask(simulator, '/agents'))).toEqual(['Ana']);
	});
});

describe('starting and stopping', () => {
	test('the port is a free one or the given one, and a port in use is an error', async () => {
		const simulator = await start();
		expect(simulator.baseUrl).toBe(`${simulator.origin}/api/v1`);
		const port = portOf(simulator);
		expect(simulator.origin).toBe(`http://127.0.0.1:${port}`);
		await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });

		await simulator.stop();
		const next = await start({ port });
		expect(next.origin).toBe(simulator.origin);
		expect((await ask(next, '/agents')).status).toBe(200);
	});

	test('the port is free after a stop, even with open connections', async () => {
		const simulator = await start({ latencyMs: 3_600_000 });
		simulator.script({ when: {}, answer: { never: true } });
		const hanging = [askAnything(simulator, '/agents'), askAnything(simulator, '/agents')];
		const silent = connect(simulator);
		await once(silent, 'connect');
		const halfway = connect(simulator);
		halfway.write('POST /api/v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf');
		await until(() => simulator.requests.length === 3);
		const cut = [silent, halfway].map((socket) => once(socket, 'close'));

		await Promise.all([simulator.stop(), simulator.stop()]);
		await start({ port: portOf(simulator) });
		expect(await Promise.allSettled(hanging)).toMatchObject([
			{ status: 'rejected' },
			{ status: 'rejected' },
		]);
		await Promise.all(cut);
	});
});

/** @param {Simulator} simulator */
const portOf = ({ origin }) => Number(new URL(origin).port);

/** @param {Simulator} simulator */
const connect = (simulator) => net.connect(portOf(simulator), '127.0.0.1').on('error', () => {});

/**
 * @param {Simulator} simulator
 * @param {string} path below the base path
 * @returns {Promise<string>} all that came over the wire until the connection was closed
 */
async function sendRaw(simulator, path) {
	const socket = connect(simulator);
	let received = '';
	socket.on('data', (chunk) => {
		received += chunk;
	});
	socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sim_token\r\n\r\n`);
	await once(socket, 'close');
	return received;
}
