import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { NewCall } from '../../../dev/simulator/world/calls.cts';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { runOperation } from '../../helpers/runOperation';
import type { RunOptions } from '../../helpers/engine';
import type { OperationOptions } from '../../helpers/runOperation';
import { contact, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';
import type { WireOptions } from '../../helpers/wire';

mockWire();

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

const call = (to: string, status: NewCall['status'], more: Partial<NewCall> = {}): NewCall => ({
	agentId: 'agent-1',
	to,
	status,
	startedAgoMs: 60_000,
	...more,
});

/** Calls of long ago, which are over, with the oldest last. */
const older = (count: number) =>
	range(count).map((index) =>
		call(phoneOf(500_000 + index), 'completed', { startedAgoMs: (index + 2) * 60_000 }),
	);

interface Setting extends WireOptions {
	/** In Talkover's list, with the newest first. */
	calls?: NewCall[];
	/** Called before Talkover reads a request, with how many came before it. */
	before?: (count: number, talkover: Talkover) => void;
	lookup?: 'allAtOnce';
	node?: OperationOptions & RunOptions;
}

const contacts = (count: number) =>
	range(count).map((index) => contact(`C${index}`, phoneOf(index)));

/** Looks contacts up, and returns what the node and Talkover did. Talkover allows 100 requests a minute. */
async function lookUp(count: number, { calls = [], before, lookup, node, ...wire }: Setting = {}) {
	const { value, seconds } = await withFastClock(async () => {
		nock.cleanAll();
		const talkover = wireTalkover({ rateLimit: { limit: 100, windowMs: 60_000 }, ...wire });
		for (const listed of [...calls].reverse()) talkover.startCall(listed);
		if (before) {
			let requests = 0;
			const answer = () => before(requests++, talkover);
			talkover.script({ when: {}, times: Infinity, answer });
		}
		const run = await runOperation('call.getActiveCall', {
			items: contacts(count),
			parameters: { options: lookup ? { lookup } : {} },
			...node,
		});
		return { run, talkover };
	});
	const { run, talkover } = value;
	const answered = talkover.requests.filter(({ status }) => status !== 429);
	const of = (operation: string) => answered.filter((request) => request.operation === operation);
	return {
		run,
		seconds,
		lookups: of('getActiveCall').map(({ phone }) => phone),
		lists: of('listAgentCalls').length,
		requests: talkover.requests.length,
	};
}

const allAtOnce = async (count: number, setting: Setting = {}) =>
	await lookUp(count, { lookup: 'allAtOnce', ...setting });

const outputsOf = ({ run }: Awaited<ReturnType<typeof lookUp>>) => [
	run.items('Talkover', 0),
	run.items('Talkover', 1),
];

test('1,000 contacts, 4 of them on a call: the same output as one by one, in seconds, with at most 25 requests', async () => {
	const active = [3, 250, 251, 999].map(phoneOf);
	// The same times in both runs.
	const shownAs = { started_at: '2024-01-15T11:00:00Z', duration_seconds: 42 };
	const calls = [...active.map((to) => call(to, 'answered', { shownAs })), ...older(350)];
	const eachNumber = await lookUp(1000, { calls });
	expect(eachNumber.lookups).toHaveLength(1000);
	expect(eachNumber.seconds).toBeGreaterThan(9 * 60);

	const all = await allAtOnce(1000, { calls });
	expect(outputsOf(all)).toEqual(outputsOf(eachNumber));
	expect(all.lookups).toEqual(active);
	expect(all.requests).toBeLessThanOrEqual(25);
	expect(all.seconds).toBeLessThan(5);
});

describe('nobody on a call is missed', () => {
	const statuses = ['initiated', 'ringing', 'answered'] as const;

	test.each(range(6).flatMap((from) => range(3).map((step) => [from, step])))(
		'whose call moves on while the lists are read (first change before request %i, %i requests between)',
		async (from, step) => {
			const person = phoneOf(5);
			const { run, lookups } = await allAtOnce(20, {
				calls: [call(person, 'initiated', { id: 'moving' })],
				before: (count, talkover) => {
					const moves = count < from ? 0 : 1 + (step ? Math.floor((count - from) / step) : 0);
					talkover.setCallStatus('moving', statuses[Math.min(moves, 2)]);
				},
			});
			expect(lookups).toEqual([person]);
			expect(run.json('Talkover')).toHaveLength(1);
		},
	);

	test.each<[string, Partial<NewCall>]>([
		['with a status in no documentation', { status: 'in-progress' }],
		['without a status', { shownAs: { status: undefined } }],
		['who called the agent', { from: phoneOf(7), to: '+15558888888', direction: 'inbound' }],
		['whose number has separators', { shownAs: { to: '+1 (555) 100-0007' } }],
	])('%s', async (_, more) => {
		const { run, lookups } = await allAtOnce(30, {
			calls: [...older(30), call(phoneOf(7), 'ringing', more)],
		});
		expect(lookups).toEqual([phoneOf(7)]);
		expect(run.json('Talkover')).toHaveLength(1);
	});

	test('whose call moves to a page that was read before', async () => {
		let requests = 0;
		const { run, lookups } = await allAtOnce(100, {
			calls: [...older(350), call(phoneOf(7), 'transferring')],
			before: (count) => (requests = count),
			// Sorted by the last change: the call comes to the front after the first page was read.
			orderCalls: ([person, ...others]) =>
				requests < 4 ? [...others.reverse(), person] : [person, ...others.reverse()],
		});
		expect(lookups).toEqual([phoneOf(7)]);
		expect(run.json('Talkover')).toHaveLength(1);
	});

	test('while new calls begin, which push the others to later pages', async () => {
		let begun = 0;
		const { run, lookups } = await allAtOnce(100, {
			// Times in the list are whole seconds.
			latencyMs: 1000,
			calls: [...older(150), call(phoneOf(7), 'transferring'), ...older(100)],
			before: (count, talkover) => {
				if (count === 0) return;
				for (let nth = 0; nth < 30; nth++) {
					talkover.startCall(call(phoneOf(700_000 + begun++), 'completed', { startedAgoMs: 0 }));
				}
			},
		});
		expect(lookups).toEqual([phoneOf(7)]);
		expect(run.json('Talkover')).toHaveLength(1);
	});
});

describe('each number is looked up by itself', () => {
	const onCall = call(phoneOf(3), 'ringing');
	const endless = { success: true, data: [{ id: 'x', status: 'busy' }] };

	test.each<[string, Setting]>([
		[
			'when the list is forbidden',
			{ answers: { listAgentCalls: { status: 403, body: { success: false, message: 'No' } } } },
		],
		['when the list has no data', { answers: { listAgentCalls: { body: { success: true } } } }],
		['when the list never ends', { answers: { listAgentCalls: { body: endless } } }],
		['when an active call has no number', { calls: [{ ...onCall, shownAs: { to: null } }] }],
		['when a number is not E.164', { calls: [{ ...onCall, shownAs: { to: '1000003' } }] }],
		['when the list has more pages than it is worth', { calls: [onCall, ...older(3000)] }],
	])('%s', async (_, setting) => {
		const { run, lookups } = await allAtOnce(20, { calls: [onCall], ...setting });
		expect(lookups.sort()).toEqual(range(20).map(phoneOf).sort());
		expect(run.json('Talkover')).toHaveLength(1);
		expect(run.json('Talkover', 1)).toHaveLength(19);
	});

	test('when there are too few items for a list', async () => {
		const { lookups, lists } = await allAtOnce(3);
		expect(lookups).toHaveLength(3);
		expect(lists).toBe(0);
	});
});

test('a call in the list that is over when it is confirmed is Not Found', async () => {
	const { run } = await allAtOnce(20, {
		calls: [call(phoneOf(3), 'answered')],
		answers: { getActiveCall: { status: 404, body: NO_CALL } },
	});
	expect(run.json('Talkover', 1)).toHaveLength(20);
});

test('a call that nobody answered is not looked up, also if its status has an underscore', async () => {
	const { run, lookups } = await allAtOnce(10, { calls: [call(phoneOf(1), 'no_answer')] });
	expect(lookups).toEqual([]);
	expect(run.json('Talkover', 1)).toHaveLength(10);
});

test('a caller who withholds their number does not matter', async () => {
	const hidden = call('+15558888888', 'answered', {
		direction: 'inbound',
		shownAs: { from: 'anonymous' },
	});
	const { lookups } = await allAtOnce(20, { calls: [hidden] });
	expect(lookups).toEqual([]);
});

test('with an agent for each item, the lists take no more requests than the lookups', async () => {
	const { run, requests } = await allAtOnce(100, {
		agents: range(100).map((index) => ({ id: `agent-${index}` })),
		rateLimit: undefined,
		node: {
			items: range(100).map((index) => ({
				json: { name: 'C', phone: phoneOf(index), agent: `agent-${index}` },
			})),
			parameters: {
				agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
				options: { lookup: 'allAtOnce' },
			},
		},
	});
	expect(run.json('Talkover', 1)).toHaveLength(100);
	expect(requests).toBeLessThanOrEqual(2 * 100);
});
