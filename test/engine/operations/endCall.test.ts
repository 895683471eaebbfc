import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();

const onEnd = (call = 'call-1') =>
	nock(BASE_URL).post('/agents/agent-1/end-call', { call_sid: call });

const ana = { name: 'Ana', call: 'call-1' };

const notActive = { success: false, message: 'Call is not active', code: 'CALL_NOT_ACTIVE' };

const MINUTE = 60_000;

const listed = (status: string, minutesAgo = 2, id = 'call-1') => ({
	id,
	status,
	to: phoneOf(1),
	minutesAgo,
});

const minutesBefore = (minutes: unknown) =>
	new Date(Date.now() - Number(minutes) * MINUTE).toISOString();

/** Mocks the list of the agent's calls, and returns the requests. */
function onList(...calls: IDataObject[]): string[] {
	const requests: string[] = [];
	nock(BASE_URL)
		.persist()
		.get('/agents/agent-1/calls')
		.query(true)
		.reply((uri) => {
			requests.push(uri);
			const query = new URL(uri, BASE_URL).searchParams;
			const day = query.get('date_from') ?? '';
			const page = Number(query.get('page'));
			const all = calls
				.map(({ minutesAgo, ...call }) => ({ ...call, created_at: minutesBefore(minutesAgo) }))
				.filter(({ created_at: time }) => time >= day);
			return [
				200,
				{
					success: true,
					data: all.slice((page - 1) * 100, page * 100),
					pagination: { last_page: Math.max(1, Math.ceil(all.length / 100)) },
				},
			];
		});
	return requests;
}

describe('End Call', () => {
	test('returns the call with `ended`', async () => {
		const data = { id: 'call-1', status: 'completed', ended_reason: 'ended_by_api' };
		onEnd().reply(200, { success: true, data });
		const result = await runOperation('call.endCall');
		expect(result.json('Talkover')).toEqual([{ ...data, ended: true, alreadyEnded: false }]);
		expect(result.json('Result')).toEqual([{ value: 'Ana: call-1' }]);
	});

	test.each([
		notActive,
		{ success: false, message: 'Call is not active' },
		{ code: 'CALL_NOT_ACTIVE' },
	])('a call that is already over counts as ended: %j', async (body) => {
		onEnd().reply(409, body);
		const requests = onList(listed('completed'));
		expect((await runOperation('call.endCall')).json('Talkover')).toEqual([
			{ id: 'call-1', ended: true, alreadyEnded: true },
		]);
		expect(requests).toHaveLength(1);
	});

	test.each([
		['204 without a body', 204, undefined],
		['a call whose id is null', 200, { success: true, data: { id: null } }],
	])('%s is a success, with the ID of the call', async (_, status, body) => {
		onEnd().reply(status, body);
		const result = await runOperation('call.endCall');
		expect(result.error?.message).toBeUndefined();
		expect(result.json('Talkover')).toEqual([
			expect.objectContaining({ id: 'call-1', ended: true }),
		]);
	});

	test.each([
		[
			404,
			{ success: false, message: 'Call not found for this agent' },
			'No call with the ID "call-1" of the agent "agent-1"',
		],
		[404, { success: false, message: 'Agent not found' }, 'No agent with the ID "agent-1"'],
		[404, '<html>', 'not the Talkover API'],
		[409, { success: false, message: 'Conflict', code: 'LOCKED' }, 'HTTP 409'],
		[409, { success: false, message: 'Chamada bloqueada' }, 'HTTP 409'],
		[500, { success: false, message: 'Oh' }, 'The call "call-1" may have been ended'],
		[200, '<html>', 'The call "call-1" may have been ended'],
		[200, { success: false }, 'The call "call-1" may have been ended'],
		[401, {}, 'does not accept the token'],
	])('%i %j is an error', async (status, body, words) => {
		onEnd().reply(status, body);
		expect((await runOperation('call.endCall')).error?.message).toContain(words);
	});

	test('another 409 shows the API’s message, and gives no advice about the base URL', async () => {
		onEnd().reply(409, { success: false, message: 'Conflict', code: 'LOCKED' });
		const { error } = await runOperation('call.endCall');
		expect(error).toMatchObject({ description: expect.stringContaining('LOCKED: Conflict') });
		expect(error?.description).not.toContain('base URL');
	});

	test('a 429 is retried, and no other failure is', async () => {
		onEnd().reply(429, {});
		onEnd().replyWithError(Object.assign(new Error(), { code: 'ECONNRESET' }));
		const { error } = await runOperation('call.endCall', { retryOnFail: false });
		expect(error?.message).toContain('may have been ended');
		expect(nock.isDone()).toBe(true);
	});

	test.each([
		[{ call: '' }, 'No call is chosen'],
		[{}, 'No call is chosen'],
		[{ call: 'a/b' }, '"a/b" is not a valid call ID'],
		[{ call: { id: 'x' } }, '{"id":"x"} is not a valid call ID'],
	])('the ID in %j is an error', async (json, words) => {
		expect((await runOperation('call.endCall', { items: [{ json }] })).error?.message).toBe(words);
	});

	test.each(['call-1', ' call-1\n', '\u00a0call-1\u3000', '\u200bcall-1\u2060', '\ufeff\tcall-1'])(
		'white space around an ID is removed, also if it is invisible: %j',
		async (call) => {
			onEnd().reply(409, notActive);
			onList(listed('busy'));
			const agentId = {
				__rl: true,
				mode: 'id',
				value: `={{ ${JSON.stringify(`\u2009agent-1\u200d`)} }}`,
			};
			const result = await runOperation('call.endCall', {
				items: [{ json: { call } }],
				parameters: { agentId },
			});
			expect(result.json('Talkover')).toEqual([{ id: 'call-1', ended: true, alreadyEnded: true }]);
		},
	);

	test.each([
		['call 1', '"call 1" is not a valid call ID'],
		['call\u200b-1', '"call\\u200b-1" is not a valid call ID'],
		[' \u200b', 'No call is chosen'],
	])('white space inside an ID is an error: %j', async (call, words) => {
		expect(
			(await runOperation('call.endCall', { items: [{ json: { call } }] })).error?.message,
		).toBe(words);
	});

	test('as an AI tool, returns `ended`', async () => {
		onEnd().reply(409, notActive);
		onList(listed('busy'));
		const result = await runOperation('call.endCall', { type: 'n8n-nodes-talkover.talkoverTool' });
		expect(result.json('Talkover')).toEqual([{ id: 'call-1', ended: true, alreadyEnded: true }]);
	});

	test('two items with one call end it once: the second has `alreadyEnded`', async () => {
		onEnd().reply(200, { success: true, data: { id: 'call-1', status: 'completed' } });
		const result = await runOperation('call.endCall', {
			items: [{ json: ana }, { json: { ...ana, name: 'Bruno' } }],
		});
		expect(result.json('Talkover').map(({ alreadyEnded }) => alreadyEnded)).toEqual([false, true]);
		expect(result.json('Result')).toEqual([{ value: 'Ana: call-1' }, { value: 'Bruno: call-1' }]);
	});
});

describe('a call that Talkover says is not active', () => {
	test.each(['completed', 'failed', 'busy', 'no-answer', 'no_answer', 'voicemail'])(
		'and lists as %s is over',
		async (status) => {
			onEnd().reply(409, notActive);
			const requests = onList(listed(status));
			const result = await runOperation('call.endCall');
			expect(result.json('Talkover')).toEqual([{ id: 'call-1', ended: true, alreadyEnded: true }]);
			expect(requests).toHaveLength(1);
		},
	);

	test.each(['initiated', 'ringing', 'answered', 'in_progress', 'queued', 'scheduled', 'delayed'])(
		'and lists as %s is not ended: it may wait for its delay',
		async (status) => {
			onEnd().reply(409, notActive);
			onList(listed(status));
			const result = await runOperation('call.endCall', { onError: 'continueErrorOutput' });
			expect(result.json('Talkover')).toEqual([]);
			expect(result.json('Failed')).toEqual([
				expect.objectContaining({
					error: expect.stringContaining(
						`The call "call-1" was not ended: Talkover says that it is not active, but lists it as "${status}"`,
					),
				}),
			]);
		},
	);

	test('and does not list is not ended', async () => {
		onEnd().reply(409, notActive);
		const requests = onList(listed('completed', 2, 'call-2'));
		const { error } = await runOperation('call.endCall');
		expect(error?.message).toBe(
			'The call "call-1" was not ended: Talkover says that it is not active, and does not list it',
		);
		expect(error?.description).toContain('delay');
		expect(requests.length).toBeLessThanOrEqual(3);
	});

	test('with an undocumented status is over when no delay can be so long', async () => {
		onEnd().reply(409, notActive);
		onList(listed('canceled', 62));
		const result = await runOperation('call.endCall');
		expect(result.json('Talkover')).toEqual([{ id: 'call-1', ended: true, alreadyEnded: true }]);
	});

	test('is found among older calls', async () => {
		onEnd().reply(409, notActive);
		const recent = Array.from({ length: 250 }, (_, index) => listed('busy', index, `new-${index}`));
		const requests = onList(...recent, listed('completed', 100_000));
		const result = await runOperation('call.endCall');
		expect(result.json('Talkover')).toMatchObject([{ alreadyEnded: true }]);
		expect(requests.length).toBeLessThanOrEqual(9);
	});

	test('and whose list cannot be read is an error that says so', async () => {
		onEnd().reply(409, notActive);
		nock(BASE_URL).persist().get(/calls/).reply(503, '');
		const { error } = await runOperation('call.endCall');
		expect(error?.message).toBe(
			'The call "call-1" is not active, but it is unknown whether it is over: Talkover could not handle the request (HTTP 503)',
		);
	});

	test('many that are over share the requests for the list', async () => {
		const calls = Array.from({ length: 40 }, (_, index) => `call-${index}`);
		for (const id of calls) onEnd(id).reply(409, notActive);
		const requests = onList(...calls.map((id) => listed('completed', 2, id)));
		const result = await runOperation('call.endCall', {
			items: calls.map((call) => ({ json: { ...ana, call } })),
		});
		expect(result.json('Talkover').map(({ id }) => id)).toEqual(calls);
		expect(requests).toHaveLength(1);
	});

	test('is looked for again after some seconds, since its end may be listed late', async () => {
		onEnd().reply(409, notActive);
		const statuses = ['answered', 'completed'];
		nock(BASE_URL)
			.get(/calls\?/)
			.twice()
			.reply(() => [
				200,
				{ success: true, data: [listed(String(statuses.shift()))], pagination: { last_page: 1 } },
			]);
		const { value: result, seconds } = await withFastClock(
			async () => await runOperation('call.endCall'),
		);
		expect(result.json('Talkover')).toMatchObject([{ alreadyEnded: true }]);
		expect(seconds).toBeGreaterThanOrEqual(5);
		expect(nock.isDone()).toBe(true);
	});

	test('and was over frees the person for the next call', async () => {
		await withFastClock(async () => {
			onEnd().reply(409, notActive);
			onList(listed('busy'));
			let calls = 0;
			nock(BASE_URL)
				.persist()
				.get(/active-call/)
				.reply(404, NO_CALL)
				.post(/\/call$/)
				.reply(() => [200, { success: true, data: { id: `call-${++calls}` } }]);
			const call = async () =>
				await runOperation('call.makeCall', { items: [{ json: { phone: phoneOf(1) } }] });
			await call();
			expect((await call()).json('Skipped')).toHaveLength(1);
			await runOperation('call.endCall');
			expect((await call()).json('Called')).toHaveLength(1);
		});
	});
});

describe('End Call with Retry On Fail', () => {
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

	test('repeats only the calls that are not ended yet', async () => {
		onEnd('call-1').reply(200, { success: true, data: { id: 'call-1' } });
		onEnd('call-2').reply(429, {});
		onEnd('call-2').reply(409, notActive);
		onList(listed('completed', 2, 'call-2'));
		const result = await runOperation('call.endCall', {
			items: [
				{ json: ana },
				{
					json: {
						name: 'Bruno',
						call: 'call-2',
					},
				},
			],
			...retry,
			parameters: { options: { maxRateLimitWait: 0 } },
		});
		expect(result.json('Talkover')).toEqual([
			{ id: 'call-1', ended: true, alreadyEnded: false },
			{ id: 'call-2', ended: true, alreadyEnded: true },
		]);
	});

	test('repeats the request for a call that was not active yet', async () => {
		onEnd().reply(409, notActive);
		onEnd().reply(200, { success: true, data: { id: 'call-1' } });
		onList(listed('initiated'));
		const result = await runOperation('call.endCall', { ...retry });
		expect(result.json('Talkover')).toEqual([{ id: 'call-1', ended: true, alreadyEnded: false }]);
	});

	test.each([500, 404])('does not repeat the request after a %i', async (status) => {
		onEnd().reply(status, { success: false, message: 'Oh' });
		onEnd().reply(200, { success: true, data: {} });
		expect((await runOperation('call.endCall', { ...retry })).status).toBe('error');
		expect(nock.pendingMocks()).toHaveLength(1);
	});
});
