import { expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { Answer } from '../../api/answers';
import { Pacer } from '../../api/rateLimit/pacer';
import { RequestQueue } from '../../api/rateLimit/requestQueue';
import { withFastClock } from '../helpers/clock';

const LIMIT = 20;
const WINDOW = 15_000;

/** An API that answers 20 requests in 15 seconds, whoever sends them. */
function limitedApi() {
	let endsAt = 0;
	let used = 0;
	return async (): Promise<Answer> => {
		await sleep(20 + Math.random() * 30);
		const now = Date.now();
		if (now >= endsAt) [endsAt, used] = [now + WINDOW, 0];
		const status = ++used > LIMIT ? 429 : 200;
		const headers = {
			'x-ratelimit-limit': String(LIMIT),
			'x-ratelimit-remaining': String(Math.max(0, LIMIT - used)),
			'x-ratelimit-reset': String(Math.ceil((endsAt - now) / 1000)),
		};
		return { status, headers, body: {} };
	};
}

test.each([2, 4])(
	'%i processes, which share nothing, wait for each other: no request fails',
	async (processes) => {
		const { value: statuses, seconds } = await withFastClock(async () => {
			const send = limitedApi();
			const queues = Array.from({ length: processes }, () => new RequestQueue());
			const executions = Array.from({ length: 120 }, (_, index) => {
				return new Pacer(queues[index % processes], { maxRateLimitWait: 60 });
			});
			return await Promise.all(
				executions.map(async (pacer) => (await pacer.sendWithRetry(send, () => false)).status),
			);
		});
		expect(statuses).toEqual(statuses.map(() => 200));
		expect(seconds).toBeLessThan(75 * 1.5);
	},
);
