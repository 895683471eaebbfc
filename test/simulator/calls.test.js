const { describe, expect, test } = require('@jest/globals');
const { envelopes } = require('../../dev/simulator');
const { ask, askAnything } = require('../../dev/simulator/ask');
const { createClock, start } = require('../helpers/simulator');
const { until } = require('../helpers/until');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const agentId = 'agent_000001';
const to = '+15550100001';
const place = `/agents/${agentId}/call`;
const end = `/agents/${agentId}/end-call`;
const activeCall = `/agents/${agentId}/active-call/${encodeURIComponent(to)}`;

/**
 * @param {Simulator} simulator
 * @param {string} path
 * @param {unknown} [body]
 */
const post = (simulator, path, body) => ask(simulator, path, { method: 'POST', body });

/** @param {{ body: { data: Array<{ id: string }> } }} answer */
const ids = ({ body }) => body.data.map(({ id }) => id);

describe('placing a call', () => {
	test('creates the call', async () => {
		const { now } = createClock();
		const simulator = await start({ now });
		const { status, body } = await post(simulator, place, { to, is_testing: true });
		expect(status).toBe(200);
		expect(body).toEqual({
			success: true,
			data: {
				id: expect.any(String),
				agent_id: agentId,
				to,
				status: 'initiated',
				created_at: '2024-01-15T11:00:00Z',
			},
		});
		const { id } = body.data;
		expect(ids(await ask(simulator, activeCall))).toEqual([id]);
		expect((await ask(simulator, '/calls')).body.data).toMatchObject([
			{ id, to, status: 'initiated', direction: 'outbound', is_testing: true },
		]);
		simulator.setCallStatus(id, 'busy');
		expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
	});

	test('is recorded with its request, apart from calls that a test started', async () => {
		const simulator = await start({ agents: [{}, {}] });
		const { placedCalls } = simulator;
		simulator.startCall({ agentId, to });
		const whole = {
			to,
			payload: { name: 'Ana' },
			context: { row: 7 },
			delay_seconds: 3600,
			is_testing: false,
		};
		const first = await post(simulator, place, whole);
		const second = await post(simulator, '/agents/agent_000002/call', { to });
		await post(simulator, place, { to: '555' });
		expect(placedCalls).toEqual([
			{ id: first.body.data.id, agentId, ...whole },
			{ id: second.body.data.id, agentId: 'agent_000002', to },
		]);

		simulator.reset();
		expect(placedCalls).toEqual([]);
		await post(simulator, place, { to });
		expect(placedCalls).toMatchObject([{ agentId, to }]);
	});

	test('creates two calls for two requests', async () => {
		const simulator = await start();
		for (let i = 0; i < 2; i++) await post(simulator, place, { to });
		expect(simulator.placedCalls).toHaveLength(2);
		expect(ids(await ask(simulator, activeCall))).toEqual(
			simulator.placedCalls.map(({ id }) => id),
		);
	});

	test('answers in the other documented shapes too', async () => {
		const flat = await start({ callAnswer: 'flat' });
		const { body } = await askAnything(flat, place, { method: 'POST', body: { to } });
		const [{ id }] = flat.placedCalls;
		expect(body).toEqual({
			call_id: id,
			agent_id: agentId,
			to,
			status: 'initiated',
			created_at: expect.any(String),
			estimated_duration: expect.any(Number),
		});

		const bare = await start({ callAnswer: 'bare' });
		const answer = await askAnything(bare, place, { method: 'POST', body: { to } });
		const { agent, ...listed } = (await ask(bare, '/calls')).body.data[0];
		expect(agent.id).toBe(agentId);
		expect(answer).toMatchObject({ status: 200, body: listed });
	});

	test('needs a number', async () => {
		const simulator = await start();
		for (const body of [undefined, {}, { to: null }, { to: '' }, [], 'to=x']) {
			expect(await post(simulator, place, body)).toMatchObject(envelopes.missingPhoneNumber);
		}
		for (const wrong of ['15550100001', '+05550100001', '+1 555 010 0001', 15550100001, [to]]) {
			expect(await post(simulator, place, { to: wrong })).toMatchObject({
				status: 400,
				body: {
					error: { code: 'INVALID_PHONE_NUMBER', details: { field: 'to', value: wrong } },
				},
			});
		}
		expect(simulator.placedCalls).toEqual([]);
	});

	test('needs a published agent', async () => {
		const simulator = await start({ agents: [{ current_status: 'draft' }] });
		expect(await post(simulator, place, { to })).toMatchObject(envelopes.agentInactive);
		expect(await post(simulator, '/agents/nobody/call', { to })).toMatchObject({
			status: 404,
			body: { error: { code: 'AGENT_NOT_FOUND', details: { agent_id: 'nobody' } } },
		});
		expect(simulator.placedCalls).toEqual([]);
	});

	test.each([
		['payload', 'Ana'],
		['payload', ['Ana']],
		['payload', null],
		['context', 7],
		['delay_seconds', -1],
		['delay_seconds', 3601],
		['delay_seconds', 1.5],
		['delay_seconds', '60'],
		['is_testing', 'false'],
	])('answers 422 for %s %j', async (field, value) => {
		const simulator = await start();
		const { status, body } = await post(simulator, place, { to, [field]: value });
		expect(status).toBe(422);
		expect(Object.keys(body.errors)).toEqual([field]);
		expect(simulator.placedCalls).toEqual([]);
	});

	test('answers 401 without a token and 429 over the limit, with codes', async () => {
		const simulator = await start({ rateLimit: { limit: 1, windowMs: 60_000 } });
		const stranger = await ask(simulator, place, { method: 'POST', body: { to }, token: 'x' });
		expect(stranger).toMatchObject(envelopes.invalidToken);
		expect(await post(simulator, place, { to })).toMatchObject({
			status: 429,
			body: { error: { code: 'RATE_LIMIT_EXCEEDED' } },
		});
		expect(simulator.placedCalls).toEqual([]);
	});
});

describe('a call that may have been placed', () => {
	test.each([
		['a 504 from a proxy', { status: 504, body: '<h1>504 Gateway Time-out</h1>' }],
		['an error of the API', envelopes.serverError],
		['a redirect', { redirectTo: 'http://127.0.0.1:9/elsewhere' }],
	])('is placed even if the answer is %s', async (_, answer) => {
		const simulator = await start({ rateLimit: { limit: 9, windowMs: 60_000 } });
		simulator.script({ when: { method: 'POST' }, answer: { ...answer, afterApi: true } });
		const { status, body, headers } = await askAnything(simulator, place, {
			method: 'POST',
			body: { to },
		});
		expect(status).toBe('status' in answer ? answer.status : 302);
		expect(body).toEqual('body' in answer ? answer.body : '');
		expect(headers).not.toHaveProperty('x-ratelimit-remaining');
		expect(simulator.placedCalls).toMatchObject([{ to }]);
		const seen = await ask(simulator, activeCall);
		expect(ids(seen)).toEqual([simulator.placedCalls[0].id]);
		expect(seen.headers['x-ratelimit-remaining']).toBe('7');
	});

	test('is placed even if the connection breaks before the answer', async () => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { breakConnection: 'before', afterApi: true } });
		await expect(askAnything(simulator, place, { method: 'POST', body: { to } })).rejects.toThrow();
		expect(simulator.placedCalls).toHaveLength(1);
		expect((await ask(simulator, activeCall)).status).toBe(200);
	});

	test('is placed even if no answer comes', async () => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { never: true, afterApi: true } });
		const waiting = new AbortController();
		const hanging = askAnything(simulator, place, {
			method: 'POST',
			body: { to },
			signal: waiting.signal,
		});
		await until(() => simulator.placedCalls.length === 1);
		expect((await ask(simulator, activeCall)).status).toBe(200);
		expect(simulator.requests[0].status).toBeUndefined();
		waiting.abort();
		await expect(hanging).rejects.toThrow('aborted');
	});

	test('is not placed if a script answers in place of the API', async () => {
		const simulator = await start();
		for (const answer of /** @type {const} */ ([{ status: 504 }, { breakConnection: 'before' }])) {
			simulator.script({ when: {}, answer });
			await Promise.allSettled([askAnything(simulator, place, { method: 'POST', body: { to } })]);
		}
		expect(simulator.requests).toHaveLength(2);
		expect(simulator.placedCalls).toEqual([]);
	});

	test('is not placed if the API refuses it', async () => {
		const simulator = await start();
		simulator.script({ when: {}, answer: { status: 504, afterApi: true } });
		await askAnything(simulator, place, { method: 'POST', body: { to: '555' } });
		expect(simulator.placedCalls).toEqual([]);
	});
});

describe('ending a call', () => {
	test('ends it at once', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const { id } = simulator.startCall({
			agentId,
			to,
			answeredAfterMs: 1_000,
			endsAfterMs: 60_000,
		});
		advance(31_500);
		expect(await post(simulator, end, { call_sid: id })).toMatchObject({
			status: 200,
			body: {
				success: true,
				data: {
					id,
					status: 'completed',
					ended_at: '2024-01-15T11:00:31Z',
					ended_reason: 'ended_by_api',
				},
			},
		});
		expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
		advance(3_600_000);
		expect((await ask(simulator, '/calls')).body.data).toMatchObject([
			{ id, status: 'completed', duration: 30, updated_at: '2024-01-15T11:00:31Z' },
		]);
		expect(await post(simulator, end, { call_sid: id })).toMatchObject(envelopes.callNotActive);
	});

	test('ends no other call', async () => {
		const simulator = await start({ agents: [{}, {}] });
		const { id } = simulator.startCall({ agentId, to });
		const other = simulator.startCall({ agentId, to });
		await post(simulator, end, { call_sid: id });
		expect(ids(await ask(simulator, activeCall))).toEqual([other.id]);

		const foreign = end.replace(agentId, 'agent_000002');
		expect(await post(simulator, foreign, { call_sid: other.id })).toMatchObject(
			envelopes.callNotFound,
		);
		expect(ids(await ask(simulator, activeCall))).toEqual([other.id]);
	});

	test('takes the `id` of a call, not its `sid`', async () => {
		const simulator = await start();
		simulator.startCall({ agentId, to });
		const [{ sid }] = (await ask(simulator, '/calls')).body.data;
		for (const wrong of [sid, 'call_x']) {
			expect(await post(simulator, end, { call_sid: wrong })).toMatchObject(envelopes.callNotFound);
		}
		for (const body of [undefined, {}, { call_sid: '' }, { call_sid: 7 }, { id: 'call_000001' }]) {
			const answer = await post(simulator, end, body);
			expect(answer.status).toBe(422);
			expect(Object.keys(answer.body.errors)).toEqual(['call_sid']);
		}
		expect(await post(simulator, '/agents/nobody/end-call', { call_sid: 'x' })).toMatchObject(
			envelopes.agentNotFound,
		);
		expect((await ask(simulator, activeCall)).status).toBe(200);
	});

	test('does not change a call that is over', async () => {
		const simulator = await start();
		for (const status of /** @type {const} */ (['completed', 'failed', 'busy', 'no-answer'])) {
			const { id } = simulator.startCall({ agentId, to, status });
			expect(await post(simulator, end, { call_sid: id })).toMatchObject(envelopes.callNotActive);
			expect(ids(await ask(simulator, `/calls?status=${status}`))).toEqual([id]);
		}
	});
});

describe('the list of calls', () => {
	test('has complete calls', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const { id } = simulator.startCall({
			agentId,
			to: '+15550100002',
			from: to,
			direction: 'inbound',
			isTesting: true,
			answeredAfterMs: 1_000,
		});
		advance(61_000);
		const call = {
			id,
			sid: expect.any(String),
			to: '+15550100002',
			to_formatted: '(555) 010-0002',
			from: to,
			from_formatted: '(555) 010-0001',
			is_testing: true,
			direction: 'inbound',
			status: 'answered',
			duration: 60,
			created_at: '2024-01-15T11:00:00Z',
			updated_at: '2024-01-15T11:00:01Z',
		};
		const [listed] = (await ask(simulator, '/calls')).body.data;
		expect(listed).toEqual({ ...call, agent: { id: agentId, name: 'Ana', label: 'Ana' } });
		expect(listed.sid).not.toBe(id);
		const ofAgent = await ask(simulator, `/agents/${agentId}/calls`);
		expect(ofAgent.body.data).toEqual([call]);
	});

	test('has the newest first, in pages', async () => {
		const simulator = await start();
		const all = Array.from({ length: 25 }, () => simulator.startCall({ agentId, to }).id).reverse();
		for (const path of ['/calls', `/agents/${agentId}/calls`]) {
			const first = await ask(simulator, path);
			expect(ids(first)).toEqual(all.slice(0, 20));
			expect(first.body.meta).toMatchObject({ total: 25, last_page: 2 });
			expect(ids(await ask(simulator, `${path}?page=2&per_page=10`))).toEqual(all.slice(10, 20));
		}
		const other = await start({ pageInfoKey: 'pagination' });
		expect((await ask(other, '/calls')).body.pagination).toMatchObject({ total: 0, from: null });
	});

	test('has the calls of all agents, or of one', async () => {
		const simulator = await start({ agents: [{}, {}] });
		const first = simulator.startCall({ agentId, to }).id;
		const second = simulator.startCall({ agentId: 'agent_000002', to }).id;
		expect(ids(await ask(simulator, '/calls'))).toEqual([second, first]);
		expect(ids(await ask(simulator, '/calls?agent_id=agent_000002'))).toEqual([second]);
		expect(ids(await ask(simulator, '/calls?agent_id=nobody'))).toEqual([]);
		expect(ids(await ask(simulator, `/agents/${agentId}/calls`))).toEqual([first]);
		expect(await ask(simulator, '/agents/nobody/calls')).toMatchObject(envelopes.agentNotFound);
	});

	test('is filtered by status, direction and day', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const busy = simulator.startCall({ agentId, to, status: 'busy' }).id;
		advance(24 * 3_600_000);
		const inbound = simulator.startCall({ agentId, to, direction: 'inbound', ringsAfterMs: 1 }).id;
		advance(24 * 3_600_000);
		const last = simulator.startCall({ agentId, to }).id;
		/** @param {string} query */
		const find = async (query) => {
			const found = ids(await ask(simulator, `/calls?${query}`));
			expect(ids(await ask(simulator, `/agents/${agentId}/calls?${query}`))).toEqual(found);
			return found;
		};
		expect(await find('status=busy')).toEqual([busy]);
		expect(await find('status=ringing')).toEqual([inbound]);
		expect(await find('status=')).toEqual([last, inbound, busy]);
		expect(await find('direction=inbound')).toEqual([inbound]);
		expect(await find('direction=outbound')).toEqual([last, busy]);
		expect(await find('date_from=2024-01-16')).toEqual([last, inbound]);
		expect(await find('date_to=2024-01-16')).toEqual([inbound, busy]);
		expect(await find('date_from=2024-01-16&date_to=2024-01-16')).toEqual([inbound]);
		expect(await find('date_from=2024-01-18')).toEqual([]);
		expect(await find('direction=outbound&status=busy')).toEqual([busy]);
	});

	test('is searched by a part of a number or `sid`', async () => {
		const simulator = await start();
		const from = '+15550177777';
		const first = simulator.startCall({ agentId, to: '+15550100001', from }).id;
		const second = simulator.startCall({ agentId, to: '+155501000012' }).id;
		/** @param {string} search */
		const find = async (search) =>
			ids(await ask(simulator, `/calls?${new URLSearchParams({ search })}`));
		expect(await find('+15550100001')).toEqual([second, first]);
		expect(await find('+155501000012')).toEqual([second]);
		expect(await find('5550177')).toEqual([first]);
		expect(await find('+44')).toEqual([]);
		const [{ sid }] = (await ask(simulator, '/calls')).body.data;
		expect(await find(sid)).toEqual([second]);
	});

	test('reads a plus that is not encoded as a space', async () => {
		const simulator = await start();
		simulator.startCall({ agentId, to });
		expect(ids(await ask(simulator, `/calls?search=${to}`))).toEqual([]);
	});

	test.each([
		['status=asleep', 'status'],
		['direction=sideways', 'direction'],
		['date_from=yesterday', 'date_from'],
		['date_from=2024-02-30', 'date_from'],
		['date_to=2024-1-5', 'date_to'],
		['date_to=2024-01-15T11:00:00Z', 'date_to'],
		['per_page=101', 'per_page'],
		['page=0', 'page'],
	])('answers 422 for %s', async (query, field) => {
		const simulator = await start();
		for (const path of ['/calls', `/agents/${agentId}/calls`]) {
			const { status, body } = await ask(simulator, `${path}?${query}`);
			expect(status).toBe(422);
			expect(Object.keys(body.errors)).toEqual([field]);
		}
	});
});

describe('an inbound call', () => {
	test('is an active call with the caller', async () => {
		const simulator = await start();
		const plan = /** @type {const} */ ({ agentId, to: '+15550100002', direction: 'inbound' });
		const call = simulator.startCall({ ...plan, from: to });
		expect((await ask(simulator, activeCall)).body.data).toEqual([call]);
		expect((await ask(simulator, `/agents/${agentId}/active-call/%2B15550100002`)).status).toBe(
			404,
		);
		expect(() => simulator.startCall({ ...plan, from: '555' })).toThrow('555');
	});
});
