import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { makeCall, mockTalkover } from '../../helpers/dialling';
import type { Answer, Answers } from '../../helpers/dialling';
import { contact, mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const HOUR = 3_600_000;
const COUNT = 60;
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const people = range(COUNT).map((index) => contact(`C${index}`, phoneOf(index)));

const listed = (to: string, minutesAgo: number, more: IDataObject = {}): IDataObject => ({
	id: `${to} ${minutesAgo}`,
	to,
	direction: 'outbound',
	status: 'completed',
	created_at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
	...more,
});

/** A list of calls that is paged and searched as Talkover's is. */
const listOf =
	(calls: (query: Record<string, string>) => IDataObject[]) =>
	(query: Record<string, string>): Answer => {
		const { search, page, date_from: from } = query;
		const found = calls(query).filter(
			({ to, created_at: time }) =>
				(!search || `+${String(to).replace(/\D/g, '')}`.includes(search)) &&
				(!from || String(time ?? '9') >= from),
		);
		const nth = Number(page);
		return [
			200,
			{
				success: true,
				data: found.slice((nth - 1) * 100, nth * 100),
				pagination: { current_page: nth, last_page: Math.max(1, Math.ceil(found.length / 100)) },
			},
		];
	};

/** Calls everybody with Skip If Called Within, and returns the outputs and how many lists were requested. */
async function callAll(
	calls: (query: Record<string, string>) => IDataObject[],
	options: IDataObject = {},
	{ count = COUNT, ...answers }: Answers & { count?: number } = {},
) {
	const { requests, dialled } = mockTalkover({ list: listOf(calls), ...answers });
	const run = await makeCall({
		items: people.slice(0, count),
		options: { skipIfCalledWithin: 24, ...options },
	});
	const output = (index: number) =>
		run
			.items('Talkover', index)
			.map(({ json, pairedItem }) => [
				(pairedItem as { item: number }).item,
				json.to ?? json.error,
				json.skip_reason,
			]);
	return {
		outputs: [output(0), output(1), output(2)],
		lists: requests.filter((request) => request.startsWith('list')).length,
		dialled: dialled.map(({ to }) => to),
	};
}

const manyCalls = () =>
	range(250).map((index) => listed(phoneOf(index % 30), 5 + index * 10, { id: `call-${index}` }));

describe('many numbers are compared with the whole list, with the same outputs as by a search for each', () => {
	const mixed = () => [
		listed(phoneOf(1), 10),
		listed(phoneOf(2), 20, { status: 'failed' }),
		listed(phoneOf(3), 30, { direction: 'inbound' }),
		listed(phoneOf(4), 40, { is_testing: true }),
		listed(phoneOf(5), 50, { status: 'ringing' }),
		listed(phoneOf(6), 60, { created_at: 'yesterday' }),
		listed(`${phoneOf(7)}0`, 70),
		listed('1 (555) 100-0008', 80),
		listed(phoneOf(9), 25 * 60),
		listed(phoneOf(10), 47 * 60),
	];

	test.each<[string, () => IDataObject[], IDataObject]>([
		['calls of all kinds', mixed, {}],
		['answered calls only', mixed, { callsThatCount: 'answered' }],
		['calls of one agent', mixed, { whoseCalls: 'thisAgent' }],
		['several pages', manyCalls, {}],
		['no calls', () => [], {}],
	])('%s', async (_, calls, options) => {
		const whole = await callAll(calls, options);
		expect(whole.lists).toBeLessThan(COUNT / 3);
		// A search for each number: one at a time, each in an execution of its own.
		const single: unknown[][][] = [[], [], []];
		for (const index of range(12)) {
			const { requests } = mockTalkover({ list: listOf(calls) });
			const run = await makeCall({
				items: [people[index]],
				options: { skipIfCalledWithin: 24, ...options },
			});
			expect(requests).toContainEqual(expect.stringContaining('list'));
			for (const output of range(3)) {
				for (const json of run.json('Talkover', output)) {
					single[output].push([index, json.to ?? json.error, json.skip_reason]);
				}
			}
		}
		for (const output of range(3)) {
			expect(single[output]).toEqual(whole.outputs[output].filter(([index]) => Number(index) < 12));
		}
	});
});

test('a person who is called by somebody else during the run is not called', async () => {
	const startedAt = { time: 0 };
	const other = phoneOf(COUNT - 1);
	const calls = () => {
		startedAt.time ||= Date.now();
		const isLater = Date.now() - startedAt.time > 20_000;
		return isLater ? [listed(other, 0), ...manyCalls()] : manyCalls();
	};
	// With two at a time, the last person's turn comes after 20 seconds.
	const { dialled, lists } = await callAll(
		calls,
		{ maxParallelRequests: 2 },
		{
			lookup: async () => {
				await sleep(1500);
				return undefined;
			},
		},
	);
	expect(dialled).not.toContain(other);
	expect(lists).toBeLessThan(COUNT);
});

test('nor while the list is read, which waits for the rate limit between its pages', async () => {
	const other = phoneOf(40);
	let calls: IDataObject[] = [];
	let startedAt = 0;
	const list = listOf(() => {
		if (calls.length === 0) {
			startedAt = Date.now();
			calls = range(250).map((nth) => listed(phoneOf(5000 + nth), 5 + nth, { id: `call-${nth}` }));
		}
		if (calls.length === 250 && Date.now() - startedAt > 20_000) {
			calls.unshift(listed(other, 0));
		}
		return calls;
	});
	let pages = 0;
	const { dialled } = mockTalkover({
		// The last page of the second reading.
		list: (query) => (++pages === 6 ? [429, {}, { 'Retry-After': '60' }] : list(query)),
	});
	const run = await makeCall({ items: people, options: { skipIfCalledWithin: 24 } });
	expect(run.json('Talkover', 2)).toEqual([]);
	expect(run.json('Talkover', 1)).toMatchObject([{ to: other }]);
	expect(dialled.map(({ to }) => to)).not.toContain(other);
});

test('nor in a list with the oldest first that begins empty, and grows to a second page', async () => {
	const calls: IDataObject[] = [];
	const other = phoneOf(199);
	const { dialled } = mockTalkover({
		list: listOf(() => calls),
		call: ({ to }) => {
			calls.push(listed(to, 0));
			// Somebody else calls a person whose turn is still to come.
			if (calls.length === 120) calls.push(listed(other, 0, { id: 'other' }));
			return undefined;
		},
	});
	const run = await makeCall({
		items: range(200).map((index) => contact('C', phoneOf(index))),
		options: { skipIfCalledWithin: 24, maxParallelRequests: 10 },
	});
	expect(run.json('Talkover', 1)).toMatchObject([{ to: other, skip_reason: 'called_recently' }]);
	expect(dialled).toHaveLength(199);
});

describe('each number is searched for', () => {
	test.each<[string, (query: Record<string, string>) => IDataObject[]]>([
		['if a call has no number', () => [listed(phoneOf(99), 10, { to: null })]],
		[
			'if the whole list takes more requests',
			() => range(4000).map((index) => listed(phoneOf(5000 + index), 1 + index / 100)),
		],
		[
			'if the list has several pages in no order',
			() => [...manyCalls().slice(0, 120).reverse(), ...manyCalls().slice(120)],
		],
	])('%s', async (_, calls) => {
		const { lists } = await callAll(calls);
		expect(lists).toBeGreaterThanOrEqual(COUNT);
	});

	test('if there are only a few', async () => {
		const { lists } = await callAll(() => [], {}, { count: 5 });
		expect(lists).toBe(5);
	});

	test('if the list is refused, and nobody is called when the search is, too', async () => {
		const { dialled, outputs } = await callAll(
			() => [],
			{},
			{
				list: () => [403, { success: false, message: 'No' }],
			},
		);
		expect(dialled).toEqual([]);
		expect(outputs[2]).toHaveLength(COUNT);
	});
});

test('the window of the list begins a day before the hours', async () => {
	const days = new Set<string>();
	await callAll((query) => {
		days.add(query.date_from);
		expect(query.search).toBeUndefined();
		expect(query.date_from).toBe(new Date(Date.now() - 48 * HOUR).toISOString().slice(0, 10));
		return [];
	});
	expect(days.size).toBe(1);
});

test('with an agent for each item, the whole lists take no more requests than half of the searches', async () => {
	const { requests, dialled } = mockTalkover({
		list: ({ search, page }) => [
			200,
			{
				success: true,
				data: search ? [] : [listed(phoneOf(5000), Number(page), { id: page })],
				pagination: { last_page: search ? 1 : 20 },
			},
		],
	});
	await makeCall({
		items: range(COUNT).map((index) => ({
			json: { name: 'C', phone: phoneOf(index), agent: `agent-${index}` },
		})),
		agent: '={{ $json.agent }}',
		options: { skipIfCalledWithin: 24, whoseCalls: 'thisAgent' },
	});
	expect(dialled).toHaveLength(COUNT);
	const lists = requests.filter((request) => request.startsWith('list'));
	expect(lists.length).toBeLessThanOrEqual(1.5 * COUNT);
});
