import { expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { NewCall, Outcome } from '../../../dev/simulator/world/calls.cts';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import type { ScriptedAnswer } from '../../../dev/simulator/api/scripts.cts';
import { withFastClock } from '../../helpers/clock.cts';
import {
	dialled,
	fast,
	makeCall,
	operations,
	outcome,
	quietTalkover,
} from '../../helpers/dialling';
import type { WireOptions } from '../../helpers/wire';
import { contact, mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const options = { checkAfterCalling: true };

const TOOL = 'n8n-nodes-talkover.talkoverTool';

/** A call that somebody else makes, such as another process, while the node makes its own. */
const other = (more: Partial<NewCall> = {}): NewCall => ({
	agentId: 'agent-1',
	to: phoneOf(1),
	id: 'other',
	startedAgoMs: 1000,
	...more,
});

/** The node's own calls have the IDs own-1, own-2, … */
function withOwnIds(talkover: Talkover, more: Outcome = {}): Talkover {
	let made = 0;
	talkover.setOutcomes(() => ({ id: `own-${++made}`, ...more }));
	return talkover;
}

/** A Talkover that shows the calls, and in which nobody else calls. */
const calmTalkover = (more?: Outcome, answers?: WireOptions['answers']) =>
	withOwnIds(quietTalkover({ showsCalls: true, answers }), more);

/** A Talkover in which other calls begin at the moment at which the node calls. */
function busyTalkover(others: NewCall[], answers: WireOptions['answers'] = {}): Talkover {
	const talkover: Talkover = quietTalkover({
		showsCalls: true,
		answers: {
			makeCall: (_, nth) => {
				if (nth === 1) for (const call of others) talkover.startCall(call);
			},
			...answers,
		},
	});
	return withOwnIds(talkover);
}

const ended = (talkover: Talkover) =>
	talkover.requestsFor('endCall').map(({ body }) => Object(body).call_sid as string);

const LOOK = ['getActiveCall', 'makeCall', 'getActiveCall', 'getActiveCall'];

test('looks after one second and after four, and the call comes out on Called when there is no other', async () => {
	const talkover = calmTalkover();
	const { value: run, seconds } = await withFastClock(async () => await makeCall({ options }));
	expect(outcome(run)).toBe('called own-1');
	expect(operations(talkover)).toEqual(LOOK);
	expect(seconds).toBeGreaterThan(4);
	expect(seconds).toBeLessThan(7);
});

test('looks no more without the option', async () => {
	const talkover = busyTalkover([other()]);
	expect(outcome(await makeCall())).toBe('called own-1');
	expect(operations(talkover)).toEqual(LOOK.slice(0, 2));
});

test.each<[string, Partial<NewCall>]>([
	['a call', {}],
	['a call that Talkover shows late', { shownAfterMs: 3000 }],
	['a test call', { isTesting: true }],
	['a call of the person', { direction: 'inbound', from: phoneOf(1), to: '+15550199999' }],
	['a call with a lower ID in the same second', { startedAgoMs: 0, id: 'a-lower-id' }],
])('%s that began first ends the node’s own, which is skipped', async (_, more) => {
	const first = other(more);
	const talkover = busyTalkover([first]);
	const run = await makeCall({ options });
	expect(outcome(run)).toBe(`called_at_same_moment ${first.id}`);
	const [skipped] = run.json('Talkover', 1);
	const { status, created_at } = talkover.listedCall(first.id ?? '');
	expect(skipped).toMatchObject({ status, created_at, skip_reason: 'called_at_same_moment' });
	expect(status).toBe('initiated');
	expect(ended(talkover)).toEqual(['own-1']);
});

test.each<[string, Partial<NewCall>]>([
	['began later', { startedAgoMs: -2000 }],
	['has a higher ID in the same second', { startedAgoMs: 0, id: 'z-higher-id' }],
	['is of another agent', { agentId: 'agent-2' }],
	['is over', { endsAfterMs: 0 }],
	['is over a moment later', { endsAfterMs: 3000, shownAfterMs: 2500 }],
])('the call stays if the other one %s', async (_, more) => {
	const talkover = busyTalkover([other(more)]);
	expect(outcome(await makeCall({ options }))).toBe('called own-1');
	expect(ended(talkover)).toEqual([]);
});

test('a call that is over before the second look comes out on Called', async () => {
	const talkover = calmTalkover({ endsAfterMs: 2000, endsAs: 'busy' });
	expect(outcome(await makeCall({ options }))).toBe('called own-1');
	expect(operations(talkover)).toEqual([...LOOK, 'listAgentCalls']);
});

test('an ended call is forgotten: when the other one is over, the person may be called', async () => {
	const talkover = busyTalkover([other({ endsAfterMs: 20_000 })]);
	const [first, second, third] = await fast(async () => [
		await makeCall({ options }),
		await makeCall({ options }),
		await sleep(20_000).then(async () => await makeCall({ options })),
	]);
	expect(outcome(first)).toBe('called_at_same_moment other');
	expect(outcome(second)).toBe('on_a_call other');
	expect(outcome(third)).toBe('called own-2');
	expect(dialled(talkover)).toHaveLength(2);
});

test.each<[string, ScriptedAnswer]>([
	['fails', { status: 500, body: {} }],
	['gets no clear answer', { afterApi: true, status: 504, body: {} }],
	['is refused', { status: 403, body: { message: 'No' } }],
	['cannot find the call', { status: 404, body: { message: 'Call not found for this agent' } }],
])(
	'if ending the call %s, the error names both, and Retry On Fail does not repeat it',
	async (_, answer) => {
		const talkover = busyTalkover([other()], { endCall: answer });
		const run = await makeCall({ options, retryOnFail: true, maxTries: 3, waitBetweenTries: 100 });
		expect(outcome(run)).toContain(
			`Two calls to ${phoneOf(1)} may be in progress, "own-1" and "other": `,
		);
		expect(outcome(run)).toContain('The person is not called again.');
		expect(dialled(talkover)).toHaveLength(1);
		expect(ended(talkover)).toEqual(['own-1']);
	},
);

test.each<[string, NewCall['shownAs']]>([
	['no time', { created_at: undefined }],
	['a time that cannot be read', { created_at: 'a moment ago' }],
	['a time without a zone', { created_at: '2026-01-01 10:00:00' }],
])(
	'of a call with %s, nobody knows whether it began first: the error names both',
	async (_, shownAs) => {
		const talkover = busyTalkover([other({ shownAs })]);
		expect(outcome(await makeCall({ options }))).toContain(
			`Two calls to ${phoneOf(1)} may be in progress, "own-1" and "other": Talkover does not say when the call "other" began`,
		);
		expect(ended(talkover)).toEqual([]);
	},
);

test('a call that the list does not have within a minute may be the first: the error names both', async () => {
	busyTalkover([other()], {
		listAgentCalls: { body: { success: true, data: [], pagination: { last_page: 1 } } },
	});
	const { value: run, seconds } = await withFastClock(async () => await makeCall({ options }));
	expect(outcome(run)).toContain('"own-1" and "other": Talkover does not list all calls');
	expect(seconds).toBeGreaterThan(60);
});

test('if Talkover does not show the call within a minute, it is unknown whether there is another', async () => {
	const talkover = calmTalkover({ shownAfterMs: Infinity });
	const { value: run, seconds } = await withFastClock(async () => await makeCall({ options }));
	expect(outcome(run)).toContain(
		`The call "own-1" to ${phoneOf(1)} was made, but it is unknown whether another one began at the same moment`,
	);
	expect(seconds).toBeGreaterThan(60);
	expect(ended(talkover)).toEqual([]);
});

test('waits longer if Talkover shows the call later than expected', async () => {
	const talkover = busyTalkover([other({ shownAfterMs: 9000 })]);
	withOwnIds(talkover, { shownAfterMs: 8000 });
	expect(outcome(await makeCall({ options }))).toBe('called_at_same_moment other');
	expect(ended(talkover)).toEqual(['own-1']);
});

const FORBIDDEN: ScriptedAnswer = { status: 403, body: { message: 'No' } };
const LIMITED: ScriptedAnswer = {
	status: 429,
	body: {
		error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Slow down', details: { retry_after: 500 } },
	},
};

test.each<[string, ScriptedAnswer, RegExp]>([
	['is refused', FORBIDDEN, /Talkover does not allow/],
	['fails', { status: 500, body: {} }, /could not handle/],
	['would wait too long for the rate limit', LIMITED, /rate limit is used up/],
])('if the look after the call %s, the error says so', async (_, answer, reason) => {
	const talkover = calmTalkover(
		{},
		{ getActiveCall: (_request, nth) => (nth > 1 ? answer : undefined) },
	);
	const text = outcome(await makeCall({ options }));
	expect(text).toContain(
		`The call "own-1" to ${phoneOf(1)} was made, but it is unknown whether another one began at the same moment: `,
	);
	expect(text).toMatch(reason);
	expect(text).toContain('The person is not called again.');
	expect(dialled(talkover)).toHaveLength(1);
});

test('Retry On Fail looks again, and does not call again', async () => {
	const talkover = busyTalkover([other()], {
		getActiveCall: (_, nth) => (nth === 2 ? FORBIDDEN : undefined),
	});
	const run = await makeCall({ options, retryOnFail: true, maxTries: 3, waitBetweenTries: 100 });
	expect(outcome(run)).toBe('called_at_same_moment other');
	expect(dialled(talkover)).toHaveLength(1);
	expect(ended(talkover)).toEqual(['own-1']);
});

test('after an end at once, a look that fails says that it is unknown whether the other call goes on, also with Retry On Fail', async () => {
	const talkover = busyTalkover([other({ endsAfterMs: 9000 })], {
		getActiveCall: (_, nth) => (nth === 3 ? FORBIDDEN : undefined),
	});
	// The ended call must not come out on Called when the other one is over.
	const run = await makeCall({ options, retryOnFail: true, maxTries: 3, waitBetweenTries: 5000 });
	expect(outcome(run)).toContain(
		`The call "own-1" to ${phoneOf(1)} was ended for the call "other", but it is unknown whether that one goes on: `,
	);
	expect(ended(talkover)).toEqual(['own-1']);
});

test('the items of a run wait side by side, regardless of Max Parallel Requests', async () => {
	const talkover = calmTalkover();
	const people = Array.from({ length: 20 }, (_, nth) => contact(`Person ${nth}`, phoneOf(nth)));
	const { value: run, seconds } = await withFastClock(
		async () => await makeCall({ items: people, options: { ...options, maxParallelRequests: 1 } }),
	);
	expect(run.json('Talkover')).toHaveLength(20);
	// 80 requests of 0.3 s, one at a time.
	expect(operations(talkover)).toHaveLength(80);
	expect(seconds).toBeLessThan(80 * 0.3 + 4 + 2);
});

test.each([1, 2, 50])(
	'items with the same number share the check, with %i requests at the same time',
	async (maxParallelRequests) => {
		const talkover = busyTalkover([other()]);
		const items = [1, 1, 2, 1, 2].map((person) => contact('Somebody', phoneOf(person)));
		const run = await makeCall({ items, options: { ...options, maxParallelRequests } });
		const reasons = run.json('Talkover', 1).map(({ id, skip_reason: reason }) => [reason, id]);
		const [{ id }] = run.json('Talkover');
		expect(reasons).toEqual([
			...[1, 2, 3].map(() => ['called_at_same_moment', 'other']),
			['called_in_this_run', id],
		]);
		expect(dialled(talkover)).toHaveLength(2);
		expect(ended(talkover)).toHaveLength(1);
	},
);

test('an item that fails and stops the run does not stop the check of the others', async () => {
	const talkover = busyTalkover([other()], {
		makeCall: (_, nth) => {
			if (nth > 1) return { status: 402, body: {}, delayMs: 1000 };
			talkover.startCall(other({ shownAfterMs: 3000 }));
			return undefined;
		},
	});
	const items = [1, 2].map((person) => contact('Somebody', phoneOf(person)));
	const run = await makeCall({ items, options, onError: 'stopWorkflow' });
	expect(run.error?.message).toMatch(/too few credits/);
	expect(ended(talkover)).toEqual(['own-1']);
});

test('a canceled execution looks no more', async () => {
	const talkover = busyTalkover([other({ shownAfterMs: 3000 })]);
	const run = await makeCall({ options, onStart: (cancel) => void sleep(2500).then(cancel) });
	expect(run.status).toBe('canceled');
	expect(operations(talkover)).toEqual(LOOK.slice(0, 3));
});

test('an AI agent is told that its call was ended, and which one goes on', async () => {
	busyTalkover([other()]);
	const [answer] = (await makeCall({ type: TOOL, options })).json('Talkover');
	expect(answer).toMatchObject({
		called: false,
		agent_id: 'agent-1',
		phone: phoneOf(1),
		skip_reason: 'called_at_same_moment',
		message: `Not called: another call to ${phoneOf(1)} began at the same moment and goes on, so this one was ended.`,
		call: { id: 'other' },
	});
});

test('an AI agent is told that two calls may be in progress', async () => {
	busyTalkover([other()], { endCall: { status: 500, body: {} } });
	const run = await makeCall({ type: TOOL, options });
	expect(run.error?.message).toContain(
		`Two calls to ${phoneOf(1)} may be in progress, "own-1" and "other"`,
	);
	expect(run.error?.message).toContain('The person is not called again.');
});

test.each<[object, RegExp]>([
	[
		{ ifAlreadyOnCall: 'callAnyway' },
		/^'Check Again After Calling' and 'Call Anyway' contradict each other/,
	],
	[{ delay: 60 }, /^'Check Again After Calling' cannot be used with a 'Delay' \(60 seconds\)/],
])('cannot be used with %j: nobody is called', async (more, message) => {
	const talkover = quietTalkover();
	expect(outcome(await makeCall({ options: { ...options, ...more } }))).toMatch(message);
	expect(operations(talkover)).toEqual([]);
});
