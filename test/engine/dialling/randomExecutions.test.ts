import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import nock from 'nock';
import { sleep } from 'n8n-workflow';
import type { ScriptedAnswer } from '../../../dev/simulator/api/scripts.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { runWorkflow } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';

mockWire();

const MINUTE = 60_000;

/** What happens to one request, and after how many milliseconds it is answered. */
interface Fate {
	delayMs: number;
	answer: ScriptedAnswer;
}

const fates = (longestMs: number, ...answers: Array<{ weight: number; value: ScriptedAnswer }>) =>
	fc.infiniteStream(
		fc.record<Fate>({
			delayMs: fc.integer({ min: 0, max: longestMs }),
			answer: fc.oneof(
				...answers.map(({ weight, value }) => ({ weight, arbitrary: fc.constant(value) })),
			),
		}),
	);

const nextOf = (stream: Iterator<Fate>): ScriptedAnswer => {
	const { delayMs, answer } = stream.next().value as Fate;
	return { ...answer, delayMs };
};

const LAST_OF_WINDOW = {
	'x-ratelimit-limit': '5',
	'x-ratelimit-remaining': '0',
	'x-ratelimit-reset': '3',
};

const scenario = fc.record({
	lookups: fates(
		1900,
		{ weight: 8, value: { status: 404, body: NO_CALL } },
		{ weight: 1, value: { status: 404, body: NO_CALL, headers: LAST_OF_WINDOW } },
		{ weight: 1, value: { status: 403, body: {} } },
	),
	lists: fates(400, { weight: 1, value: {} }),
	posts: fates(
		1900,
		{ weight: 3, value: {} },
		{ weight: 1, value: { status: 504, body: {}, afterApi: true } },
		{ weight: 1, value: { status: 429, body: { error: { details: { retry_after: 2 } } } } },
		{ weight: 1, value: { status: 402, body: {} } },
	),
	executions: fc.array(
		fc.record({
			items: fc.array(
				fc.record({
					agent: fc.constantFrom('agent-0', 'agent-1', 'agent-2'),
					person: fc.integer({ min: 0, max: 3 }),
					hours: fc.constantFrom(0, 24),
				}),
				{ minLength: 8, maxLength: 8 },
			),
			cancelAfterMs: fc.integer({ min: 0, max: 3000 }),
		}),
		{ minLength: 10, maxLength: 10 },
	),
});

test('random executions that overlap all end, and no agent calls a number twice in a minute', async () => {
	await fc.assert(
		fc.asyncProperty(scenario, async ({ lookups, lists, posts, executions }) => {
			nock.cleanAll();
			const talkover = wireTalkover({
				agents: [{ id: 'agent-0' }, { id: 'agent-1' }, { id: 'agent-2' }],
				answers: {
					getActiveCall: () => nextOf(lookups),
					listCalls: () => nextOf(lists),
					listAgentCalls: () => nextOf(lists),
					makeCall: () => nextOf(posts),
				},
			});
			// No lookup ever shows a call, so that a call counts for a minute.
			talkover.setOutcomes(() => ({ shownAfterMs: Infinity }));
			const { value: runs } = await withFastClock(
				async () =>
					await Promise.all(
						executions.map(async ({ items, cancelAfterMs }, nth) => {
							const file = operationWorkflow('call.makeCall', {
								onError: nth % 3 ? 'continueErrorOutput' : undefined,
								retryOnFail: nth % 2 === 0,
								maxTries: 3,
								waitBetweenTries: 100,
								plainOutputs: true,
								parameters: {
									agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
									options: {
										skipIfCalledWithin: '={{ $json.hours }}',
										whoseCalls: nth % 2 ? 'thisAgent' : 'anyAgent',
										maxParallelRequests: [1, 2, 50][nth % 3],
									},
								},
							});
							return await runWorkflow(file, {
								items: items.map(({ person, ...more }) => ({
									json: { name: 'x', phone: phoneOf(person), ...more },
								})),
								onStart:
									nth % 5 === 4 ? (cancel) => void sleep(cancelAfterMs).then(cancel) : undefined,
							});
						}),
					),
			);
			expect(runs).toHaveLength(10);
			const { placedCalls } = talkover;
			const twice = placedCalls.filter(({ agentId, to, placedAt }, index) =>
				placedCalls
					.slice(0, index)
					.some(
						(before) =>
							before.agentId === agentId && before.to === to && placedAt - before.placedAt < MINUTE,
					),
			);
			expect(twice).toEqual([]);
			for (const [nth, run] of runs.entries()) {
				if (!(nth % 3) || nth % 5 === 4) continue;
				const all = [0, 1, 2].flatMap((output) => run.items('Talkover', output));
				const from = all.map(({ pairedItem }) => (pairedItem as { item: number }).item);
				expect(from.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
			}
		}),
		{ numRuns: 6 },
	);
});
