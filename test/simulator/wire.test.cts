import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { documentedError, startSimulator } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import { ask, askAnything } from '../helpers/ask.cts';
import { createClock, start } from '../helpers/simulator.cts';

const agentId = 'agent-1';
const to = '+15550100001';
const activeCall = `/agents/${agentId}/active-call/${encodeURIComponent(to)}`;
const place = `/agents/${agentId}/call`;

const portOf = ({ origin }: Simulator) => Number(new URL(origin).port);

const connect = (simulator: Simulator) =>
	net.connect(portOf(simulator), '127.0.0.1').on('error', () => {});

/** Sends a GET, and returns all that came over the wire until the connection was closed. */
async function sendRaw(simulator: Simulator, path: string): Promise<string> {
	const socket = connect(simulator);
	let received = '';
	socket.on('data', (chunk) => (received += String(chunk)));
	socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sim_token\r\n\r\n`);
	await once(socket, 'close');
	return received;
}

test('a wrong base URL is a web page, and a wrong token is refused', async () => {
	const simulator = await start({ tokens: ['one', 'two'] });
	for (const path of ['/agents', '/api/v2/agents', '/api/v1', '/']) {
		const { status, headers, body } = await askAnything({ baseUrl: simulator.origin }, path);
		expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=UTF-8']);
		expect(body.text).toContain('<h1>404');
	}
	for (const token of [null, 'sim_token', 'one two', '']) {
		expect((await ask(simulator, '/agents', { token })).status).toBe(401);
	}
	for (const token of ['one', 'two']) {
		expect((await ask(simulator, '/agents', { token })).status).toBe(200);
	}
});

describe('rate limits', () => {
	test('are of one token each, in the headers of every answer, and end with their window', async () => {
		const { now, advance } = createClock();
		const rateLimit = { limit: 2, windowMs: 60_000 };
		const simulator = await start({ now, rateLimit, tokens: ['one', 'two'] });
		const told = async (token: string, path = '/agents') => {
			const { status, headers } = await askAnything(simulator, path, { token });
			const value = (name: string) => headers[`x-ratelimit-${name}`];
			return [status, value('limit'), value('remaining'), value('reset')];
		};
		const reset = String(Date.parse('2024-01-15T11:01:01Z') / 1000);
		expect(await told('one')).toEqual([200, '2', '1', reset]);
		advance(59_999);
		expect(await told('one', '/nowhere')).toEqual([404, '2', '0', reset]);
		expect(await told('one')).toEqual([429, '2', '0', reset]);
		expect((await told('two')).slice(0, 3)).toEqual([200, '2', '1']);
		expect(await told('one', '/health')).toEqual([200, undefined, undefined, undefined]);
		advance(1);
		expect((await told('one')).slice(0, 3)).toEqual([200, '2', '1']);
		simulator.reset();
		expect((await told('one')).slice(0, 3)).toEqual([200, '2', '1']);
	});

	test('can be told in milliseconds, or by the body of a 429 only', async () => {
		const { now, advance } = createClock();
		const rules = { limit: 1, windowMs: 60_000 };
		const inMs = await start({ now, rateLimit: { ...rules, resetUnit: 'epochMilliseconds' } });
		const { headers } = await ask(inMs, '/agents');
		expect(Number(headers['x-ratelimit-reset'])).toBe(Date.parse('2024-01-15T11:01:00.250Z'));

		const silent = await start({ now, rateLimit: { ...rules, hasHeaders: false } });
		await ask(silent, '/agents');
		advance(29_500);
		const refused = await ask(silent, activeCall);
		const error = { code: 'RATE_LIMIT_EXCEEDED', details: { retry_after: 31 } };
		expect(refused).toMatchObject({ status: 429, body: { error } });
		expect(Object.keys(refused.headers).join()).not.toMatch(/limit|retry/);
	});
});

describe('scripts', () => {
	test('match by operation, method, raw path and position, in their order', async () => {
		const simulator = await start();
		const add = (when: object, status: number, times?: number) =>
			simulator.script({ when, times, answer: { status } });
		add({ method: 'POST' }, 500);
		add({ operation: 'getActiveCall', nth: 2 }, 502, 2);
		add({ path: /^\/calls/ }, 503);
		add({ path: activeCall, nth: 2 }, 504);
		const statuses: number[] = [];
		const unencoded = decodeURIComponent(activeCall);
		for (const path of [activeCall, '/calls?page=1', activeCall, unencoded, activeCall, '/calls']) {
			statuses.push((await askAnything(simulator, path)).status);
		}
		expect(statuses).toEqual([404, 503, 502, 502, 504, 200]);
		expect((await askAnything(simulator, '/agents', { method: 'POST' })).status).toBe(500);
	});

	test('can be decided by each request, and give documented errors', async () => {
		const simulator = await start();
		simulator.on('getAgent', async ({ params }, nth) => {
			await Promise.resolve();
			return nth === 2 ? documentedError('makeCall', 404, /AGENT_NOT_FOUND/) : void params.agent_id;
		});
		const answers = [1, 2, 3].map(async () => await askAnything(simulator, `/agents/${agentId}`));
		const statuses = (await Promise.all(answers)).map(({ status }) => status);
		expect(statuses.sort()).toEqual([200, 200, 404]);
		expect(() => documentedError('makeCall', 418)).toThrow('makeCall → 418');
		expect(() => documentedError('nothing', 404)).toThrow('nothing');
	});

	test('answer in place of the API and its rate limit, or change how it is sent', async () => {
		const simulator = await start({ rateLimit: { limit: 2, windowMs: 60_000 }, latencyMs: 60 });
		const headers = { 'Retry-After': '7' };
		const bytes = Buffer.from([0xff, 0x00, 0xfe]);
		simulator.script({ when: {}, answer: { status: 503, headers, body: { message: 'Later' } } });
		simulator.script({ when: {}, answer: { body: bytes } });
		simulator.script({ when: {}, answer: { status: 502 } });
		simulator.script({ when: {}, answer: { redirectTo: 'http://127.0.0.1:9/' } });
		simulator.script({ when: {}, answer: { headers, delayMs: 120 } });
		expect(await askAnything(simulator, '/agents')).toMatchObject({
			status: 503,
			headers: { 'retry-after': '7', 'content-type': 'application/json' },
			body: { message: 'Later' },
		});
		const raw = await fetch(`${simulator.baseUrl}/agents`);
		expect([raw.status, Buffer.from(await raw.arrayBuffer())]).toEqual([200, bytes]);
		const empty = await fetch(`${simulator.baseUrl}/agents`);
		expect([empty.status, await empty.text()]).toEqual([502, '']);
		expect(await askAnything(simulator, '/agents')).toMatchObject({
			status: 302,
			headers: { location: 'http://127.0.0.1:9/' },
		});
		const begin = performance.now();
		expect((await ask(simulator, '/agents')).headers).toMatchObject({
			'retry-after': '7',
			'x-ratelimit-remaining': '1',
		});
		const delayed = performance.now();
		await ask(simulator, '/agents');
		// A timer may fire a millisecond early, and late on a slow machine.
		expect(delayed - begin).toBeGreaterThan(118);
		expect(performance.now() - delayed).toBeGreaterThan(58);
	});

	test.each([
		['of the API', {}, JSON.stringify(documentedError('getActiveCall', 404).body)],
		['that is scripted', { status: 500, body: 'Oh dear' }, 'Oh dear'],
		['that is empty', { status: 500 }, ''],
	])('break the connection in the middle of an answer %s', async (_, given, whole) => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { ...given, breakConnection: 'middle' } });
		const [head, body] = (await sendRaw(simulator, activeCall)).split('\r\n\r\n');
		expect(head).toContain(`Content-Length: ${Math.max(1, whole.length)}\r\n`);
		expect(body).toBe(whole.slice(0, whole.length / 2));
	});

	test.each([
		['refuse in place of the API', { status: 504 }, 0],
		['lose the answer of the API', { status: 504, afterApi: true }, 1],
		['break the connection before the request', { breakConnection: 'before' }, 0],
		['break the connection after the request', { breakConnection: 'before', afterApi: true }, 1],
	] as const)('%s', async (_, answer, calls) => {
		const simulator = await start();
		simulator.script({ when: {}, answer });
		const sent = askAnything(simulator, place, { method: 'POST', body: { to } });
		if ('status' in answer) expect((await sent).status).toBe(504);
		else await expect(sent).rejects.toThrow();
		expect(simulator.placedCalls).toHaveLength(calls);
		expect(simulator.requests).toMatchObject([{ path: place, body: { to }, phone: to }]);
		expect((await ask(simulator, activeCall)).status).toBe(calls ? 200 : 404);
	});
});

test('each request is recorded unchanged', async () => {
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
			operation: 'listAgents',
			token: 'sim_token',
			body: undefined,
			startedAt: now(),
			status: 200,
			inFlight: 1,
		},
		{ method: 'POST', url: `/api/v1${activeCall}`, path: activeCall, body: { to: 'x' } },
		{ path: '/nowhere', body: 'to=x', status: 404, operation: undefined },
		{ url: '/wrong/agents', path: '/wrong/agents', operation: undefined },
	]);
	expect(simulator.requestsFor('listAgents')).toEqual([simulator.requests[0]]);
	simulator.reset();
	expect(simulator.requests).toEqual([]);
});

test('requests that are never answered stay in flight until the client gives up', async () => {
	const simulator = await start();
	simulator.script({ when: {}, times: 3, answer: { never: true } });
	const waiting = new AbortController();
	const hanging = [1, 2, 3].map(
		async () => await askAnything(simulator, '/agents', { signal: waiting.signal }),
	);
	await until(() => simulator.requests.length === 3);
	expect(simulator.requests.map(({ inFlight }) => inFlight)).toEqual([1, 2, 3]);
	waiting.abort();
	await Promise.allSettled(hanging);
	await until(async () => {
		await ask(simulator, '/agents');
		return simulator.requests.at(-1)?.inFlight === 1;
	});
	expect(simulator.requests[0].status).toBeUndefined();
});

test('the port is a free one or the given one, and free after a stop, even with open connections', async () => {
	const simulator = await start({ latencyMs: 3_600_000 });
	const port = portOf(simulator);
	await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	const hanging = [askAnything(simulator, '/agents'), askAnything(simulator, '/agents')];
	const halfway = connect(simulator);
	halfway.write('POST /api/v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf');
	await until(() => simulator.requests.length === 3);
	const cut = once(halfway, 'close');
	await Promise.all([simulator.stop(), simulator.stop(), cut]);
	expect((await Promise.allSettled(hanging)).map(({ status }) => status)).toEqual([
		'rejected',
		'rejected',
	]);
	expect((await start({ port })).origin).toBe(simulator.origin);
});
