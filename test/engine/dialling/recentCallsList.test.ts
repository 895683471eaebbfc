import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import type { NewCall } from '../../../dev/simulator/world/calls.cts';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import { dialled, fast, makeCall, operations, quietTalkover } from '../../helpers/dialling';
import { contact, mockWire, phoneOf } from '../../helpers/talkover';
import type { WireOptions } from '../../helpers/wire';

mockWire();

const HOUR = 3_600_000;
const COUNT = 60;
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const people = range(COUNT).map((index) => contact(`C${index}`, phoneOf(index)));

/** A call that is over. */
const call = (to: string, minutesAgo: number, more: Partial<NewCall> = {}): NewCall => ({
	agentId: 'agent-1',
	to,
	status: 'completed',
	startedAgoMs: minutesAgo * 60_000,
	...more,
});

interface Setting extends WireOptions {
	/** In Talkover's list, in its order. */
	calls?: NewCall[];
	/** What somebody else does during the run. */
	meanwhile?: (talkover: Talkover) => Promise<unknown>;
	showsCalls?: boolean;
}

/** Runs Make Call with Skip If Called Within for contacts, and returns the outputs and what Talkover was asked. */
async function callAll(
	items: typeof people,
	options: IDataObject = {},
	{ calls = [], meanwhile, ...wire }: Setting = {},
) {
	return await fast(async () => {
		const talkover = quietTalkover(wire);
		for (const listed of [...calls].reverse()) talkover.startCall(listed);
		const other = meanwhile?.(talkover);
		const run = await makeCall({ items, options: { skipIfCalledWithin: 24, ...options } });
		await other;
		const output = (index: number) =>
			run
				.items('Talkover', index)
				.map(({ json, pairedItem }) => [
					items[(pairedItem as { item: number }).item].json.name,
					json.to ?? json.error,
					json.skip_reason,
				]);
		return {
			run,
			talkover,
			outputs: [output(0), output(1), output(2)],
			lists: operations(talkover).filter((name) => /^list/.test(name ?? '')).length,
			dialled: dialled(talkover).map(({ phone }) => phone),
		};
	});
}

const manyCalls = () => range(250).map((index) => call(phoneOf(index % 30), 5 + index * 10));

describe('many numbers are compared with the whole list, with the same outputs as by a search for each', () => {
	const mixed = [
		call(phoneOf(1), 10),
		call(phoneOf(2), 20, { status: 'failed' }),
		call(phoneOf(3), 30, { direction: 'inbound' }),
		call(phoneOf(4), 40, { isTesting: true }),
		call(phoneOf(5), 50, { shownAs: { status: 'ringing' } }),
		call(phoneOf(6), 60, { shownAs: { created_at: 'yesterday' } }),
		call(`${phoneOf(7)}0`, 70),
		call(phoneOf(8), 80, { shownAs: { to: '1 (555) 100-0008' } }),
		call(phoneOf(9), 25 * 60),
		call(phoneOf(10), 47 * 60),
	];

	test.each<[string, NewCall[], IDataObject]>([
		['calls of all kinds', mixed, {}],
		['answered calls only', mixed, { callsThatCount: 'answered' }],
		['calls of one agent', mixed, { whoseCalls: 'thisAgent' }],
		['several pages', manyCalls(), {}],
		['no calls', [], {}],
	])('%s', async (_, calls, options) => {
		const whole = await callAll(people, options, { calls });
		expect(whole.lists).toBeLessThan(COUNT / 3);
		// A search for each number: one at a time, each in an execution of its own.
		const few = people.slice(0, 12);
		const single: unknown[][][] = [[], [], []];
		for (const person of few) {
			const { outputs, lists } = await callAll([person], options, { calls });
			expect(lists).toBeGreaterThan(0);
			for (const output of range(3)) single[output].push(...outputs[output]);
		}
		const names = few.map(({ json }) => json.name);
		for (const output of range(3)) {
			expect(single[output]).toEqual(
				whole.outputs[output].filter(([name]) => names.includes(name as string)),
			);
		}
	});
});

/** Somebody else calls a person after 20 seconds. */
const otherCalls = (person: string) => async (talkover: Talkover) => {
	await sleep(20_000);
	talkover.startCall(call(person, 0));
};

test('a person who is called by somebody else during the run is not called', async () => {
	const other = phoneOf(COUNT - 1);
	const setting = {
		calls: manyCalls(),
		meanwhile: otherCalls(other),
		answers: { getActiveCall: { delayMs: 1800 } },
	};
	// With two at a time, the last person's turn comes after 20 seconds.
	const { dialled, lists } = await callAll(people, { maxParallelRequests: 2 }, setting);
	expect(dialled).not.toContain(other);
	expect(lists).toBeLessThan(COUNT);
});

test('nor while the list is read, which waits for the rate limit between its pages', async () => {
	const other = phoneOf(40);
	const { run, dialled } = await callAll(
		people,
		{},
		{
			calls: range(250).map((nth) => call(phoneOf(5000 + nth), 5 + nth)),
			meanwhile: otherCalls(other),
			answers: {
				// The last page of the second reading.
				listCalls: (_, nth) =>
					nth === 6 ? { status: 429, body: {}, headers: { 'Retry-After': '60' } } : undefined,
			},
		},
	);
	expect(run.json('Talkover', 2)).toEqual([]);
	expect(run.json('Talkover', 1)).toMatchObject([{ to: other }]);
	expect(dialled).not.toContain(other);
});

test('nor in a list with the oldest first that begins empty, and grows to a second page', async () => {
	const other = phoneOf(199);
	const items = range(200).map((index) => contact(`C${index}`, phoneOf(index)));
	const { run, dialled } = await callAll(
		items,
		{ maxParallelRequests: 10 },
		{
			showsCalls: true,
			orderCalls: (calls) => calls,
			meanwhile: async (talkover) => {
				talkover.setOutcomes(() => ({ endsAfterMs: 0 }));
				talkover.on('makeCall', (_, nth) => {
					// Somebody else calls a person whose turn is still to come.
					if (nth === 120) talkover.startCall(call(other, 0));
				});
			},
		},
	);
	expect(run.json('Talkover', 1)).toMatchObject([{ to: other, skip_reason: 'called_recently' }]);
	expect(dialled).toHaveLength(199);
});

describe('each number is searched for', () => {
	test.each<[string, NewCall[]]>([
		['if a call has no number', [call(phoneOf(99), 10, { shownAs: { to: null } })]],
		[
			'if the whole list takes more requests',
			range(4000).map((index) => call(phoneOf(5000 + index), 1 + index / 100)),
		],
		[
			'if the list has several pages in no order',
			[...manyCalls().slice(0, 120).reverse(), ...manyCalls().slice(120)],
		],
	])('%s', async (_, calls) => {
		const { lists } = await callAll(people, {}, { calls });
		expect(lists).toBeGreaterThanOrEqual(COUNT);
	});

	test('if there are only a few', async () => {
		const { lists } = await callAll(people.slice(0, 5));
		expect(lists).toBe(5);
	});

	test('if the list is refused, and nobody is called when the search is, too', async () => {
		const listCalls = { status: 403, body: { success: false, message: 'No' } };
		const { dialled, outputs } = await callAll(people, {}, { answers: { listCalls } });
		expect(dialled).toEqual([]);
		expect(outputs[2]).toHaveLength(COUNT);
	});
});

test('the window of the list begins a day before the hours', async () => {
	const { talkover } = await callAll(people);
	const lists = talkover.requestsFor('listCalls');
	for (const { query, startedAt } of lists) {
		expect(query.search).toBeUndefined();
		expect(query.date_from).toBe(new Date(startedAt - 48 * HOUR).toISOString().slice(0, 10));
	}
	expect(new Set(lists.map(({ query }) => query.date_from)).size).toBe(1);
});

test('with an agent for each item, the whole lists take no more requests than half of the searches', async () => {
	const talkover = quietTalkover({
		agents: range(COUNT).map((index) => ({ id: `agent-${index}` })),
		answers: {
			listAgentCalls: ({ query: { search, page } }) => ({
				body: {
					success: true,
					data: search
						? []
						: [
								{
									id: page,
									to: phoneOf(5000),
									created_at: new Date(Date.now() - HOUR).toISOString(),
								},
							],
					pagination: { last_page: search ? 1 : 20 },
				},
			}),
		},
	});
	await makeCall({
		items: range(COUNT).map((index) => ({
			json: { name: 'C', phone: phoneOf(index), agent: `agent-${index}` },
		})),
		agent: '={{ $json.agent }}',
		options: { skipIfCalledWithin: 24, whoseCalls: 'thisAgent' },
	});
	expect(dialled(talkover)).toHaveLength(COUNT);
	expect(talkover.requestsFor('listAgentCalls').length).toBeLessThanOrEqual(1.5 * COUNT);
});
