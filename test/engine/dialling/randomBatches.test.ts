import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { withFastClock } from '../../helpers/clock';
import { BASE_URL, runWorkflow } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { activeCall, createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

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

function mockTalkover(lookups: LookupFate[], fates: PostFate[]): Post[] {
	const posts: Post[] = [];
	nock.cleanAll();
	for (const [person, fate] of lookups.entries()) {
		const lookup = nock(BASE_URL)
			.persist()
			.get(new RegExp(`/agents/.*/active-call/%2B${phoneOf(person).slice(1)}`));
		if (fate === 'breaks')
			lookup.replyWithError(Object.assign(new Error(), { code: 'ECONNRESET' }));
		else if (fate === 'fails') lookup.reply(403, '{}');
		else if (fate === 'free') lookup.reply(404, NO_CALL);
		else lookup.reply(200, { success: true, data: [activeCall(phoneOf(person))] });
	}
	nock(BASE_URL)
		.persist()
		.post(/\/agents\/.\/call/)
		.reply((uri, body, done) => {
			const { to } = body as { to: string };
			const fate = fates[posts.length % fates.length];
			const id = `call-${posts.length}`;
			posts.push({ pair: `${uri.split('/').at(-2)} ${to}`, fate, id });
			if ('code' in fate) {
				done(Object.assign(new Error(fate.code), { code: fate.code }), [500, '']);
				return;
			}
			const bodies = {
				call: { success: true, data: createdCall(to, { id }) },
				nothing: {},
				text: '<html>',
			};
			done(null, [fate.status, bodies[fate.body ?? 'nothing'] as ReplyBody]);
		});
	return posts;
}

test('no agent calls a number twice in one run, and with Call Anyway no item is called twice', async () => {
	let severalAsked = 0;
	let retried = 0;
	await fc.assert(
		fc.asyncProperty(batch, async ({ items, lookups, posts: fates, ...settings }) => {
			const { onError, retryOnFail, callAnyway, ...options } = settings;
			const posts = mockTalkover(lookups, fates);
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
