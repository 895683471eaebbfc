import { expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import nock from 'nock';
import { withFastClock } from '../../helpers/clock';
import { BASE_URL, runWorkflow } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();

const MINUTE = 60_000;

const byField = { __rl: true, mode: 'id', value: '={{ $json.agent }}' };

test.each([1, 2, 3, 4, 5, 6])(
	'random executions that overlap all end, and no agent calls a number twice in a minute (seed %d)',
	async (seed) => {
		let s = seed * 7919;
		const random = (n: number) => {
			s = (s * 1103515245 + 12345) % 2147483648;
			// The low bits of this generator are not random.
			return (s >> 16) % n;
		};
		const posts: Array<{ pair: string; at: number }> = [];
		nock(BASE_URL)
			.persist()
			.get(/active-call/)
			.reply(async () => {
				await sleep(random(20) * 100);
				return random(10) === 0
					? [403, {}]
					: [
							404,
							NO_CALL,
							random(8) === 0
								? {
										'x-ratelimit-limit': '5',
										'x-ratelimit-remaining': '0',
										'x-ratelimit-reset': '3',
									}
								: {},
						];
			})
			.get(/\/calls\?/)
			.reply(async () => {
				await sleep(random(5) * 100);
				return [200, { success: true, data: [] }];
			})
			.post(/\/call$/)
			.reply(async (uri, body) => {
				const { to } = body as { to: string };
				await sleep(random(20) * 100);
				const fate = random(6);
				if (fate === 0) return [429, { error: { details: { retry_after: 2 } } }];
				if (fate === 1) return [402, {}];
				posts.push({ pair: `${uri.split('/').at(-2)} ${to}`, at: Date.now() });
				if (fate === 2) return [504, {}];
				return [200, { success: true, data: createdCall(to) }];
			});
		const exec = async (nth: number) => {
			const items = Array.from({ length: 8 }, () => ({
				json: {
					name: 'x',
					agent: `agent-${random(3)}`,
					phone: phoneOf(random(4)),
					hours: random(2) * 24,
				},
			}));
			const file = operationWorkflow('call.makeCall', {
				onError: nth % 3 ? 'continueErrorOutput' : undefined,
				retryOnFail: nth % 2 === 0,
				maxTries: 3,
				waitBetweenTries: 100,
				plainOutputs: true,
				parameters: {
					agentId: byField,
					options: {
						skipIfCalledWithin: '={{ $json.hours }}',
						whoseCalls: nth % 2 ? 'thisAgent' : 'anyAgent',
						maxParallelRequests: [1, 2, 50][nth % 3],
					},
				},
			});
			return await runWorkflow(file, {
				items,
				onStart: nth % 5 === 4 ? (cancel) => void sleep(random(3000)).then(cancel) : undefined,
			});
		};
		const { value: runs } = await withFastClock(
			async () => await Promise.all(Array.from({ length: 10 }, async (_, nth) => await exec(nth))),
		);
		expect(runs).toHaveLength(10);
		// The lookup here never shows a call, so that a call counts for a minute.
		const twice = posts.filter(({ pair, at }, index) =>
			posts.slice(0, index).some((before) => before.pair === pair && at - before.at < MINUTE),
		);
		expect(twice).toEqual([]);
		for (const [nth, run] of runs.entries()) {
			if (!(nth % 3) || nth % 5 === 4) continue;
			const all = [0, 1, 2].flatMap((output) => run.items('Talkover', output));
			const from = all.map(({ pairedItem }) => (pairedItem as { item: number }).item);
			expect(from.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
		}
	},
);
