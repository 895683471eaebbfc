import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { findUndelivered } from '../../api/webhooks/undelivered';

const START = Date.parse('2026-01-15T11:00:00Z');
const at = (second: number) => new Date(START + second * 1000).toISOString().replace('.000', '');

interface Fields {
	id?: string;
	event?: string;
	body?: unknown;
	created?: unknown;
}

let logs = 0;

/** @param what attempt and status, such as `2 failed` */
function log(what: string, second: number, { id, event = 'ended', body, created }: Fields = {}) {
	const [attempt, status] = what.split(' ');
	return {
		id: id ?? `log-${++logs}`,
		event,
		attempt: Number(attempt),
		status,
		created_at: created ?? at(second),
		...(body !== undefined && { request_payload: body }),
	} as IDataObject;
}

/** The attempts of one event, one after the other, such as `['1 retrying', '2 failed']`. */
const chain = (attempts: string[], from: number, fields: Fields = {}) =>
	attempts.map((what, nth) => log(what, from + nth, fields));

const call = (id: string) => ({ body: { call_id: id } });

/** What is found, as attempt and time in seconds. */
function found(given: IDataObject[]) {
	const show = ({ attempt, created_at: time }: IDataObject) =>
		`${String(attempt)} at ${(Date.parse(String(time)) - START) / 1000}`;
	const { certain, unclear } = findUndelivered([...given].reverse());
	return { certain: certain.map(show), unclear: unclear.map(show).sort() };
}

describe('with bodies', () => {
	test.each<[string, IDataObject[], string[]]>([
		['one attempt that failed', chain(['1 failed'], 0, call('a')), ['1 at 0']],
		[
			'all attempts, of which it gives the last',
			chain(['1 retrying', '2 retrying', '3 failed'], 0, call('a')),
			['3 at 2'],
		],
		['attempts that all are "failed"', chain(['1 failed', '2 failed'], 0, call('a')), ['2 at 1']],
		['a success', chain(['1 success'], 0, call('a')), []],
		['a success in the end', chain(['1 retrying', '2 success'], 0, call('a')), []],
		[
			'a success before a retry by hand',
			chain(['1 failed', '2 success', '2 failed'], 0, call('a')),
			[],
		],
		['a success of a retry that counts from 1', chain(['1 failed', '1 success'], 0, call('a')), []],
		['another attempt that will follow', chain(['1 retrying', '2 retrying'], 0, call('a')), []],
		['an attempt that is under way', chain(['1 failed', '2 pending'], 0, call('a')), []],
		[
			'attempts that have no number',
			[1, 2].map((second) => ({ ...log('1 retrying', second, call('a')), attempt: null })),
			[],
		],
		[
			'numbers as text',
			[1, 2].map((nth) => ({
				...log(nth === 1 ? '1 retrying' : '2 failed', nth, call('a')),
				attempt: String(nth),
			})),
			['2 at 2'],
		],
		['an unknown status', chain(['1 failed', '2 sent'], 0, call('a')), []],
		[
			'a retry by hand during the others, which another attempt will follow',
			chain(['1 retrying', '1 failed'], 0, call('a')),
			[],
		],
		[
			'other events that came through',
			[
				...chain(['1 failed'], 0, call('a')),
				...chain(['1 success'], 1, call('b')),
				...chain(['1 success'], 1, { ...call('a'), event: 'started' }),
			],
			['1 at 0'],
		],
		[
			'several events, oldest first',
			[...chain(['1 failed'], 5, call('a')), ...chain(['1 failed'], 2, call('b'))],
			['1 at 2', '1 at 5'],
		],
		[
			'equal bodies in another order of fields, or as text',
			[
				log('1 failed', 0, { body: { a: 1, b: { c: 1, d: 2 } } }),
				log('2 failed', 1, { body: { b: { d: 2, c: 1 }, a: 1 } }),
				log('3 success', 2, { body: '{"a":1,"b":{"c":1,"d":2}}' }),
			],
			[],
		],
	])('%s', (_, given, certain) => {
		expect(found(given)).toEqual({ certain, unclear: [] });
	});
});

describe('without bodies', () => {
	test.each<[string, IDataObject[], string[], string[]]>([
		['one attempt that failed', chain(['1 failed'], 0), ['1 at 0'], []],
		['all attempts', chain(['1 retrying', '2 failed'], 0), ['2 at 1'], []],
		[
			'two events at the same time',
			[...chain(['1 retrying', '2 failed'], 0), ...chain(['1 retrying', '2 failed'], 1)],
			['2 at 1', '2 at 2'],
			[],
		],
		['attempts that all are "failed"', chain(['1 failed', '2 failed'], 0), ['2 at 1'], ['1 at 0']],
		['an older success', chain(['1 success', '1 failed'], 0), ['1 at 1'], []],
		['a later success', chain(['1 failed', '1 success'], 0), [], ['1 at 0']],
		[
			'a later success with a body',
			[log('1 failed', 0), log('1 success', 1, call('a'))],
			[],
			['1 at 0'],
		],
		['a success in the same second', [log('1 success', 0), log('1 failed', 0)], [], ['1 at 0']],
		['a later attempt under way', chain(['1 failed', '1 pending'], 0), [], ['1 at 0']],
		['a later attempt that is repeated', chain(['2 failed', '1 retrying'], 0), [], ['2 at 0']],
		[
			'a later success of another name',
			[log('1 failed', 0), log('1 success', 1, { event: 'started' })],
			['1 at 0'],
			[],
		],
		[
			'a success without a readable time',
			[log('1 failed', 0), log('1 success', 1, { created: null })],
			[],
			['1 at 0'],
		],
		[
			'an empty body',
			[log('1 failed', 0, { body: {} }), log('1 success', 1, { body: [] })],
			[],
			['1 at 0'],
		],
		[
			'only in a later log of the name',
			[log('1 failed', 0, call('a')), log('2 success', 1)],
			[],
			['1 at 0'],
		],
		[
			'only in an older log of the name',
			[log('1 success', 0), log('1 failed', 1, call('a'))],
			['1 at 1'],
			[],
		],
	])('%s', (_, given, certain, unclear) => {
		expect(found(given)).toEqual({ certain, unclear });
	});
});

test('reads the time of each log once: there may be very many', () => {
	let readings = 0;
	const count = (one: IDataObject) =>
		Object.defineProperty({ ...one }, 'created_at', {
			get: () => {
				readings++;
				return one.created_at;
			},
		});
	const given = Array.from({ length: 50 }, (_, nth) => chain(['1 retrying', '2 failed'], nth));
	expect(findUndelivered(given.flat().map(count)).certain).toHaveLength(50);
	expect(readings).toBe(100);
});

describe('with bodies that change with each attempt', () => {
	const sentAt = (time: number) => ({ body: { call_id: 'a', sent_at: time } });

	test.each<[string, IDataObject[], string[], string[]]>([
		[
			'all attempts',
			[log('1 retrying', 0, sentAt(0)), log('2 failed', 1, sentAt(1))],
			['2 at 1'],
			[],
		],
		[
			'a later success',
			[
				log('1 retrying', 0, sentAt(0)),
				log('2 failed', 1, sentAt(1)),
				log('3 success', 2, sentAt(2)),
			],
			[],
			['2 at 1'],
		],
		[
			'a later success of a retry that counts from 1',
			[
				log('1 retrying', 0, sentAt(0)),
				log('2 failed', 1, sentAt(1)),
				log('1 success', 2, sentAt(2)),
			],
			[],
			['2 at 1'],
		],
	])('%s', (_, given, certain, unclear) => {
		expect(found(given)).toEqual({ certain, unclear });
	});
});

describe('of any events', () => {
	const MAX_ATTEMPTS = 4;

	/** What happened to one event: attempts by Talkover itself until one came through, and retries by hand of what did not. */
	const events = fc.array(
		fc.record({
			name: fc.constantFrom('ended', 'started'),
			begin: fc.nat(20),
			pauses: fc.array(fc.nat(4), { minLength: 8, maxLength: 8 }),
			/** The attempt that came through; more than there are: none. */
			success: fc.integer({ min: 1, max: MAX_ATTEMPTS + 3 }),
			byHand: fc.nat(3),
			/** How many attempts are still to come. */
			toCome: fc.nat(1),
		}),
		{ maxLength: 8 },
	);
	const ways = fc.record({
		/** Whether the attempts by hand count on. */
		countsOn: fc.boolean(),
		/** Changing: those of two attempts of an event differ, such as in a time. */
		bodies: fc.constantFrom('all', 'successes', 'none', 'some', 'changing'),
		random: fc.infiniteStream(fc.boolean()),
	});
	type Story = { number: number; hasSuccess: boolean; isUnderWay: boolean; logs: IDataObject[] };

	function tell(
		{
			name,
			begin,
			pauses,
			success,
			byHand,
			toCome,
		}: {
			name: string;
			begin: number;
			pauses: number[];
			success: number;
			byHand: number;
			toCome: number;
		},
		number: number,
		{ countsOn, bodies, random }: { countsOn: boolean; bodies: string; random: Iterator<boolean> },
	): Story {
		const told: IDataObject[] = [];
		let time = begin;
		const add = (attempt: number, status: string) => {
			const isShown =
				bodies === 'all' ||
				bodies === 'changing' ||
				(bodies === 'successes' && status === 'success') ||
				(bodies === 'some' && random.next().value === true);
			const sent = bodies === 'changing' && { attempts: told.length };
			const body = isShown ? { call_id: `call-${number}`, ...sent } : undefined;
			told.push(log(`${attempt} ${status}`, time, { id: `${number}`, event: name, body }));
			time += pauses[told.length % pauses.length];
		};
		const isUnderWay = toCome > 0 && success > MAX_ATTEMPTS;
		const last = Math.min(success, isUnderWay ? MAX_ATTEMPTS - 1 : MAX_ATTEMPTS);
		for (let attempt = 1; attempt <= last; attempt++) {
			const isFinal = attempt === MAX_ATTEMPTS;
			add(attempt, attempt === success ? 'success' : isFinal ? 'failed' : 'retrying');
		}
		for (let nth = 1; nth <= byHand && !isUnderWay && success > MAX_ATTEMPTS; nth++) {
			const hasCome = MAX_ATTEMPTS + nth === success;
			add(countsOn ? MAX_ATTEMPTS + nth : 1, hasCome ? 'success' : 'failed');
			if (hasCome) break;
		}
		return {
			number,
			hasSuccess: told.some(({ status }) => status === 'success'),
			isUnderWay,
			logs: told,
		};
	}

	test('none is called undelivered that came through or is under way, and with bodies each other one is found, once', () => {
		fc.assert(
			fc.property(events, ways, fc.infiniteStream(fc.nat()), (given, way, order) => {
				const stories = given.map((event, number) => tell(event, number, way));
				const all = stories.flatMap((story) => story.logs);
				const shuffled = all
					.map((one) => ({ one, place: order.next().value as number }))
					.sort((a, b) => a.place - b.place)
					.map(({ one }) => one);
				const ids = findUndelivered(shuffled).certain.map(({ id }) => Number(id));
				const missed = stories.filter((story) => !story.hasSuccess && !story.isUnderWay);
				expect(ids.filter((id) => !missed.includes(stories[id]))).toEqual([]);
				if (way.bodies === 'all') {
					expect([...ids].sort()).toEqual(missed.map(({ number }) => number).sort());
				}
			}),
			{ numRuns: 5000 },
		);
	});
});
