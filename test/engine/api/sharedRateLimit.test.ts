import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { sleep } from 'n8n-workflow';
import { sharedQueue } from '../../../api/http/rateLimit/sharedQueues';
import { collectGarbage } from '../../../dev/n8n/heap.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import type { RunOptions } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { contact, LIMITED, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { tally, wireTalkover } from '../../helpers/wire';

mockWire();

interface Execution extends RunOptions {
	token?: string;
	maxRateLimitWait?: number;
	/** How many contacts are looked up. */
	count?: number;
}

/** Looks up contacts in one execution. Their phone numbers begin at an index. */
async function lookUp(
	first: number,
	{ token = 'talq_a', maxRateLimitWait, count = 1, ...more }: Execution = {},
) {
	const items = Array.from({ length: count }, (_, index) => contact('C', phoneOf(first + index)));
	const run = await runOperation('call.getActiveCall', {
		parameters: { options: maxRateLimitWait === undefined ? {} : { maxRateLimitWait } },
		items,
		credential: { token, baseUrl: BASE_URL },
		...more,
	});
	return { run, endedAt: Date.now() };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

const limitedTalkover = (windowSeconds: number) =>
	wireTalkover({ rateLimit: { limit: 20, windowMs: windowSeconds * 1000 } });

describe('executions of one process with the same token', () => {
	test('share the rate limit: a burst of 95 loses nothing, in little more than the least possible time', async () => {
		const talkover = limitedTalkover(15);
		const { value, seconds } = await withFastClock(
			async () => await Promise.all(range(95).map(async (index) => await lookUp(index))),
		);
		expect(value.map(({ run }) => run.json('Talkover', 1).length)).toEqual(range(95).map(() => 1));
		const { answered, refused } = tally(talkover);
		expect(answered).toBe(95);
		expect(refused).toBeLessThanOrEqual(40);
		expect(seconds).toBeLessThan(60 * 1.3);
		const answeredTo = talkover.requests
			.filter(({ status }) => status !== 429)
			.map(({ phone }) => phone);
		// Those in the first window were sent together; all others waited in the queue.
		const [first, ...others] = range(4).map((window) =>
			answeredTo.slice(20 * (window + 1), 20 * (window + 2)).sort(),
		);
		expect(first).toEqual(range(20).map((index) => phoneOf(20 + index)));
		expect(others.flat()).toEqual(range(55).map((index) => phoneOf(40 + index)));
	});

	test('share it one after the other, too: the second knows what the first has used', async () => {
		const talkover = limitedTalkover(60);
		const { seconds } = await withFastClock(async () => {
			await lookUp(0, { count: 18 });
			await lookUp(18, { count: 10 });
		});
		expect(tally(talkover)).toEqual({ answered: 28, refused: 0 });
		expect(seconds).toBeGreaterThan(59);
	});

	test('do not wait for one that is canceled, or that fails', async () => {
		const talkover = limitedTalkover(15);
		const { value: ended, seconds } = await withFastClock(async () => {
			const long = lookUp(1000, {
				count: 500,
				onStart: async (cancel) => {
					await sleep(5000);
					cancel();
				},
			});
			const failing = runOperation('call.getActiveCall', {
				items: [
					...range(50).map((index) => contact('C', phoneOf(2000 + index))),
					contact('X', 'no'),
				],
				credential: { token: 'talq_a', baseUrl: BASE_URL },
			});
			await sleep(1000);
			const short = await lookUp(1);
			expect((await long).run.status).toBe('canceled');
			expect((await failing).error?.message).toContain('"no"');
			return short;
		});
		expect(ended.run.json('Talkover', 1)).toHaveLength(1);
		expect(seconds).toBeLessThan(18);
		expect(tally(talkover).answered).toBeLessThanOrEqual(21);
	});

	test('let a Wait for End have its turn after a while, though its requests wait behind others', async () => {
		const talkover = limitedTalkover(15);
		await withFastClock(async () => {
			talkover.startCall({ agentId: 'agent-1', to: phoneOf(1), status: 'completed' });
			const long = lookUp(0, { count: 200 });
			await sleep(1000);
			const start = Date.now();
			const ended = await runOperation('call.waitForEnd', {
				credential: { token: 'talq_a', baseUrl: BASE_URL },
			});
			const waited = (Date.now() - start) / 1000;
			expect(ended.json('Ended')).toHaveLength(1);
			const { endedAt } = await long;
			// A minute, and the 50 that were in the queue then.
			expect(waited).toBeGreaterThan(50);
			expect(waited).toBeLessThan(60 + 50);
			expect(endedAt - start).toBeGreaterThan(130_000);
		});
	});

	test('wait no longer than each allows: with 0, not at all', async () => {
		limitedTalkover(60);
		await withFastClock(async () => {
			const start = Date.now();
			const long = lookUp(0, { count: 30 });
			await sleep(1000);
			const none = await lookUp(100, { maxRateLimitWait: 0 });
			expect(none.run.error?.message).toBe("Talkover's rate limit is used up");
			expect(none.endedAt - start).toBeLessThan(2000);
			const few = await lookUp(101, { maxRateLimitWait: 5 });
			expect(few.run.error?.message).toBe("Talkover's rate limit is used up");
			expect(few.endedAt - start).toBeLessThan(30_000);
			expect((await long).run.json('Talkover', 1)).toHaveLength(30);
		});
	});

	test('all fail, and soon, if the API refuses everything', async () => {
		let asked = 0;
		nock(BASE_URL)
			.persist()
			.get(/./)
			.reply(() => {
				asked++;
				return [429, LIMITED];
			});
		const { value, seconds } = await withFastClock(
			async () =>
				await Promise.all(range(30).map(async (index) => await lookUp(index, { count: 5 }))),
		);
		for (const { run } of value) {
			expect(run.error?.message).toBe("Talkover's rate limit is used up");
		}
		expect(seconds).toBeLessThan(20);
		expect(asked).toBeLessThan(110);
	});
});

test('executions with different tokens do not wait for each other', async () => {
	limitedTalkover(60);
	await withFastClock(async () => {
		const start = Date.now();
		const busy = lookUp(0, { count: 30, token: 'talq_busy' });
		await sleep(1000);
		const { endedAt } = await lookUp(100, { token: 'talq_idle' });
		expect(endedAt - start).toBeLessThan(2000);
		await busy;
	});
});

test('the queue of a token that is no longer used is forgotten', async () => {
	await withFastClock(async () => {
		const queue = new WeakRef(sharedQueue('old'));
		const isForgottenAfter = async (minutes: number) => {
			await sleep(minutes * 60_000);
			sharedQueue('new');
			// What a WeakRef has given stays in memory until the event loop turns.
			await sleep(1);
			collectGarbage();
			return queue.deref() === undefined;
		};
		expect(await isForgottenAfter(5)).toBe(false);
		expect(await isForgottenAfter(15)).toBe(true);
	});
});

test('a refusal that does not say how long to wait lasts until the window ends, as other answers said', async () => {
	const LIMIT = 100;
	let endsAt = 0;
	let used = 0;
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(() => {
			const now = Date.now() / 1000;
			if (now >= endsAt) [endsAt, used] = [now + 60, 60];
			// Each time, another process sends a request, too.
			used += 2;
			if (used > LIMIT) return [429, LIMITED];
			const headers = {
				'X-RateLimit-Limit': String(LIMIT),
				'X-RateLimit-Remaining': String(LIMIT - used + 1),
				'X-RateLimit-Reset': String(Math.ceil(endsAt - now)),
			};
			return [404, NO_CALL, headers];
		});
	const { value, seconds } = await withFastClock(async () => await lookUp(0, { count: 50 }));
	expect(value.run.json('Talkover', 1)).toHaveLength(50);
	expect(seconds).toBeLessThan(125);
});
