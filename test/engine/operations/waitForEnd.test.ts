import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { outcome } from '../../../dev/simulator/world/calls.cts';
import type { FinalStatus, NewCall } from '../../../dev/simulator/world/calls.cts';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import type { RunOptions } from '../../helpers/engine';
import { mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';

mockWire();

/** What happens to a call from its start on. */
type Course = Partial<NewCall>;

const OVER: Course = { status: 'completed' };
const RINGING: Course = { status: 'ringing' };
const AFTER_63_SECONDS: Course = { startedAgoMs: 63_000, answeredAfterMs: 0, endsAfterMs: 63_000 };

let talkover: Talkover;
const countRequests = () => talkover.requests.length;

/** A Talkover with older calls, and with calls that go their course. */
function talkoverWith(courses: Record<string, Course>, older = 0) {
	talkover = wireTalkover();
	const call = { agentId: 'agent-1', to: phoneOf(1) };
	for (let nth = 0; nth < older; nth++) talkover.startCall({ ...call, ...OVER, id: `old-${nth}` });
	for (const [id, course] of Object.entries(courses)) {
		talkover.startCall({ ...call, id, ...course });
	}
}

/** A call in Talkover's list, for a test in which nothing else happens. */
const listed = (id: string, status: string, more: IDataObject = {}) => ({
	id,
	to: phoneOf(1),
	direction: 'outbound',
	status,
	created_at: new Date().toISOString(),
	...more,
});

/** Mocks lookups that take some milliseconds: so many first ones find the call, the others find none. */
function onLookups(active: number, milliseconds = 0): string[] {
	const lookups: string[] = [];
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(async (uri) => {
			lookups.push(uri);
			await sleep(milliseconds);
			const data = [{ id: 'call-1', to: phoneOf(1), status: 'answered' }];
			return lookups.length <= active ? [200, { success: true, data }] : [404, NO_CALL];
		});
	return lookups;
}

const items = (...ids: string[]) => ids.map((id) => ({ json: { name: id, call: id } }));

async function waitFor(
	ids: string[],
	courses: Record<string, Course>,
	{
		older,
		options,
		...more
	}: OperationOptions & RunOptions & { older?: number; options?: IDataObject } = {},
) {
	return await withFastClock(async () => {
		talkoverWith(courses, older);
		return await runOperation('call.waitForEnd', {
			items: items(...ids),
			parameters: { options: options ?? {} },
			...more,
		});
	});
}

describe('a call', () => {
	test.each(['completed', 'failed', 'busy', 'no-answer'] as const)(
		'that ends as %s comes out on Ended as the list gives it, linked to its item',
		async (endsAs) => {
			const course = { ringsAfterMs: 3000, endsAfterMs: 40_000, endsAs };
			const { value, seconds } = await withFastClock(async () => {
				const { value: run } = await waitFor(['call-1'], { 'call-1': course });
				return { run, listed: talkover.listedCall('call-1') };
			});
			const { run, listed } = value;
			expect(listed).toMatchObject({ id: 'call-1', status: endsAs });
			expect(run.items('Talkover')).toEqual([{ json: listed, pairedItem: { item: 0 } }]);
			expect(run.json('Ended')).toEqual([{ value: 'call-1: call-1' }]);
			expect(seconds).toBeGreaterThanOrEqual(40);
			expect(seconds).toBeLessThan(52);
		},
	);

	test('that is already over comes out at once', async () => {
		const { value: run, seconds } = await waitFor(['call-1'], { 'call-1': AFTER_63_SECONDS });
		expect(run.json('Talkover')).toMatchObject([{ status: 'completed', duration: 63 }]);
		expect(seconds).toBeLessThan(1);
		expect(talkover.requests).toHaveLength(1);
	});

	test('that is not over after Max Wait comes out on Still Active', async () => {
		const { value: run, seconds } = await waitFor(
			['call-1'],
			{ 'call-1': { status: 'answered' } },
			{ options: { maxWait: 2 } },
		);
		expect(run.json('Talkover', 0)).toEqual([]);
		expect(run.json('Talkover', 1)).toMatchObject([
			{ id: 'call-1', status: 'answered', still_active_reason: 'max_wait_over' },
		]);
		expect(seconds).toBeGreaterThanOrEqual(120);
		expect(seconds).toBeLessThan(122);
	});

	test('that is not over when Timeout Workflow has passed comes out on Still Active, as n8n 1 in queue mode does not stop the wait', async () => {
		const { value: run, seconds } = await waitFor(
			['call-1'],
			{ 'call-1': { status: 'answered' } },
			{ options: { maxWait: 2 }, settings: { executionTimeout: 45 } },
		);
		expect(run.json('Talkover', 1)).toMatchObject([
			{ id: 'call-1', status: 'answered', still_active_reason: 'max_wait_over' },
		]);
		expect(seconds).toBeGreaterThanOrEqual(45);
		expect(seconds).toBeLessThan(47);
	});

	test.each([600, -1, undefined])(
		'is waited for during Max Wait with a Timeout Workflow of %s s',
		async (executionTimeout) => {
			const { seconds } = await waitFor(
				['call-1'],
				{ 'call-1': { status: 'answered' } },
				{ options: { maxWait: 2 }, settings: { executionTimeout } },
			);
			expect(seconds).toBeGreaterThanOrEqual(120);
			expect(seconds).toBeLessThan(122);
		},
	);

	test('is checked once with a Max Wait of 0', async () => {
		const { value: run, seconds } = await waitFor(
			['call-1'],
			{ 'call-1': RINGING },
			{ options: { maxWait: 0 } },
		);
		expect(run.json('Talkover', 1)).toMatchObject([{ status: 'ringing' }]);
		expect(seconds).toBeLessThan(1);
		expect(talkover.requests).toHaveLength(1);
	});

	test.each(['no_answer', 'completed'])(
		'that is listed as %s is over, without a lookup',
		async (status) => {
			const { value: run, seconds } = await waitFor(['call-1'], { 'call-1': { status } });
			expect(run.json('Talkover')).toMatchObject([{ status }]);
			expect(seconds).toBeLessThan(1);
			expect(talkover.requests).toHaveLength(1);
		},
	);

	test.each(['initiated', 'in_progress', 'in-progress', 'queued', 'scheduled', 'ready'])(
		'that is %s is not over, and nobody is asked who is on it',
		async (status) => {
			const course: Course = { status, endsAfterMs: 25_000 };
			const { value: run, seconds } = await waitFor(['call-1'], { 'call-1': course });
			expect(run.json('Talkover')).toMatchObject([{ status: 'completed' }]);
			expect(seconds).toBeGreaterThanOrEqual(25);
			expect(talkover.requests.map(({ path }) => path).join()).not.toContain('active-call');
		},
	);

	test.each(['voicemail', 'canceled', 'expired', 'call_dropped'])(
		'that is %s is over when it is no longer an active call',
		async (status) => {
			const lookups = onLookups(2);
			const course: Course = { status, startedAgoMs: 60_000 };
			const { value: run, seconds } = await waitFor(['call-1'], { 'call-1': course });
			expect(run.json('Talkover')).toMatchObject([{ id: 'call-1', status }]);
			expect(lookups).toHaveLength(3);
			expect(seconds).toBeLessThan(25);
		},
	);

	test('of an undocumented status that another process has just made may not be dialed yet', async () => {
		onLookups(0);
		const { value: run } = await waitFor(['call-1'], {
			'call-1': { status: 'created', ringsAfterMs: 35_000, endsAfterMs: 50_000, endsAs: 'busy' },
		});
		expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
	});

	test('of an undocumented status comes out with its status after the lookup', async () => {
		onLookups(0, 3000);
		const { value: run } = await withFastClock(async () => {
			talkoverWith({ 'call-1': { status: 'answered', startedAgoMs: 61_000 } });
			talkover.setCallStatus('call-1', 'transferring');
			void sleep(2000).then(() => talkover.setCallStatus('call-1', 'completed'));
			return await runOperation('call.waitForEnd', { items: items('call-1') });
		});
		expect(run.json('Talkover')).toMatchObject([{ status: 'completed', duration: 63 }]);
	});

	test('of an undocumented status that becomes active during the lookup is not over', async () => {
		onLookups(0, 3000);
		const { value: run } = await withFastClock(async () => {
			talkoverWith({ 'call-1': { status: 'dialing', startedAgoMs: 61_000, endsAfterMs: 91_000 } });
			void sleep(2000).then(() => talkover.setCallStatus('call-1', 'ringing'));
			void sleep(20_000).then(() => talkover.setCallStatus('call-1', 'busy'));
			return await runOperation('call.waitForEnd', { items: items('call-1') });
		});
		expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
	});

	test('that Talkover lists some seconds later is found', async () => {
		const course: Course = { shownAfterMs: 12_000, endsAfterMs: 20_000, endsAs: 'busy' };
		const { value: run } = await waitFor(['call-1'], { 'call-1': course });
		expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
	});

	test('that is not in the list comes out on Still Active after a minute', async () => {
		const { value: run, seconds } = await waitFor(['call-1'], {}, { older: 250 });
		expect(run.error).toBeUndefined();
		expect(run.json('Talkover', 1)).toEqual([
			{ id: 'call-1', agent_id: 'agent-1', still_active_reason: 'not_in_list' },
		]);
		expect(seconds).toBeGreaterThanOrEqual(60);
		expect(seconds).toBeLessThan(75);
		// Six readings of three pages.
		expect(countRequests()).toBeLessThanOrEqual(18);
	});

	test('of long ago is found in the whole list', async () => {
		nock(BASE_URL)
			.get('/agents/agent-1/calls')
			.query(({ date_from: from }) => from !== undefined)
			.reply(200, { success: true, data: [], pagination: { last_page: 1 } })
			.get('/agents/agent-1/calls')
			.query(({ date_from: from }) => from === undefined)
			.reply(200, {
				success: true,
				data: [listed('call-1', 'completed', { created_at: '2024-01-15T11:00:00Z' })],
				pagination: { last_page: 1 },
			});
		const run = await runOperation('call.waitForEnd', { items: items('call-1') });
		expect(run.json('Talkover')).toMatchObject([{ created_at: '2024-01-15T11:00:00Z' }]);
	});
});

describe('many calls', () => {
	test('wait together: 40 calls over 20 s, checked every 2 s, take at most 40 requests', async () => {
		const ids = Array.from({ length: 40 }, (_, index) => `call-${index}`);
		const courses = Object.fromEntries(
			ids.map((id, index) => [id, { ...RINGING, endsAfterMs: index * 500 }]),
		);
		const { value: run, seconds } = await waitFor(ids, courses, {
			older: 350,
			options: { checkEvery: 2, maxParallelRequests: 5 },
		});
		expect(run.json('Talkover').map(({ id }) => id)).toEqual(ids);
		expect(countRequests()).toBeLessThanOrEqual(40);
		expect(seconds).toBeGreaterThan(19);
		expect(seconds).toBeLessThan(24);
	});

	test('can be of several agents, and one call can be in several items', async () => {
		const { value: run } = await withFastClock(async () => {
			talkoverWith({ a: { status: 'busy' }, b: { agentId: 'agent-2', endsAfterMs: 5000 } });
			const data = [
				{ name: '1', call: 'a', agent: 'agent-1' },
				{ name: '2', call: 'b', agent: 'agent-2' },
				{ name: '3', call: 'a', agent: 'agent-1' },
			];
			return await runOperation('call.waitForEnd', {
				items: data.map((json) => ({ json })),
				parameters: { agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' } },
			});
		});
		expect(run.json('Ended')).toEqual([{ value: '1: a' }, { value: '2: b' }, { value: '3: a' }]);
	});

	test('a call that joins late does not wait for the next check', async () => {
		const { value: run, seconds } = await waitFor(
			['a', 'b'],
			{ a: OVER, b: OVER },
			{
				options: { checkEvery: 3600 },
				credential: { token: '={{ "talq_" + ($json.name ?? "") && "talq_x" }}', baseUrl: BASE_URL },
				credentialDelay: (itemIndex) => (itemIndex === 1 ? 2000 : 0),
			},
		);
		expect(run.json('Talkover')).toHaveLength(2);
		expect(seconds).toBeLessThan(5);
	});
});

test('no timer is left when the wait is over', async () => {
	const options = { checkEvery: 3600 };
	await withFastClock(async (clock) => {
		const countTimers = async () => {
			await sleep(120_000);
			return clock.countTimers();
		};
		// Those of n8n and its HTTP client.
		await waitFor(['a'], { a: OVER }, { options });
		const others = await countTimers();
		// The second call joins during the sleep after the first check.
		nock.cleanAll();
		const course: Course = { ...RINGING, endsAfterMs: 6000 };
		const { value: run } = await waitFor(
			['a', 'b'],
			{ a: course, b: course },
			{
				options,
				credential: { token: '={{ "talq_" + ($json.name ?? "") && "talq_x" }}', baseUrl: BASE_URL },
				credentialDelay: (itemIndex) => (itemIndex === 1 ? 4000 : 0),
			},
		);
		expect(run.json('Talkover')).toHaveLength(2);
		expect(await countTimers()).toBe(others);
	});
});

describe('failures', () => {
	test('a temporary failure does not end the wait', async () => {
		const { value: run } = await withFastClock(async () => {
			let asked = 0;
			nock(BASE_URL)
				.persist()
				.get(/calls/)
				.reply(() =>
					++asked < 7
						? [503, '']
						: [200, { success: true, data: [listed('call-1', asked < 9 ? 'ringing' : 'busy')] }],
				);
			return await runOperation('call.waitForEnd', { items: items('call-1') });
		});
		expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
	});

	test.each<[string, number, unknown, string]>([
		[
			'an agent that does not exist',
			404,
			{ success: false, message: 'Agent not found' },
			'No agent with the ID "agent-1"',
		],
		[
			'a token that is not accepted',
			401,
			{ success: false, message: 'Unauthorized' },
			'does not accept the token',
		],
		['an answer that is no list', 200, { success: true }, 'does not understand'],
	])('%s is an error at once', async (_, status, answer, message) => {
		nock(BASE_URL)
			.get(/calls/)
			.reply(status, answer as nock.Body);
		const run = await runOperation('call.waitForEnd', { items: items('call-1') });
		expect(run.error?.message).toContain(message);
	});

	test('without an answer until Max Wait, it is an error', async () => {
		nock(BASE_URL).persist().get(/calls/).reply(503, '');
		const run = await runOperation('call.waitForEnd', {
			items: items('call-1'),
			parameters: { options: { maxWait: 1 } },
		});
		expect(run.error?.message).toBe('Talkover could not handle the request (HTTP 503)');
	});

	test.each<[string, IDataObject, number]>([
		['cannot be looked up', {}, 422],
		['has no number', { to: null }, 404],
	])('a voicemail that %s is not over, and ends no other wait', async (_, more, status) => {
		nock(BASE_URL)
			.persist()
			.get(/calls\?/)
			.reply(200, {
				success: true,
				data: [listed('a', 'voicemail', more), listed('b', 'busy')],
				pagination: { last_page: 1 },
			})
			.get(/active-call/)
			.reply(status, { ...NO_CALL, ...(status === 422 && { message: 'Invalid number' }) });
		const run = await runOperation('call.waitForEnd', {
			items: items('a', 'b'),
			parameters: { options: { maxWait: 1 } },
		});
		expect(run.json('Ended')).toEqual([{ value: 'b: b' }]);
		expect(run.json('Still Active')).toEqual([{ value: 'a: a' }]);
	});

	test('of the list of earlier days says nothing of the calls that were found before', async () => {
		nock(BASE_URL)
			.persist()
			.get(/calls\?date_from/)
			.reply(200, {
				success: true,
				data: [listed('a', 'ringing'), listed('b', 'busy')],
				pagination: { last_page: 1 },
			})
			.get(/calls\?per_page/)
			.reply(503, '');
		const run = await runOperation('call.waitForEnd', {
			items: items('a', 'b', 'old'),
			parameters: { options: { maxWait: 1 } },
			onError: 'continueErrorOutput',
		});
		expect(run.json('Ended')).toEqual([{ value: 'b: b' }]);
		expect(run.json('Still Active')).toEqual([{ value: 'a: a' }]);
		expect(run.json('Failed')).toMatchObject([{ call: 'old' }]);
	});

	test('an invalid item is an error of its own only', async () => {
		const { value: run } = await waitFor(
			['a', 'no/id'],
			{ a: { endsAfterMs: 15_000 } },
			{ onError: 'continueErrorOutput' },
		);
		expect(run.json('Ended')).toEqual([{ value: 'a: a' }]);
		expect(run.json('Failed')).toHaveLength(1);
	});
});

test('canceling the execution ends the wait within a second, and sends nothing more', async () => {
	let canceledAt = 0;
	const { value: run, seconds } = await waitFor(
		['call-1'],
		{ 'call-1': RINGING },
		{
			onStart: async (cancel) => {
				await sleep(15_000);
				canceledAt = countRequests();
				cancel();
			},
		},
	);
	expect(run.status).toBe('canceled');
	expect(seconds).toBeLessThan(16);
	await withFastClock(async () => await sleep(60_000));
	expect(countRequests()).toBe(canceledAt);
});

test('a person can be called again as soon as the call is over', async () => {
	await withFastClock(async () => {
		talkoverWith({});
		talkover.setOutcomes(() => outcome('busy', 0));
		const call = async () =>
			await runOperation('call.makeCall', { items: [{ json: { name: 'P', phone: phoneOf(77) } }] });
		await call();
		expect((await call()).json('Skipped')).toHaveLength(1);
		await runOperation('call.waitForEnd', { items: items('call-1') });
		expect((await call()).json('Called')).toHaveLength(1);
	});
	expect(talkover.placedCalls).toHaveLength(2);
});

test('a call just made, which Talkover does not list yet, is not looked for in the whole list', async () => {
	await withFastClock(async () => {
		talkoverWith({}, 300);
		talkover.setOutcomes(() => ({ shownAfterMs: 5000, ...outcome('busy', 5000) }));
		await runOperation('call.makeCall', { items: [{ json: { name: 'P', phone: phoneOf(78) } }] });
		const run = await runOperation('call.waitForEnd', { items: items('call-301') });
		expect(run.json('Ended')).toEqual([{ value: 'call-301: call-301' }]);
	});
	const lists = talkover.requests.filter(({ operation }) => operation === 'listAgentCalls');
	expect(lists.filter(({ query }) => !query.date_from)).toEqual([]);
});

describe('a call made with a delay', () => {
	/** Makes a call with a delay of 300 seconds, and waits for its end. The times of its course are after the delay. */
	async function callAndWait(
		id: string,
		course: Course,
		{ pause = 0, madeOptions = {}, ...options }: IDataObject & { pause?: number } = {},
	) {
		const { value } = await withFastClock(async () => {
			talkoverWith({});
			talkover.setOutcomes(() => ({ id, ...course }));
			talkover.on('getActiveCall', { status: 404, body: NO_CALL });
			const parameters = { options: { delay: 300, ...(madeOptions as IDataObject) } };
			await runOperation('call.makeCall', { items: [{ json: { phone: phoneOf(1) } }], parameters });
			await sleep(pause * 1000);
			const before = Date.now();
			const run = await runOperation('call.waitForEnd', {
				items: items(id),
				parameters: { options },
			});
			return { run, seconds: (Date.now() - before) / 1000 };
		});
		return value;
	}

	/** Its end is the first that Talkover lists of it, so many seconds after the delay. */
	const listedAfter = (seconds: number, endsAs: FinalStatus): Course => ({
		shownAfterMs: (300 + seconds) * 1000,
		endsAfterMs: seconds * 1000,
		endsAs,
	});

	test.each([0, 200])(
		'is looked for until the delay is over, when the wait begins after %i seconds',
		async (pause) => {
			const { run } = await callAndWait('late-1', listedAfter(30, 'no-answer'), { pause });
			expect(run.json('Ended')).toEqual([{ value: 'late-1: late-1' }]);
			const lists = talkover.requestsFor('listAgentCalls');
			expect(lists.length).toBeLessThanOrEqual(15);
			expect(lists.filter(({ query }) => !query.date_from)).toEqual([]);
		},
	);

	test('also if it is a test call', async () => {
		const madeOptions = { testCall: true };
		const { run } = await callAndWait('late-2', listedAfter(50, 'busy'), { madeOptions });
		expect(run.json('Ended')).toHaveLength(1);
	});

	test('comes out on Still Active a minute after its delay if it is not listed', async () => {
		const { run, seconds } = await callAndWait('late-3', { shownAfterMs: Infinity });
		expect(run.json('Still Active')).toEqual([{ value: 'late-3: late-3' }]);
		expect(run.json('Talkover', 1)).toMatchObject([{ still_active_reason: 'not_in_list' }]);
		expect(seconds).toBeGreaterThanOrEqual(359);
		expect(seconds).toBeLessThan(375);
	});

	test('is not over yet after Max Wait, rather than not in the list', async () => {
		const { run, seconds } = await callAndWait(
			'late-4',
			{ shownAfterMs: Infinity },
			{ maxWait: 2 },
		);
		expect(run.json('Talkover', 1)).toEqual([
			{ id: 'late-4', agent_id: 'agent-1', still_active_reason: 'max_wait_over' },
		]);
		expect(seconds).toBeLessThan(122);
	});

	test('is not over while it waits in a status that is in no documentation', async () => {
		const course: Course = { status: 'delayed', ringsAfterMs: 20_000, endsAfterMs: 40_000 };
		const { run, seconds } = await callAndWait('late-5', course);
		expect(run.json('Talkover')).toMatchObject([{ status: 'completed' }]);
		expect(seconds).toBeGreaterThanOrEqual(339);
	});
});

describe('as an AI tool', () => {
	const asTool = async (courses: Record<string, Course>) =>
		(
			await waitFor(['call-1'], courses, {
				type: 'n8n-nodes-talkover.talkoverTool',
				options: { maxWait: 0 },
			})
		).value.json('Talkover');

	test('says how the call ended', async () => {
		expect(await asTool({ 'call-1': AFTER_63_SECONDS })).toMatchObject([
			{ ended: true, message: 'The call call-1 is over after 63 seconds: completed.' },
		]);
	});

	test('says that it is not over', async () => {
		expect(await asTool({ 'call-1': RINGING })).toMatchObject([
			{ ended: false, message: 'The call call-1 is not over yet: ringing.' },
		]);
	});
});
