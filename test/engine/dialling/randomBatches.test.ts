import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import nock from 'nock';
import { withFastClock } from '../../helpers/clock.cts';
import { onCall } from '../../helpers/dialling';
import { runWorkflow } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { connectionError, wireTalkover } from '../../helpers/wire';

mockWire();

/** What happens to one POST: an answer, or the error code of a broken connection. */
type PostFate = { status: number; body?: 'call' | 'nothing' | 'text' } | { code: string };
type LookupFate = 'free' | 'active' | 'fails' | 'breaks';

const postFate: fc.Arbitrary<PostFate> = fc.oneof(
	{ weight: 3, arbitrary: fc.constant({ status: 200, body: 'call' as const }) },
	{
		weight: 1,
		arbitrary: fc.record({
			status: fc.constantFrom(200, 201, 204, 302, 400, 401, 402, 404, 408, 409, 422, 500, 503, 504),
			body: fc.constantFrom('nothing' as const, 'text' as const),
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ status: 429 }) },
	{
		weight: 1,
		arbitrary: fc.record({
			code: fc.constantFrom('ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ECONNREFUSED'),
		}),
	},
);

const batch = fc.record({
	items: fc.array(
		fc.record({ person: fc.integer({ min: 0, max: 4 }), agent: fc.constantFrom('a', 'a', 'b') }),
		{ minLength: 1, maxLength: 15 },
	),
	lookups: fc.array(
		fc.constantFrom<LookupFate>('free', 'free', 'free', 'active', 'fails', 'breaks'),
		{
			minLength: 5,
			maxLength: 5,
		},
	),
	posts: fc.array(postFate, { minLength: 1, maxLength: 40 }),
	onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
	retryOnFail: fc.boolean(),
	callAnyway: fc.boolean(),
	maxParallelRequests: fc.integer({ min: 1, max: 15 }),
	maxRateLimitWait: fc.constantFrom(0, 60),
});

interface Post {
	pair: string;
	fate: PostFate;
	id: string;
}

/** Whether a POST may have made a phone ring. */
function mayRing({ fate }: Post): boolean {
	return 'code' in fate ? fate.code !== 'ECONNREFUSED' : fate.status !== 429;
}

function talkoverWith(lookups: LookupFate[], fates: PostFate[]): Post[] {
	const posts: Post[] = [];
	const persons = lookups.map((_, person) => phoneOf(person));
	nock.cleanAll();
	wireTalkover({
		agents: [{ id: 'a' }, { id: 'b' }],
		answers: {
			getActiveCall: ({ phone = '' }) => {
				const fate = lookups[persons.indexOf(phone)];
				if (fate === 'breaks') throw connectionError('ECONNRESET');
				if (fate === 'fails') return { status: 403, body: {} };
				return fate === 'active' ? onCall(phone) : { status: 404, body: NO_CALL };
			},
			makeCall: ({ params, phone = '' }) => {
				const fate = fates[posts.length % fates.length];
				const id = `call-${posts.length}`;
				posts.push({ pair: `${params.agent_id} ${phone}`, fate, id });
				if ('code' in fate) throw connectionError(fate.code);
				const bodies = {
					call: { success: true, data: createdCall(phone, { id }) },
					nothing: {},
					text: '<html>',
				};
				return { status: fate.status, body: bodies[fate.body ?? 'nothing'] };
			},
		},
	});
	return posts;
}

test('no agent calls a number twice in one run, and with Call Anyway no item is called twice', async () => {
	let severalAsked = 0;
	let retried = 0;
	await fc.assert(
		fc.asyncProperty(batch, async ({ items, lookups, posts: fates, ...settings }) => {
			const { onError, retryOnFail, callAnyway, ...options } = settings;
			const posts = talkoverWith(lookups, fates);
			const file = operationWorkflow('call.makeCall', {
				onError,
				retryOnFail,
				maxTries: 3,
				waitBetweenTries: 10,
				plainOutputs: true,
				parameters: {
					agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
					options: { ...options, ifAlreadyOnCall: callAnyway ? 'callAnyway' : 'skip' },
				},
			});
			const contacts = items.map(({ person, agent }) => ({
				json: { name: `P${person}`, phone: phoneOf(person), agent },
			}));
			const { value: run } = await withFastClock(
				async () => await runWorkflow(file, { items: contacts }),
			);

			const pairs = items.map(({ person, agent }) => `${agent} ${phoneOf(person)}`);
			for (const pair of new Set(pairs)) {
				const asked = pairs.filter((other) => other === pair).length;
				const rung = posts.filter((post) => post.pair === pair && mayRing(post)).length;
				expect(rung).toBeLessThanOrEqual(callAnyway ? asked : 1);
				if (asked > 1 && rung > 0) severalAsked++;
			}
			if (run.error) return;

			if (retryOnFail) retried++;
			const came = [0, 1, 2].map((output) => run.items('Talkover', output));
			const itemOf = (item: { pairedItem?: unknown }) => (item.pairedItem as { item: number }).item;
			expect(
				came
					.flat()
					.map(itemOf)
					.sort((a, b) => a - b),
			).toEqual([...items.keys()]);
			// Each call that was made is on Called once, unless its answer was an error.
			const made = posts.filter(({ fate }) => 'body' in fate && fate.body === 'call');
			const called = came[0].filter(({ json }) => !('error' in json)).map(({ json }) => json.id);
			expect([...called].sort()).toEqual(made.map(({ id }) => id).sort());
		}),
		{ numRuns: 300 },
	);
	// The cases that matter came up.
	expect(severalAsked).toBeGreaterThan(20);
	expect(retried).toBeGreaterThan(20);
});
