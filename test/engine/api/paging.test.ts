import { afterEach, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { BASE_URL, TOKEN } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

/** More requests than any test needs are refused, so that a list without an end fails its test. */
const MOST_REQUESTS = 150;

let asked: URLSearchParams[] = [];
afterEach(() => {
	asked = [];
});

/** Answers each page of calls, by its number from 1. */
function onPage(answer: (page: number, query: URLSearchParams) => [number, ReplyBody]): void {
	nock(BASE_URL)
		.persist()
		.get('/calls')
		.query(true)
		.reply((uri) => {
			const query = new URL(uri, BASE_URL).searchParams;
			asked.push(query);
			if (asked.length > MOST_REQUESTS) return [403, { message: 'Too many requests' }];
			return answer(Number(query.get('page')), query);
		});
}

const page = (data: unknown[], more: IDataObject = {}): [number, ReplyBody] => [
	200,
	{ success: true, data, ...more } as ReplyBody,
];

const callsFrom = (first: number, count = 100) =>
	Array.from({ length: count }, (_, index) => ({
		id: `call-${first + index}`,
		to: phoneOf((first + index) % 500),
	}));

const parameters = { returnAll: true };
const all = { parameters, plainOutputs: true };

describe('10,000 calls', () => {
	const hundredPages = (number: number) =>
		page(callsFrom((number - 1) * 100), { meta: { last_page: 100, current_page: number } });

	test('on 100 pages are given once and in order, with 100 requests', async () => {
		onPage(hundredPages);
		const result = await runOperation('call.getAll', all);
		expect(result.json('Talkover')).toEqual(callsFrom(0, 10_000));
		expect(asked.map((query) => query.get('page'))).toEqual(
			Array.from({ length: 100 }, (_, index) => String(index + 1)),
		);
	});

	test('are read once for items with the same filters, and each item gets copies of its own', async () => {
		onPage(hundredPages);
		const result = await runOperation('call.getAll', {
			...all,
			items: [{ json: { name: 'Ana' } }, { json: { name: 'Bruno' } }],
		});
		expect(result.json('Talkover')).toHaveLength(20_000);
		expect(result.items('Talkover')[10_000]).toEqual({
			json: callsFrom(0, 1)[0],
			pairedItem: { item: 1 },
		});
		expect(result.items('Talkover')[10_000].json).not.toBe(result.items('Talkover')[0].json);
		expect(asked).toHaveLength(100);
	});

	test('with a phone and a limit are read until the limit is reached', async () => {
		onPage(hundredPages);
		const filters = { phone: '={{ $json.phone }}' };
		const items = [1, 499].map((index) => ({ json: { phone: phoneOf(index) } }));
		const result = await runOperation('call.getAll', { items, parameters: { limit: 2, filters } });
		expect(
			result.items('Talkover').map(({ json: { id }, pairedItem }) => [id, pairedItem]),
		).toEqual([
			['call-1', { item: 0 }],
			['call-501', { item: 0 }],
			['call-499', { item: 1 }],
			['call-999', { item: 1 }],
		]);
		const pagesOf = (phone: string) =>
			asked.filter((query) => query.get('search') === phone).map((query) => query.get('page'));
		expect(pagesOf(phoneOf(1))).toHaveLength(6);
		expect(pagesOf(phoneOf(499))).toHaveLength(10);
	});
});

describe('the end of a list', () => {
	test.each([
		['calls without IDs', [{ to: phoneOf(1) }, { to: phoneOf(2) }], () => ({})],
		['IDs that are numbers', [{ id: 1 }, { id: 0 }], () => ({})],
		['a last page that grows', callsFrom(0, 2), (number: number) => ({ last_page: number + 9 })],
	])('is found when the API repeats the same page: %s', async (_, calls, metaOf) => {
		onPage((number) => page(calls, { meta: metaOf(number) }));
		expect((await runOperation('call.getAll', all)).json('Talkover')).toEqual(calls);
		expect(asked.length).toBeLessThan(10);
	});

	test.each([null, undefined])('is not assumed for calls with the ID %j', async (id) => {
		onPage((number) => page([{ id, to: phoneOf(number) }], { meta: { last_page: 3 } }));
		expect((await runOperation('call.getAll', all)).json('Talkover').map(({ to }) => to)).toEqual(
			[1, 2, 3].map(phoneOf),
		);
	});

	test.each([
		['says that there are more pages than there are', { last_page: 9 }],
		['says so as text', { last_page: '9' }],
		['says nothing of use', { last_page: 'many' }],
		['says nothing', {}],
	])('is an empty page when the API %s', async (_, meta) => {
		onPage((number) => page(number <= 2 ? callsFrom(number * 100) : [], { meta }));
		expect((await runOperation('call.getAll', all)).json('Talkover')).toEqual(callsFrom(100, 200));
		expect(asked.length).toBeLessThan(10);
	});

	test.each([{ last_page: 0 }, { last_page: 1, from: null, to: null }, null, []])(
		'is the first page when the list is empty: %j',
		async (pagination) => {
			onPage(() => page([], { pagination } as unknown as IDataObject));
			const result = await runOperation('call.getAll', all);
			expect(result.status).toBe('success');
			expect(result.items('Talkover')).toEqual([]);
			expect(asked).toHaveLength(1);
		},
	);

	test('is found when pages are smaller than asked for', async () => {
		onPage((number) => page(callsFrom(number * 20, number <= 5 ? 20 : 0)));
		expect((await runOperation('call.getAll', all)).json('Talkover')).toEqual(callsFrom(20, 100));
	});

	test('is found when new calls shift the pages, and each call comes once', async () => {
		const pages = [
			callsFrom(0),
			[...callsFrom(50, 50), { id: 'late' }],
			// Only calls that came before: not the end.
			callsFrom(0),
			[{ id: 'last' }],
		];
		onPage((number) => page(pages[number - 1], { meta: { last_page: 4 } }));
		expect((await runOperation('call.getAll', all)).json('Talkover')).toEqual([
			...callsFrom(0),
			{ id: 'late' },
			{ id: 'last' },
		]);
	});
});

test.each([
	[200, { success: false, message: 'Busy', data: [] }, 'this node does not understand'],
	[200, { success: true, data: [null] }, 'this node does not understand'],
	[200, { success: true, data: ['call-1', 'call-2'] }, 'this node does not understand'],
	[200, { success: true, data: [[{ id: 'call-1' }]] }, 'this node does not understand'],
	[200, { success: true, data: [{ id: 'call-1' }, null] }, 'this node does not understand'],
	[200, { success: true, data: {} }, 'this node does not understand'],
	[200, { success: true }, 'this node does not understand'],
	[200, '<html>', 'not the Talkover API'],
	[403, { success: false, message: 'No' }, 'does not allow this'],
])('%i %j is an error, not an empty list', async (status, body, message) => {
	onPage(() => [status, body as ReplyBody]);
	const { error } = await runOperation('call.getAll', all);
	expect(error?.message).toContain(message);
});

describe('a page that fails', () => {
	test('fails its item, which gets none of the calls, and no other item', async () => {
		onPage((number, query) => {
			if (query.get('search') === 'Ana') return page([{ id: 'a' }], { meta: { last_page: 1 } });
			return number === 1 ? page(callsFrom(0)) : [403, { message: `No, ${TOKEN}` }];
		});
		const filters = { search: '={{ $json.name }}' };
		const items = ['Bruno', 'Ana'].map((name) => ({ json: { name } }));
		const result = await runOperation('call.getAll', {
			items,
			parameters: { ...parameters, filters },
			onError: 'continueErrorOutput',
		});
		expect(result.items('Talkover')).toEqual([{ json: { id: 'a' }, pairedItem: { item: 1 } }]);
		expect(result.json('Failed')).toEqual([
			{ name: 'Bruno', error: expect.stringContaining('“No, ***”') },
		]);
		expect(result.text).not.toContain(TOKEN);
	});

	test.each([429, 503])('with a %i is requested again, and no call is lost', async (status) => {
		let failures = 0;
		onPage((number) => {
			if (number === 2 && failures++ < 2) return [status, {}];
			return page(callsFrom(number * 100), { meta: { last_page: 3 } });
		});
		expect((await runOperation('call.getAll', all)).json('Talkover')).toEqual(callsFrom(100, 300));
	});
});

test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'])(
	'an empty list is no error, with On Error: %s',
	async (onError) => {
		onPage(() => page([], { meta: { last_page: 1 } }));
		const result = await runOperation('call.getAll', {
			...all,
			items: [{ json: {} }, { json: {} }],
			onError,
			retryOnFail: true,
		});
		expect(result.status).toBe('success');
		expect([0, 1].map((output) => result.items('Talkover', output))).toEqual([[], []]);
		expect(asked).toHaveLength(1);
	},
);
