import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sleep } from 'n8n-workflow';
import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { callIfFree } from '../../api/calls/callIfFree';
import { keepFirstCall } from '../../api/calls/keepFirstCall';
import { TalkoverClient } from '../../api/http/client';
import { Talkover } from '../../dev/simulator/api/talkover.cts';
import { withFastClock } from '../helpers/clock.cts';

const PHONE = '+15551234567';

let runs = 0;

/** The longest time that Talkover takes to show a call, in milliseconds. */
const LONGEST_LAG = 2000;

/** A process that calls the person. All times are in milliseconds. */
interface Caller {
	startsAt: number;
	/** On their way to Talkover, and back: of the first look, the call, and all later requests in turn. */
	latencies: Array<[there: number, back: number]>;
	/** Between the call and the look after it. */
	pause: number;
	/** Of its call. */
	id: string;
	/** How long its call lasts, unless it is ended. */
	endsAfter?: number;
	/** How late everybody is shown its call; default: see {@link Plan.lags}. */
	shownAfter?: number;
}

interface Plan {
	/** Where in a second it begins: Talkover's times are in whole seconds. */
	fraction: number;
	callers: Caller[];
	/** How late answers show the caller's own call, and those of others, in turn: a call may be hidden again after it was shown. */
	lags: { own: number[]; others: number[] };
}

/** Each caller has a base URL of its own, so that they share no lock, no memory and no queue, like processes. */
function openProcess(nth: number, talkover: Talkover, { latencies }: Caller): TalkoverClient {
	let sent = 0;
	const request = async ({ method = 'GET', url, body }: IHttpRequestOptions) => {
		const [there, back] = latencies[Math.min(sent++, latencies.length - 1)];
		await sleep(there);
		const path = url.replace(/^https:\/\/[^/]+/, '');
		const answer = await talkover.answer(
			talkover.receive({ method, url: path, headers: { authorization: `Bearer p${nth}` }, body }),
		);
		await sleep(back);
		const { status, body: answered } = answer;
		return { statusCode: status, headers: {}, body: answered } as IN8nHttpFullResponse;
	};
	const credential = {
		token: `p${nth}`,
		baseUrl: new URL(`https://p${nth}-${runs}.example/api/v1`),
	};
	return new TalkoverClient(credential, request, { timeout: 30, maxRateLimitWait: 60 });
}

async function call(client: TalkoverClient, { startsAt, pause }: Caller) {
	await sleep(startsAt);
	const called = await callIfFree(client, 'agent-1', { to: PHONE }, undefined);
	if ('skipped' in called) return called;
	await sleep(pause);
	return await keepFirstCall(client, 'agent-1', PHONE, called.done, async (milliseconds) => {
		await client.sleep(milliseconds);
	});
}

/** Runs the callers beside each other, each in its process. */
async function callAll({ callers, lags }: Plan) {
	let asked = 0;
	// The order of the list is undocumented: here each of two processes has its own call first.
	const orderCalls = <Call>(calls: Call[]) =>
		talkover.requests.at(-1)?.token === 'p0' ? calls : [...calls].reverse();
	const talkover: Talkover = new Talkover({ agents: [{ id: 'agent-1' }], orderCalls });
	const callerOf = (token: string) => callers[Number(token.slice(1))];
	talkover.setOutcomes(() => {
		const { token } = talkover.requestsFor('makeCall').at(-1) ?? { token: '' };
		const { id, endsAfter, shownAfter } = callerOf(token);
		const shownAfterMs = () => {
			const isOwn = talkover.requests.at(-1)?.token === token;
			const inTurn = isOwn ? lags.own : lags.others;
			return shownAfter ?? inTurn[asked++ % inTurn.length];
		};
		return { id, endsAfterMs: endsAfter, shownAfterMs };
	});
	const results = await Promise.all(
		callers.map(async (caller, nth) => await call(openProcess(nth, talkover, caller), caller)),
	);
	const placed = talkover.placedCalls.map(({ id }) => id);
	const ended = talkover
		.requestsFor('endCall')
		.map(({ token, body }) => ({ by: callerOf(token).id, id: Object(body).call_sid as string }));
	const isActive = (id: string) => talkover.listedCall(id).status === 'initiated';
	return { results, placed, ended, live: placed.filter(isActive) };
}

async function run(plan: Plan) {
	runs++;
	// Each run is a day after the last one: the processes have forgotten its calls.
	const { value } = await withFastClock(async (clock) => {
		clock.setSystemTime(Date.now() - (Date.now() % 1000) + plan.fraction);
		return await callAll(plan);
	});
	return value;
}

/** Checks what must hold in each order of events. */
function check(
	{ callers }: Plan,
	{ results, placed, ended, live }: Awaited<ReturnType<typeof run>>,
) {
	expect(live.length).toBeLessThanOrEqual(1);
	// Of all that were made, one was not ended by a process: nobody is left uncalled.
	expect(ended.length).toBeLessThan(placed.length);
	expect(ended.map(({ id }) => id)).toEqual(ended.map(({ by }) => by));
	if (callers.some(({ endsAfter }) => endsAfter !== undefined)) return;
	expect(live).toHaveLength(1);
	const found = results.flatMap((result) => {
		if ('done' in result) return [[result.done.id]];
		const { reason, calls } = result.skipped;
		return reason === 'called_at_same_moment' ? [calls.map(({ id }) => id)] : [];
	});
	expect(found).toEqual(found.map(() => live));
}

/** For a process that waits between its look and its call, and is fast otherwise. */
const thinking = (milliseconds: number): Caller['latencies'] => [
	[0, milliseconds],
	[0, 0],
];

/** All combinations of one value from each list. */
const combine = <T extends unknown[][]>(...lists: T) =>
	lists.reduce<unknown[][]>(
		(all, list) => all.flatMap((before) => list.map((value) => [...before, value])),
		[[]],
	) as Array<{ [Index in keyof T]: T[Index][number] }>;

test('of two processes, exactly one call stays, whenever each looks, calls and looks again', async () => {
	const plans = combine(
		[0, 500, 999],
		// When the second process begins, and how long each thinks before it calls.
		[0, 100, 400, 999, 1000, 2000, 3900],
		[0, 900],
		[0, 6000],
		[0, LONGEST_LAG],
		[0, LONGEST_LAG],
		['ab', 'ba'],
	);
	let both = 0;
	for (const [fraction, startsAt, first, second, own, others, ids] of plans) {
		const callers = [
			{ startsAt: 0, id: ids[0], thinks: first },
			{ startsAt, id: ids[1], thinks: second },
		].map(({ thinks, ...more }): Caller => ({ ...more, pause: 0, latencies: thinking(thinks) }));
		const plan = { fraction, callers, lags: { own: [own], others: [others] } };
		const outcome = await run(plan);
		check(plan, outcome);
		if (outcome.placed.length === 2) both++;
	}
	// In most of them, both processes have called.
	expect(both).toBeGreaterThan(plans.length / 2);
});

test('a call that is ended for one that is ended itself comes out with the one that stays', async () => {
	// All look at once and call in the order of their IDs. The last one sees the second call before the first is shown.
	const callers = ['a', 'b', 'c'].map((id, nth): Caller => {
		const shownAfter = nth === 0 ? LONGEST_LAG : 0;
		return { startsAt: 0, id, pause: 0, latencies: thinking(nth * 100), shownAfter };
	});
	const plan = { fraction: 0, callers, lags: { own: [0], others: [0] } };
	const outcome = await run(plan);
	check(plan, outcome);
	expect(outcome.live).toEqual(['a']);
	expect(outcome.ended.map(({ id }) => id)).toEqual(['c', 'b']);
});

const lags = fc.oneof(
	fc.constantFrom<number[][]>([0], [LONGEST_LAG]),
	fc.array(fc.constantFrom(0, LONGEST_LAG, 700), { minLength: 40, maxLength: 40 }),
);
const short = fc.constantFrom(0, 0, 0, 50, 300);
const time = fc.oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: fc.nat(12_000) });
const latency = fc.tuple(time, time);

const caller = fc.record({
	startsAt: fc.oneof(fc.constantFrom(0, 1, 400), fc.nat(4000)),
	latencies: fc.array(latency, { minLength: 8, maxLength: 8 }),
	pause: time,
	endsAfter: fc.option(fc.nat(8000), { freq: 4, nil: undefined }),
});

test('of two or three processes, exactly one call stays, in random orders of events', async () => {
	const plans = fc.record({
		fraction: fc.nat(999),
		callers: fc
			.tuple(
				fc.array(caller, { minLength: 2, maxLength: 3 }),
				fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 }),
			)
			.map(([callers, ids]) => callers.map((one, nth) => ({ ...one, id: ids[nth] }))),
		lags: fc.record({ own: lags, others: lags }),
	});
	const property = fc.asyncProperty(plans, async (plan) => check(plan, await run(plan)));
	await fc.assert(property, { numRuns: 400 });
});
