import { expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { Answer } from '../../api/http/answers';
import { RequestQueue } from '../../api/http/rateLimit/requestQueue';
import { Turns } from '../../api/http/rateLimit/turns';
import { withFastClock } from '../helpers/clock.cts';
import { RateLimiter } from '../../dev/simulator/api/rateLimit.cts';

const inLowerCase = (headers: Record<string, string>) =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** An API that answers 20 requests in 15 seconds, whoever sends them. */
function limitedApi() {
	const limiter = new RateLimiter({ limit: 20, windowMs: 15_000 });
	return async (): Promise<Answer> => {
		await sleep(20 + Math.random() * 30);
		const { headers, waitSeconds } = limiter.count('token');
		return {
			status: waitSeconds === undefined ? 200 : 429,
			headers: inLowerCase(headers),
			body: {},
		};
	};
}

test.each([2, 4])(
	'%i processes, which share nothing, wait for each other: no request fails',
	async (processes) => {
		const { value: statuses, seconds } = await withFastClock(async () => {
			const send = limitedApi();
			const queues = Array.from({ length: processes }, () => new RequestQueue());
			const executions = Array.from({ length: 120 }, (_, index) => {
				return new Turns(queues[index % processes], { maxRateLimitWait: 60 });
			});
			return await Promise.all(
				executions.map(
					async (turns) => (await turns.run(async (turn) => await turn.send(send))).status,
				),
			);
		});
		expect(statuses).toEqual(statuses.map(() => 200));
		expect(seconds).toBeLessThan(75 * 1.5);
	},
);
