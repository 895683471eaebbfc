import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { withFastClock } from '../../helpers/clock';
import { BASE_URL } from '../../helpers/engine';
import { fixedWindows } from '../../helpers/limitedTalkover';
import { runOperation } from '../../helpers/runOperation';
import type { RunOptions } from '../../helpers/engine';
import type { OperationOptions } from '../../helpers/runOperation';
import { activeCall, contact, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

type ListedCall = IDataObject & { id: string; status: string };

const listed = (to: string, status: string, more: IDataObject = {}): ListedCall => ({
	id: `call-${to}`,
	to,
	from: '+15559999999',
	direction: 'outbound',
	status,
	created_at: new Date(Date.now() - 60_000).toISOString(),
	...more,
});

/** Calls of long ago, which are over. */
const older = (count: number) =>
	range(count).map((index) =>
		listed(phoneOf(500_000 + index), 'completed', {
			created_at: new Date(Date.now() - (index + 2) * 60_000).toISOString(),
		}),
	);

interface Talkover {
	/** The agent's calls, which may change with each request. */
	calls: () => ListedCall[];
	/** On an active call, as the lookup of one number tells. */
	active?: string[];
	limit?: number;
	/** In place of the list. */
	listAnswer?: [number, nock.Body];
}

/** A Talkover with lists of calls, 100 requests a minute, and a log of the requests. */
function talkover({ calls, active = [], limit = 100, listAnswer }: Talkover) {
	const log = { lists: [] as string[], lookups: [] as string[], refused: 0 };
	const count = fixedWindows(limit, 60);
	const limited = (answer: () => [number, nock.Body]): [number, nock.Body, nock.ReplyHeaders] => {
		const { isRefused, headers } = count();
		if (isRefused) log.refused++;
		return [...(isRefused ? ([429, {}] as [number, nock.Body]) : answer()), headers];
	};
	nock(BASE_URL)
		.persist()
		.get('/agents/agent-1/calls')
		.query(true)
		.reply((uri) => {
			const query = new URL(uri, BASE_URL).searchParams;
			log.lists.push(`${query.get('status') ?? 'all'} ${query.get('page')}`);
			return limited(() => {
				if (listAnswer) return listAnswer;
				const status = query.get('status');
				const all = calls().filter((call) => status === null || call.status === status);
				const page = Number(query.get('page'));
				const data = all.slice((page - 1) * 100, page * 100) as IDataObject[];
				const last = Math.max(1, Math.ceil(all.length / 100));
				return [
					200,
					{ success: true, data, pagination: { current_page: page, last_page: last } } as nock.Body,
				];
			});
		})
		.get(/active-call/)
		.reply((uri) => {
			const phone = decodeURIComponent(uri.split('/').at(-1) ?? '');
			log.lookups.push(phone);
			return limited(() =>
				active.includes(phone)
					? [200, { success: true, data: [activeCall(phone)] } as nock.Body]
					: [404, NO_CALL],
			);
		});
	return log;
}

const contacts = (count: number) =>
	range(count).map((index) => contact(`C${index}`, phoneOf(index)));

const lookUp = async (count: number, lookup?: string, more: OperationOptions & RunOptions = {}) =>
	await withFastClock(
		async () =>
			await runOperation('call.getActiveCall', {
				items: contacts(count),
				parameters: { options: lookup ? { lookup } : {} },
				...more,
			}),
	);

const outputsOf = (run: Awaited<ReturnType<typeof lookUp>>['value']) => [
	run.items('Talkover', 0),
	run.items('Talkover', 1),
];

test('1,000 contacts, 4 of them on a call: the same output as one by one, in seconds, with at most 25 requests', async () => {
	const active = [3, 250, 251, 999].map(phoneOf);
	const calls = () => [...active.map((to) => listed(to, 'answered')), ...older(350)];
	const one = talkover({ calls, active });
	const eachNumber = await lookUp(1000);
	expect(one.lookups).toHaveLength(1000);
	expect(eachNumber.seconds).toBeGreaterThan(9 * 60);

	nock.cleanAll();
	const all = talkover({ calls, active });
	const atOnce = await lookUp(1000, 'allAtOnce');
	expect(outputsOf(atOnce.value)).toEqual(outputsOf(eachNumber.value));
	expect(all.lookups).toEqual(active);
	expect(all.lists.length + all.lookups.length).toBeLessThanOrEqual(25);
	expect(atOnce.seconds).toBeLessThan(5);
});

describe('nobody on a call is missed', () => {
	const statuses = ['initiated', 'ringing', 'answered', 'completed'];

	test.each(range(6).flatMap((from) => range(3).map((step) => [from, step])))(
		'whose call moves on while the lists are read (first change before request %i, %i requests between)',
		async (from, step) => {
			let requests = 0;
			const person = phoneOf(5);
			const log = talkover({
				calls: () => {
					const moves =
						requests++ < from ? 0 : 1 + (step ? Math.floor((requests - 1 - from) / step) : 0);
					return [listed(person, statuses[Math.min(moves, 2)])];
				},
				active: [person],
			});
			const { value: run } = await lookUp(20, 'allAtOnce');
			expect(log.lookups).toEqual([person]);
			expect(run.json('Talkover')).toHaveLength(1);
		},
	);

	test.each([
		['with a status in no documentation', { status: 'in-progress' }],
		['without a status', { status: undefined }],
		['who called the agent', { from: phoneOf(7), to: '+15558888888', direction: 'inbound' }],
		['whose number has separators', { to: '+1 (555) 100-0007' }],
	])('%s', async (_, more) => {
		const log = talkover({
			calls: () => [...older(30), listed(phoneOf(7), 'ringing', more as IDataObject)],
			active: [phoneOf(7)],
		});
		const { value: run } = await lookUp(30, 'allAtOnce');
		expect(log.lookups).toEqual([phoneOf(7)]);
		expect(run.json('Talkover')).toHaveLength(1);
	});

	test('whose call moves to a page that was read before', async () => {
		let requests = 0;
		const person = listed(phoneOf(7), 'transferring');
		const log = talkover({
			calls: () => {
				const others = older(350);
				// Sorted by the last change: the call comes to the front after the first page was read.
				return requests++ < 4 ? [...others, person] : [person, ...others];
			},
			active: [phoneOf(7)],
		});
		const { value: run } = await lookUp(100, 'allAtOnce');
		expect(log.lookups).toEqual([phoneOf(7)]);
		expect(run.json('Talkover')).toHaveLength(1);
	});

	test('while new calls begin, which push the others to later pages', async () => {
		let requests = 0;
		let startedAt = 0;
		const person = listed(phoneOf(7), 'transferring');
		const log = talkover({
			calls: () => {
				startedAt ||= Date.now();
				const begun = range(requests++ * 30).map((index) =>
					listed(phoneOf(700_000 + index), 'completed', {
						created_at: new Date(startedAt + index * 1000).toISOString(),
					}),
				);
				return [...begun.reverse(), ...older(150), person, ...older(100)];
			},
			active: [phoneOf(7)],
		});
		const { value: run } = await lookUp(100, 'allAtOnce');
		expect(log.lookups).toEqual([phoneOf(7)]);
		expect(run.json('Talkover')).toHaveLength(1);
	});
});

describe('each number is looked up by itself', () => {
	test.each<[string, Partial<Talkover>]>([
		['when the list is forbidden', { listAnswer: [403, { success: false, message: 'No' }] }],
		['when the list has no data', { listAnswer: [200, { success: true }] }],
		[
			'when the list never ends',
			{ listAnswer: [200, { success: true, data: [{ id: 'x', status: 'busy' }] }] },
		],
		[
			'when an active call has no number',
			{ calls: () => [listed(phoneOf(3), 'ringing', { to: null })] },
		],
		[
			'when a number is not E.164',
			{ calls: () => [listed(phoneOf(3), 'ringing', { to: '1000003' })] },
		],
		['when the list has more pages than it is worth', { calls: () => older(3000) }],
	])('%s', async (_, wire) => {
		const log = talkover({ calls: () => [], active: [phoneOf(3)], ...wire });
		const { value: run } = await lookUp(20, 'allAtOnce');
		expect(log.lookups.sort()).toEqual(range(20).map(phoneOf).sort());
		expect(run.json('Talkover')).toHaveLength(1);
		expect(run.json('Talkover', 1)).toHaveLength(19);
	});

	test('when there are too few items for a list', async () => {
		const log = talkover({ calls: () => [] });
		await lookUp(3, 'allAtOnce');
		expect(log.lookups).toHaveLength(3);
		expect(log.lists).toEqual([]);
	});
});

test('a call in the list that is over when it is confirmed is Not Found', async () => {
	talkover({ calls: () => [listed(phoneOf(3), 'answered')], active: [] });
	const { value: run } = await lookUp(20, 'allAtOnce');
	expect(run.json('Talkover', 1)).toHaveLength(20);
});

test('a call that nobody answered is not looked up, also if its status has an underscore', async () => {
	const log = talkover({ calls: () => [listed(phoneOf(1), 'no_answer')] });
	const { value: run } = await lookUp(10, 'allAtOnce');
	expect(log.lookups).toEqual([]);
	expect(run.json('Talkover', 1)).toHaveLength(10);
});

test('a caller who withholds their number does not matter', async () => {
	const hidden = listed('+15558888888', 'answered', { from: 'anonymous', direction: 'inbound' });
	const log = talkover({ calls: () => [hidden] });
	await lookUp(20, 'allAtOnce');
	expect(log.lookups).toEqual([]);
});

test('with an agent for each item, the lists take no more requests than the lookups', async () => {
	let requests = 0;
	nock(BASE_URL)
		.persist()
		.get(/\/calls\?/)
		.reply(() => {
			requests++;
			return [200, { success: true, data: [], pagination: { last_page: 1 } }];
		})
		.get(/active-call/)
		.reply(() => {
			requests++;
			return [404, NO_CALL];
		});
	const { value: run } = await lookUp(100, 'allAtOnce', {
		items: range(100).map((index) => ({
			json: { name: 'C', phone: phoneOf(index), agent: `agent-${index}` },
		})),
		parameters: {
			agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
			options: { lookup: 'allAtOnce' },
		},
	});
	expect(run.json('Talkover', 1)).toHaveLength(100);
	expect(requests).toBeLessThanOrEqual(2 * 100);
});
