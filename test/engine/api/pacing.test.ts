import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyFnResult } from 'nock';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import type { RunOptions } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import {
	mockWire,
	activeCall,
	contact,
	LIMITED,
	NO_CALL,
	onLookup,
	phoneOf,
} from '../../helpers/talkover';
import { tally, wireTalkover } from '../../helpers/wire';

mockWire();

const FOUND: ReplyFnResult = [200, { success: true, data: [activeCall(phoneOf(1))] }];

/** Gives the answers in order, and repeats the last one. Returns the times of the requests. */
function answerWith(...answers: ReplyFnResult[]): number[] {
	const askedAt: number[] = [];
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(() => {
			askedAt.push(Date.now() / 1000);
			return answers[Math.min(askedAt.length, answers.length) - 1];
		});
	return askedAt;
}

/** The pauses between the requests, in seconds. */
const pauses = (askedAt: number[]) => askedAt.slice(1).map((time, index) => time - askedAt[index]);

/** Runs Get Active Call, and returns how long it took by the test's clock. */
async function lookUp(
	options: IDataObject = {},
	{ count = 1, ...more }: RunOptions & { count?: number } = {},
) {
	const items = Array.from({ length: count }, (_, index) =>
		contact(`C${index}`, phoneOf(index + 1)),
	);
	const { value: run, seconds } = await withFastClock(
		async () =>
			await runOperation('call.getActiveCall', {
				plainOutputs: true,
				parameters: { options },
				items,
				...more,
			}),
	);
	return { run, seconds, hints: (run.task('Talkover').hints ?? []).map(({ message }) => message) };
}

describe('a temporary failure', () => {
	test.each([500, 502, 503, 504])(
		'HTTP %i is retried three times, with growing pauses',
		async (status) => {
			const asked = answerWith([status, ''], [status, ''], [status, ''], FOUND);
			const { run } = await lookUp();
			expect(run.json('Talkover')).toHaveLength(1);
			const [first, second, third, ...more] = pauses(asked);
			expect(more).toEqual([]);
			expect(first).toBeGreaterThan(0.3);
			expect(second).toBeGreaterThan(first);
			expect(third).toBeGreaterThan(second);
			expect(third).toBeLessThan(3);
		},
	);

	test('is an error after the fourth request', async () => {
		const asked = answerWith([503, '']);
		const { run } = await lookUp();
		expect(asked).toHaveLength(4);
		expect(run.error?.message).toBe('Talkover could not handle the request (HTTP 503)');
	});

	test('is retried after pauses of random length', async () => {
		const firstPauses = new Set<number>();
		for (let execution = 0; execution < 5; execution++) {
			const asked = answerWith([503, ''], FOUND);
			await lookUp();
			firstPauses.add(pauses(asked)[0]);
			nock.cleanAll();
		}
		expect(firstPauses.size).toBeGreaterThan(1);
	});

	test.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN'])('%s is retried', async (code) => {
		onLookup(phoneOf(1))
			.times(3)
			.replyWithError(Object.assign(new Error(code), { code }));
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		const { run } = await lookUp();
		expect(run.json('Talkover', 1)).toHaveLength(1);
	});

	test.each([
		['ECONNREFUSED', 'Talkover (app.talkover.ai) refused the connection'],
		['ENOTFOUND', 'Talkover (app.talkover.ai) could not be found on the network'],
		[
			'ECONNRESET',
			'Talkover (app.talkover.ai) was reached, but the connection broke before an answer came',
		],
		['CERT_HAS_EXPIRED', 'The request to Talkover (app.talkover.ai) failed (CERT_HAS_EXPIRED)'],
	])('%s that persists is explained in words', async (code, message) => {
		nock(BASE_URL)
			.persist()
			.get(/./)
			.replyWithError(Object.assign(new Error(code), { code }));
		const { run } = await lookUp();
		expect(run.error?.message).toBe(message);
		expect(run.error).toMatchObject({
			context: { itemIndex: 0 },
			description: expect.stringMatching(/\w/),
		});
	});

	test.each([400, 401, 403, 404, 422])('HTTP %i is not retried', async (status) => {
		const asked = answerWith([status, { success: false }]);
		await lookUp();
		expect(asked).toHaveLength(1);
	});
});

test('an answer that takes longer than the option Timeout is an error, without a retry', async () => {
	onLookup(phoneOf(1)).reply(async () => {
		await sleep(60_000);
		return [404, NO_CALL];
	});
	const { run, seconds } = await lookUp({ timeout: 7 });
	expect(run.error?.message).toBe('Talkover (app.talkover.ai) gave no answer within 7 s');
	expect(seconds).toBeGreaterThanOrEqual(7);
	expect(seconds).toBeLessThan(15);
});

describe('a 429', () => {
	const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();

	test.each<[string, () => ReplyFnResult, number]>([
		['Retry-After in seconds', () => [429, LIMITED, { 'Retry-After': '7' }], 7],
		['Retry-After as a date', () => [429, LIMITED, { 'Retry-After': inSeconds(9) }], 8],
		[
			'details.retry_after',
			() => [
				429,
				{ error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Wait', details: { retry_after: 12 } } },
			],
			12,
		],
		[
			'details.retry_after as text, beside the error',
			() => [429, { error: 'RATE_LIMITED', message: 'Wait', details: { retry_after: '10' } }],
			10,
		],
		['X-RateLimit-Reset in seconds', () => [429, LIMITED, { 'X-RateLimit-Reset': '15' }], 15],
		[
			'X-RateLimit-Reset in epoch seconds',
			() => [429, LIMITED, { 'X-RateLimit-Reset': String(Math.floor(Date.now() / 1000) + 20) }],
			19,
		],
		[
			'X-RateLimit-Reset in epoch milliseconds',
			() => [429, LIMITED, { 'X-RateLimit-Reset': String(Date.now() + 25_000) }],
			25,
		],
		['no time at all', () => [429, LIMITED], 1],
	])('is retried after the time that the API gives: %s', async (_, answer, seconds) => {
		const asked: number[] = [];
		nock(BASE_URL)
			.persist()
			.get(/./)
			.reply(() => {
				asked.push(Date.now() / 1000);
				return asked.length === 1 ? answer() : FOUND;
			});
		const { run, hints } = await lookUp();
		expect(run.json('Talkover')).toHaveLength(1);
		expect(pauses(asked)[0]).toBeGreaterThanOrEqual(seconds);
		expect(pauses(asked)[0]).toBeLessThan(seconds + 2.5);
		expect(hints).toEqual([expect.stringMatching(/^Waited \d+ s for Talkover's rate limit\.$/)]);
	});

	test.each([
		[{}, 60],
		[{ maxRateLimitWait: 10 }, 10],
	])('is retried after at most a minute, or Max Rate Limit Wait: %j', async (options, longest) => {
		const asked = answerWith([429, LIMITED, { 'Retry-After': '3600' }], FOUND);
		await lookUp(options);
		expect(pauses(asked)[0]).toBeGreaterThanOrEqual(longest);
		expect(pauses(asked)[0]).toBeLessThan(longest + 2.5);
	});

	test('is an error at once with a Max Rate Limit Wait of 0', async () => {
		const asked = answerWith([429, LIMITED, { 'Retry-After': '5' }]);
		const { run } = await lookUp({ maxRateLimitWait: 0 });
		expect(asked).toHaveLength(1);
		expect(run.error?.message).toBe("Talkover's rate limit is used up");
	});

	test('that persists is an error after ten pauses, if each says when the next window begins: another process may have used it up', async () => {
		const asked = answerWith([
			429,
			LIMITED,
			{ 'X-RateLimit-Limit': '100', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '30' },
		]);
		const { run } = await lookUp();
		expect(asked).toHaveLength(11);
		expect(run.error?.message).toBe("Talkover's rate limit is used up");
	});

	test('that persists is an error after the fourth request, with growing pauses if the API gives no time', async () => {
		const asked = answerWith([429, LIMITED]);
		const { run } = await lookUp();
		expect(asked).toHaveLength(4);
		const [first, second, third] = pauses(asked);
		expect(second).toBeGreaterThan(first);
		expect(third).toBeGreaterThan(second);
		expect(run.error?.message).toBe("Talkover's rate limit is used up");
	});
});

describe('many items', () => {
	test('pause together before the rate limit is used up, and all get their result', async () => {
		const talkover = wireTalkover({ rateLimit: { limit: 100, windowMs: 60_000 } });
		const { run, seconds, hints } = await lookUp({}, { count: 250 });
		expect(run.json('Talkover', 1)).toHaveLength(250);
		expect(tally(talkover)).toEqual({ answered: 250, refused: 0 });
		expect(seconds).toBeGreaterThan(118);
		expect(seconds).toBeLessThan(130);
		expect(hints[0]).toMatch(/^Waited 1[12]\d s for/);
	});

	test.each([100, 10])(
		'pause together after a 429 when the API sends no rate limit headers (%i a minute)',
		async (limit) => {
			const rateLimit = { limit, windowMs: 60_000, hasHeaders: false };
			const talkover = wireTalkover({ rateLimit });
			const { run, seconds } = await lookUp({}, { count: limit * 3 });
			expect(run.json('Talkover', 1)).toHaveLength(limit * 3);
			const { answered, refused } = tally(talkover);
			expect(answered).toBe(limit * 3);
			expect(seconds).toBeLessThan(200);
			// Only requests that were already in flight.
			expect(refused).toBeLessThanOrEqual(50 * 6);
		},
	);

	test('send at most Max Parallel Requests at once', async () => {
		let inFlight = 0;
		let peak = 0;
		nock(BASE_URL)
			.persist()
			.get(/active-call/)
			.reply(async () => {
				peak = Math.max(peak, ++inFlight);
				await sleep(20);
				inFlight--;
				return [404, NO_CALL];
			});
		await lookUp({ maxParallelRequests: 7 }, { count: 40 });
		expect(peak).toBe(7);
	});

	test('with the same number, in any format, share one request, and each gets its own result', async () => {
		const asked = answerWith(FOUND);
		const items = ['+1 555 100 0001', '+15551000001', '15551000001'].map((phone) =>
			contact(phone, phone),
		);
		const run = await runOperation('call.getActiveCall', {
			plainOutputs: true,
			parameters: { options: { defaultCountry: 'US' } },
			items,
		});
		expect(asked).toHaveLength(1);
		expect(run.items('Talkover').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(run.items('Talkover')[0].json).not.toBe(run.items('Talkover')[1].json);
	});

	test('send at most as many requests at once as the API says remain', async () => {
		let inFlight = 0;
		const peaks: number[] = [];
		nock(BASE_URL)
			.persist()
			.get(/active-call/)
			.reply(async () => {
				peaks.push(++inFlight);
				await sleep(20 + (peaks.length % 7) * 10);
				inFlight--;
				return [404, NO_CALL, { 'X-RateLimit-Remaining': '2' }];
			});
		await lookUp({}, { count: 200 });
		// The first requests went out before anything was known.
		expect(Math.max(...peaks.slice(100))).toBe(2);
	});

	test('wait only a few minutes for one item that is always refused', async () => {
		nock(BASE_URL)
			.persist()
			.get(/active-call/)
			.reply((uri) =>
				uri.includes(phoneOf(1).slice(1))
					? [429, LIMITED, { 'Retry-After': '30' }]
					: [404, NO_CALL],
			);
		const items = Array.from({ length: 500 }, (_, index) => contact('C', phoneOf(index + 1)));
		const { value: run, seconds } = await withFastClock(
			async () =>
				await runOperation('call.getActiveCall', {
					plainOutputs: true,
					onError: 'continueErrorOutput',
					items,
				}),
		);
		expect(run.json('Talkover', 1)).toHaveLength(499);
		expect(run.json('Talkover', 2)).toHaveLength(1);
		expect(seconds).toBeLessThan(11 * 32);
	});

	test('send no more requests until the next window when the API refuses all', async () => {
		const asked = answerWith([429, LIMITED, { 'Retry-After': '60' }]);
		const items = Array.from({ length: 1000 }, (_, index) => contact('C', phoneOf(index)));
		const run = await runOperation('call.getActiveCall', {
			plainOutputs: true,
			onError: 'continueErrorOutput',
			items,
		});
		expect(run.json('Talkover', 2)).toHaveLength(1000);
		expect(asked.length).toBeLessThanOrEqual(4 * 50);
	});

	test('end at once, and send nothing more, when one of them stops the workflow', async () => {
		const asked = answerWith([429, LIMITED, { 'Retry-After': '60' }]);
		const items = [
			contact('X', 'nope'),
			...Array.from({ length: 100 }, (_, index) => contact('C', phoneOf(index))),
		];
		const { value: run, seconds } = await withFastClock(
			async () => await runOperation('call.getActiveCall', { plainOutputs: true, items }),
		);
		expect(run.error?.message).toContain('"nope"');
		expect(seconds).toBeLessThan(2);
		expect(asked.length).toBeLessThanOrEqual(50);
	});

	test('read the credential a few times, not once per item', async () => {
		answerWith([404, NO_CALL]);
		const { run } = await lookUp({}, { count: 30 });
		expect(run.credentialReadings).toBe(11);
	});
});

test('cancelling the execution while requests are in flight is no error', async () => {
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(async () => {
			await sleep(20_000);
			return [404, NO_CALL];
		});
	const run = await runOperation('call.getActiveCall', {
		plainOutputs: true,
		items: Array.from({ length: 60 }, (_, index) => contact('C', phoneOf(index))),
		onStart: async (cancel) => {
			await sleep(3000);
			cancel();
		},
	});
	expect(run.status).toBe('canceled');
});

test('cancelling the execution ends a pause within a second, and sends nothing more', async () => {
	const asked = answerWith([429, LIMITED, { 'Retry-After': '60' }]);
	let cancelledAt = 0;
	const { value: run, seconds } = await withFastClock(
		async () =>
			await runOperation('call.getActiveCall', {
				plainOutputs: true,
				items: Array.from({ length: 60 }, (_, index) => contact('C', phoneOf(index))),
				onStart: async (cancel) => {
					await sleep(5000);
					cancelledAt = Date.now();
					cancel();
				},
			}),
	);
	const askedBefore = asked.length;
	expect(askedBefore).toBe(50);
	expect(cancelledAt).toBeGreaterThan(0);
	expect(seconds).toBeLessThan(6.1);
	expect(run.status).toBe('canceled');
	await withFastClock(async () => await sleep(120_000));
	expect(asked).toHaveLength(askedBefore);
});
