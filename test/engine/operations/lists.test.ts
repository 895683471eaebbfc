import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { Talkover } from '../../../nodes/Talkover/Talkover.node';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationName } from '../../helpers/runOperation';
import { mockPages, mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const callsOf = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ id: `call-${index}`, to: phoneOf(index) }));

/** The query of each request. */
let asked: Array<Record<string, string>>;

/** Mocks a list with its pages. The API has the page info under `info`, if at all. */
function onList(
	path: string,
	all: IDataObject[],
	{ info = 'pagination' }: { info?: string } = {},
): void {
	asked = [];
	mockPages(path, all, (query, pages) => {
		asked.push(Object.fromEntries(query));
		return info ? { [info]: { last_page: Math.max(1, pages) } } : {};
	});
}

const ids = (list: IDataObject[]) => list.map(({ id }) => id);

describe('pages', () => {
	test.each(['pagination', 'meta', ''])(
		'are all read, with the page info in "%s"',
		async (info) => {
			const all = callsOf(250);
			onList('/calls', all, { info });
			const result = await runOperation('call.getAll', { parameters: { returnAll: true } });
			expect(result.json('Talkover')).toEqual(all);
			expect(result.items('Talkover').map(({ pairedItem }) => pairedItem)).toEqual(
				all.map(() => ({ item: 0 })),
			);
		},
	);

	test.each([
		[{}, 50],
		[{ limit: 1 }, 1],
		[{ limit: 120 }, 120],
		[{ limit: '7' }, 7],
		[{ returnAll: '={{ "true" }}' }, 250],
		[{ limit: '', returnAll: '' }, 50],
		[{ limit: '={{ " " }}', returnAll: '={{ "\\u200b" }}' }, 50],
	])('are read up to the limit: %j', async (parameters, count) => {
		onList('/calls', callsOf(250));
		expect((await runOperation('call.getAll', { parameters })).json('Talkover')).toEqual(
			callsOf(count),
		);
		expect(asked).toHaveLength(Math.ceil(count / 100));
	});

	test.each([0, -1, 1.5, 'many'])('a limit of %j is an error', async (limit) => {
		const { error } = await runOperation('call.getAll', { parameters: { limit } });
		expect(error?.message).toBe(`'Limit' cannot be ${JSON.stringify(limit)}`);
	});
});

describe('Get Many of calls', () => {
	const [ana, bruno] = [phoneOf(1), phoneOf(2)];

	test('sends the filters to the API', async () => {
		onList('/calls', []);
		await runOperation('call.getAll', {
			parameters: {
				filters: {
					status: 'no-answer',
					direction: 'inbound',
					dateFrom: '2026-01-31T23:59:59-03:00',
					dateTo: '={{ DateTime.fromISO("2026-02-01") }}',
					search: ' TQ123 ',
				},
			},
		});
		expect(asked).toEqual([
			{
				status: 'no-answer',
				direction: 'inbound',
				date_from: '2026-01-31',
				date_to: '2026-02-01',
				search: 'TQ123',
				per_page: '50',
				page: '1',
			},
		]);
	});

	test('returns only calls to or from the phone, since the API searches all fields', async () => {
		const all = [
			{ id: 'to', to: ana, from: bruno },
			{ id: 'longer', to: `${ana}9`, from: bruno },
			{ id: 'from', to: bruno, from: ana },
			{ id: 'sid', to: bruno, from: bruno, sid: ana },
		];
		onList('/calls', all);
		const result = await runOperation('call.getAll', {
			parameters: { limit: 2, filters: { phone: '+1 (555) 100-0001' } },
		});
		expect(ids(result.json('Talkover'))).toEqual(['to', 'from']);
		expect(asked).toEqual([{ search: ana, per_page: '100', page: '1' }]);
	});

	test('compares the digits of the phone, however Talkover writes it', async () => {
		onList('/calls', [
			{ id: 'to', to: '+1 555-100-0001', from: bruno },
			{ id: 'from', to: '+1 (555) 100-0002', from: '15551000001' },
			{ id: 'other', to: '+1 555-100-00019', from: '' },
			{ id: 'unknown', to: null, from: 'anonymous' },
		]);
		const result = await runOperation('call.getAll', { parameters: { filters: { phone: ana } } });
		expect(ids(result.json('Talkover'))).toEqual(['to', 'from']);
	});

	test.each([
		['+1 (555) 100-0001', ''],
		[15551000001, 'US'],
		['={{ 5551000001 }}', 'US'],
	])('sends the phone %j as E.164, with its plus as %%2B', async (phone, defaultCountry) => {
		let asked = '';
		nock(BASE_URL)
			.get('/calls')
			.query(true)
			.reply((uri) => {
				asked = uri;
				return [200, { success: true, data: [{ id: 'to', to: ana }], meta: { last_page: 1 } }];
			});
		const parameters = { filters: { phone }, options: { defaultCountry } };
		expect(ids((await runOperation('call.getAll', { parameters })).json('Talkover'))).toEqual([
			'to',
		]);
		expect(asked).toContain(`search=%2B${ana.slice(1)}`);
	});

	test.each([
		['2026-01-31', '2026-01-31'],
		['2026-01-31T00:00:00', '2026-01-31'],
		['2026-01-31 23:59', '2026-01-31'],
		['2026-01-31T23:30:00.000Z', '2026-01-31'],
		['={{ DateTime.fromISO("2026-01-31T23:30:00", { zone: "Asia/Tokyo" }) }}', '2026-01-31'],
		['={{ DateTime.fromISO("2026-01-31").plus({ days: 1 }).toISODate() }}', '2026-02-01'],
		['={{ new Date("2026-01-31T12:00:00Z") }}', '2026-01-31'],
		['2028-02-29', '2028-02-29'],
		['={{ $json.none }}', undefined],
	])('reads the day of %s as written', async (dateFrom, day) => {
		onList('/calls', []);
		await runOperation('call.getAll', { parameters: { filters: { dateFrom } } });
		expect(asked[0].date_from).toBe(day);
	});

	test.each([
		['={{ new Date("2026-02-01T02:00:00Z") }}', '2026-01-31'],
		['={{ DateTime.fromISO("2026-02-01T02:00:00Z") }}', '2026-01-31'],
		['={{ new Date("2026-02-01T03:00:00Z") }}', '2026-02-01'],
		// A DateTime with a time zone of its own, and a text, are taken as they are written.
		['={{ DateTime.fromISO("2026-02-01T02:00:00Z").setZone("Asia/Tokyo") }}', '2026-02-01'],
		['={{ "2026-02-01T02:00:00Z" }}', '2026-02-01'],
		['2026-01-31T23:30:00.000-03:00', '2026-01-31'],
		['={{ "2026-01-31T23:30:00.000+09:00" }}', '2026-01-31'],
	])('reads the day of %s in the time zone of the workflow', async (date, day) => {
		onList('/calls', []);
		await runOperation('call.getAll', {
			settings: { timezone: 'America/Sao_Paulo' },
			parameters: { filters: { dateFrom: date, dateTo: date } },
		});
		expect(asked[0]).toMatchObject({ date_from: day, date_to: day });
	});

	test('uses the filters of each item', async () => {
		onList('/calls', [
			{ id: 'a', to: ana, from: bruno },
			{ id: 'b', to: bruno },
		]);
		const parameters = {
			limit: '={{ $json.limit }}',
			filters: { phone: '={{ $json.phone }}', status: '={{ $json.status }}' },
		};
		const result = await runOperation('call.getAll', {
			items: [
				{ phone: bruno, limit: 5, status: 'answered' },
				{ phone: bruno, limit: 1, status: '' },
				{ phone: '', limit: 1 },
				{ phone: ana, limit: 0 },
			].map((json) => ({ json })),
			parameters,
			onError: 'continueErrorOutput',
		});
		expect(
			result.items('Talkover').map(({ json: { id }, pairedItem }) => [id, pairedItem]),
		).toEqual([
			['a', { item: 0 }],
			['b', { item: 0 }],
			['a', { item: 1 }],
		]);
		expect(asked.map(({ search, status }) => [search, status])).toEqual([
			[bruno, 'answered'],
			[bruno, undefined],
		]);
		expect(result.json('Failed').map(({ error }) => error)).toEqual([
			expect.stringContaining('The phone number is empty'),
			expect.stringContaining("'Limit' cannot be 0"),
		]);
	});

	test('lists the calls of one agent, and an unknown agent is an error', async () => {
		const agentId = { __rl: true, mode: 'id', value: 'agent-1' };
		onList('/agents/agent-1/calls', callsOf(1));
		const parameters = { callsOf: 'oneAgent', agentId };
		expect((await runOperation('call.getAll', { parameters })).json('Talkover')).toEqual(
			callsOf(1),
		);
		nock.cleanAll();
		nock(BASE_URL).get(/calls/).query(true).reply(404, { success: false, message: 'Não' });
		expect((await runOperation('call.getAll', { parameters })).error?.message).toBe(
			'No agent with the ID "agent-1" in this Talkover environment',
		);
	});

	test.each([
		[{ dateFrom: 'yesterday' }, 'The filter \'From Date\' cannot be "yesterday"'],
		[{ dateTo: '2026-13-45' }, 'The filter \'To Date\' cannot be "2026-13-45"'],
		[{ dateTo: '2026-02-30' }, 'The filter \'To Date\' cannot be "2026-02-30"'],
		[{ dateFrom: '2026-01-31x' }, 'The filter \'From Date\' cannot be "2026-01-31x"'],
		[{ dateFrom: '={{ new Date("x") }}' }, 'The filter \'From Date\' cannot be "Invalid Date"'],
		[{ dateFrom: '={{ $now.toMillis() }}' }, /^The filter 'From Date' cannot be \d{13}$/],
		[
			{ dateFrom: '2026-02-01', dateTo: '2026-01-31' },
			"The filter 'From Date' (2026-02-01) is after 'To Date' (2026-01-31)",
		],
		[{ phone: '={{ $json.phone }}' }, 'The phone number is empty (undefined)'],
		[{ phone: ' ' }, 'The phone number is empty (" ")'],
		[{ phone: '={{ ({ a: 1 }) }}' }, '{"a":1} is not a phone number'],
		[{ phone: '12' }, /"12"/],
		[{ search: '={{ ({ a: 1 }) }}' }, '\'Search\' cannot be {"a":1}'],
		[{ phone: ana, search: 'x' }, "The filters 'Phone' and 'Search' cannot be used together"],
	])('the filters %j are an error', async (filters, words) => {
		const { error } = await runOperation('call.getAll', {
			items: [{ json: {} }],
			parameters: { filters: filters as IDataObject },
		});
		expect(error?.message).toMatch(words);
	});

	test('links each call to its item, and has a hint when there are none', async () => {
		onList('/calls', callsOf(1));
		const parameters = { filters: { search: '={{ $json.search }}' } };
		const result = await runOperation('call.getAll', {
			items: [{ search: 'a' }, { search: 'b' }].map((json) => ({ json })),
			parameters,
		});
		expect(result.items('Talkover').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
		nock.cleanAll();
		onList('/calls', []);
		expect((await runOperation('call.getAll')).task('Talkover').hints).toEqual([
			expect.objectContaining({ message: 'No calls match the filters.' }),
		]);
		const tool = await runOperation('call.getAll', { type: 'n8n-nodes-talkover.talkoverTool' });
		expect(tool.json('Talkover')).toEqual([{ count: 0, message: 'No calls match the filters.' }]);
	});
});

const agent = {
	id: 'agent-1',
	name: 'Bianca',
	label: 'Sales',
	description: 'Long',
	direction: 'outbound',
	language: 'pt-BR',
	voice: { id: 'v' },
	phone_numbers: [{ id: 'p', number: phoneOf(1) }, null],
	is_ready_to_publish: true,
};
const simple = {
	id: 'agent-1',
	name: 'Bianca',
	label: 'Sales',
	status: 'published',
	direction: 'outbound',
	language: 'pt-BR',
	phone_numbers: [phoneOf(1)],
	is_ready_to_publish: true,
};

describe('agents', () => {
	test.each([
		['the English documentation', { ...agent, current_status: 'published' }],
		['the Portuguese documentation', { ...agent, status: 'published' }],
	])('are simplified, with the status field of %s', async (_, shown) => {
		nock(BASE_URL).get('/agents/agent-1').reply(200, { success: true, data: shown });
		onList('/agents', [shown]);
		expect((await runOperation('agent.get')).json('Talkover')).toEqual([simple]);
		expect((await runOperation('agent.getAll')).json('Talkover')).toEqual([simple]);
	});

	test.each([false, '={{ "false" }}'])('are complete with Simplify %j', async (simplify) => {
		nock(BASE_URL).get('/agents/agent-1').reply(200, { success: true, data: agent });
		onList('/agents', [agent]);
		const parameters = { simplify };
		expect((await runOperation('agent.get', { parameters })).json('Talkover')).toEqual([agent]);
		expect((await runOperation('agent.getAll', { parameters })).json('Talkover')).toEqual([agent]);
	});

	test('have no filter for a status that is in no English documentation', () => {
		const filters = new Talkover().description.properties
			.filter(({ name }) => name === 'filters')
			.find(({ displayOptions }) => displayOptions?.show?.resource?.includes('agent'));
		const status = filters?.options?.find(({ name }) => name === 'status') as INodeProperties;
		expect(status.options).toEqual([
			{ name: 'Any', value: '' },
			{ name: 'Draft', value: 'draft' },
			{ name: 'Published', value: 'published' },
		]);
	});

	test('are filtered by the API', async () => {
		onList('/agents', [agent]);
		const filters = { status: 'draft', direction: 'inbound', search: 'Bia & co' };
		await runOperation('agent.getAll', { parameters: { filters } });
		expect(asked).toEqual([{ ...filters, per_page: '50', page: '1' }]);
	});

	test.each([
		['its ID is a number', { success: true, data: { ...agent, id: 1 } }, 1],
		['it comes without `data`', { ...agent, id: 'x' }, 'x'],
	])('an agent is found: %s', async (_, body, id) => {
		nock(BASE_URL).get(`/agents/${id}`).reply(200, body);
		const agentId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
		const result = await runOperation('agent.get', {
			items: [{ json: { id } }],
			parameters: { agentId },
		});
		expect(result.json('Talkover')).toEqual([
			expect.objectContaining({ ...simple, status: undefined, id }),
		]);
	});

	test('are simplified even if they have only an ID', async () => {
		onList('/agents', [{ id: 'x' }, { id: 'y', phone_numbers: null }]);
		expect((await runOperation('agent.getAll')).json('Talkover')).toEqual([
			{ id: 'x', phone_numbers: [] },
			{ id: 'y', phone_numbers: [] },
		]);
	});

	test('an unknown agent is an error', async () => {
		nock(BASE_URL)
			.get('/agents/agent-1')
			.reply(404, { success: false, message: 'Agent not found' });
		expect((await runOperation('agent.get')).error?.message).toContain(
			'No agent with the ID "agent-1"',
		);
	});
});

test.each<[OperationName, string, string]>([
	['call.getAll', '/calls', 'No calls match the filters.'],
	['agent.getAll', '/agents', 'No agents match the filters.'],
	['campaign.getAll', '/campaigns', 'No campaigns match the filters.'],
])('as an AI tool, each item says that its list is empty', async (operation, path, message) => {
	onList(path, []);
	const tool = await runOperation(operation, {
		items: [{ json: {} }, { json: {} }],
		type: 'n8n-nodes-talkover.talkoverTool',
	});
	expect(tool.items('Talkover')).toEqual([
		{ json: { count: 0, message }, pairedItem: { item: 0 } },
		{ json: { count: 0, message }, pairedItem: { item: 1 } },
	]);
});

describe('calls and campaigns are simplified, and complete without Simplify', () => {
	const call = {
		id: 'call-1',
		to: phoneOf(1),
		from: phoneOf(2),
		direction: 'outbound',
		status: 'completed',
		duration: 42,
		agent: { id: 'agent-1', name: 'Bianca' },
		is_testing: false,
		created_at: '2026-03-01T12:00:00Z',
	};
	const campaign = {
		id: 'spring',
		name: 'Spring',
		status: 'active',
		agent_id: 'agent-1',
		start_date: '2026-03-01',
		end_date: null,
		days_of_week: [1, 2],
		call_time_ranges: [{ start: '09:00', end: '18:00' }],
		timezone: 'America/Sao_Paulo',
		stats: { total_calls: 2 },
	};
	test.each<[OperationName, string, IDataObject, IDataObject]>([
		['call.getAll', '/calls', call, { sid: 'CA1', to_formatted: '(555) …', updated_at: null }],
		['campaign.getAll', '/campaigns', campaign, { retry_cooldown_hours: 24, created_by: 'Ana' }],
	])('%s', async (operation, path, simplified, others) => {
		const whole = { ...simplified, ...others };
		onList(path, [whole]);
		expect((await runOperation(operation)).json('Talkover')).toEqual([simplified]);
		const parameters = { simplify: false };
		expect((await runOperation(operation, { parameters })).json('Talkover')).toEqual([whole]);
	});
});

describe('campaigns are filtered by agent', () => {
	test.each<[string, unknown]>([
		['chosen from the list', { __rl: true, mode: 'list', value: 'agent-7', cachedResultName: 'B' }],
		['by ID', { __rl: true, mode: 'id', value: ' agent-7 ' }],
		['by ID from the item', { __rl: true, mode: 'id', value: '={{ $json.agent }}' }],
		['by ID as text', 'agent-7'],
	])('%s', async (_, agentId) => {
		onList('/campaigns', [{ id: 'c' }]);
		const result = await runOperation('campaign.getAll', {
			items: [{ json: { agent: 'agent-7' } }],
			parameters: { filters: { agentId: agentId as IDataObject, status: 'active' } },
		});
		expect(ids(result.json('Talkover'))).toEqual(['c']);
		expect(asked).toEqual([{ agent_id: 'agent-7', status: 'active', per_page: '50', page: '1' }]);
	});

	test('of each item', async () => {
		onList('/campaigns', []);
		await runOperation('campaign.getAll', {
			items: [{ json: { agent: 'a' } }, { json: { agent: 'b' } }],
			parameters: {
				filters: { agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' } },
			},
		});
		expect(asked.map(({ agent_id: id }) => id)).toEqual(['a', 'b']);
	});

	test.each([
		['', 'No agent is chosen'],
		['={{ $json.none }}', 'No agent is chosen'],
		['a/b', '"a/b" is not a valid agent ID'],
	])('%j is an error, rather than the campaigns of all agents', async (value, message) => {
		const { error } = await runOperation('campaign.getAll', {
			parameters: { filters: { agentId: { __rl: true, mode: 'id', value } } },
		});
		expect(error?.message).toBe(message);
	});
});

test('campaigns come as the API gives them, with its filters', async () => {
	const campaign = { id: 'c', name: 'Spring', status: 'active', stats: { total_calls: 1 } };
	onList('/campaigns', [campaign]);
	const filters = {
		status: 'active',
		campaignType: 'follow_up',
		dateFrom: '2026-01-01',
		search: 'S',
	};
	const result = await runOperation('campaign.getAll', { parameters: { filters } });
	expect(result.json('Talkover')).toEqual([campaign]);
	expect(asked).toEqual([
		{
			status: 'active',
			campaign_type: 'follow_up',
			date_from: '2026-01-01',
			search: 'S',
			per_page: '50',
			page: '1',
		},
	]);
});
