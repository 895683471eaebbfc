import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { documentedError } from '../../../dev/simulator/index.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';
import { connectionError, wireTalkover } from '../../helpers/wire';

mockWire();

const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const tool = { type: 'n8n-nodes-talkover.talkoverTool' };

const hours = (...ranges: string[][]) => ({
	ranges: ranges.map(([start, end]) => ({ start, end })),
});

const SETTINGS = {
	name: 'Summer',
	campaignType: 'sales',
	startDate: '2026-06-01T00:00:00',
	daysOfWeek: [1, 2, 5],
	callHours: hours(['09:00', '12:00'], ['14:00', '18:00']),
	timezone: 'America/Sao_Paulo',
};

/** What the API gets for them. */
const BODY = {
	name: 'Summer',
	campaign_type: 'sales',
	agent_id: 'agent-1',
	start_date: '2026-06-01',
	days_of_week: [1, 2, 5],
	call_time_ranges: [
		{ start: '09:00', end: '12:00' },
		{ start: '14:00', end: '18:00' },
	],
	timezone: 'America/Sao_Paulo',
};

const SKIP = { options: { skipIfNameExists: true } };

const create = async ({
	parameters,
	...options
}: Parameters<typeof runOperation>[1] & OperationOptions = {}) =>
	await runOperation('campaign.create', {
		...options,
		parameters: { ...SETTINGS, ...parameters },
	});

/** The body of the only request to create a campaign. */
async function sentFor(parameters: IDataObject, options: object = {}): Promise<IDataObject> {
	const talkover = wireTalkover();
	const result = await create({ parameters, ...options });
	expect(result.error?.message).toBeUndefined();
	const requests = talkover.requestsFor('createCampaign');
	expect(requests).toHaveLength(1);
	return requests[0].body as IDataObject;
}

/** The error, before any request. */
async function errorFor(parameters: IDataObject) {
	const talkover = wireTalkover();
	const { error } = await create({ parameters });
	expect(talkover.requests).toEqual([]);
	return error;
}

describe('Create', () => {
	test('creates a draft, which calls nobody', async () => {
		const talkover = wireTalkover();
		const result = await create();
		expect(talkover.requestsFor('createCampaign').map(({ body }) => body)).toEqual([BODY]);
		expect(result.items('Talkover')).toEqual([
			{
				json: {
					id: 'campaign-2',
					name: 'Summer',
					status: 'draft',
					agent_id: 'agent-1',
					start_date: '2026-06-01',
					end_date: null,
					days_of_week: [1, 2, 5],
					call_time_ranges: BODY.call_time_ranges,
					timezone: 'America/Sao_Paulo',
					alreadyExists: false,
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(result.json('Result')).toEqual([{ value: 'Ana: campaign-2' }]);
		expect([...talkover.placedCalls, ...talkover.queuedCalls]).toEqual([]);
	});

	test('gives all fields of the API without Simplify', async () => {
		wireTalkover();
		const result = await create({ parameters: { simplify: false } });
		expect(result.json('Talkover')).toMatchObject([
			{ campaign_type: 'sales', max_retries: 3, do_not_call_enabled: false, alreadyExists: false },
		]);
	});

	test('sends all additional fields', async () => {
		const additionalFields = {
			description: 'For customers',
			endDate: '2026-08-31',
			initialCallDelay: 60,
			maxRetries: 0,
			retryCooldownHours: 1,
			successCooldownHours: 168,
			voicemailCooldownHours: 2,
			noAnswerCooldownHours: 3,
			busyCooldownHours: 4,
			failedCooldownHours: 5,
			autoComplete: true,
			retryOnNoConversion: false,
			enablePostCompletionCooldown: true,
			postCompletionCooldownHours: 100,
			doNotCallEnabled: true,
			doNotCallListSource: 'custom',
			doNotCallCustomList: `${phoneOf(1)}, 001 (555) 100-0002; ${phoneOf(1)}\n+1 555 100 0003`,
			autoAddToDncEnabled: true,
			autoDncTriggerStatuses: 'completed, voicemail',
			autoDncTriggerErrors: '={{ ["invalid_number"] }}',
		};
		expect(await sentFor({ additionalFields })).toEqual({
			...BODY,
			description: 'For customers',
			end_date: '2026-08-31',
			initial_call_delay: 60,
			max_retries: 0,
			retry_cooldown_hours: 1,
			success_cooldown_hours: 168,
			voicemail_cooldown_hours: 2,
			no_answer_cooldown_hours: 3,
			busy_cooldown_hours: 4,
			failed_cooldown_hours: 5,
			auto_complete: true,
			retry_on_no_conversion: false,
			enable_post_completion_cooldown: true,
			post_completion_cooldown_hours: 100,
			do_not_call_enabled: true,
			do_not_call_list_source: 'custom',
			do_not_call_custom_list: [1, 2, 3].map(phoneOf),
			auto_add_to_dnc_enabled: true,
			auto_dnc_trigger_statuses: ['completed', 'voicemail'],
			auto_dnc_trigger_errors: ['invalid_number'],
		});
	});

	test.each(['', '={{ $json.zone }}'])(
		'takes the time zone of the workflow for %j',
		async (timezone) => {
			const settings = { timezone: 'Asia/Tokyo' };
			expect(await sentFor({ timezone }, { settings })).toMatchObject(settings);
		},
	);

	test.each([
		['={{ new Date("2026-06-01T02:00:00Z") }}', '2026-05-31'],
		['={{ DateTime.fromISO("2026-06-01T02:00:00Z") }}', '2026-05-31'],
		['={{ DateTime.fromISO("2026-06-01T02:00:00Z").setZone("Asia/Tokyo") }}', '2026-06-01'],
		['2026-06-01T23:30:00-03:00', '2026-06-01'],
		['2026-06-01 00:00:00.123+00', '2026-06-01'],
		['2026-06-01T00:00:00+09:00[Asia/Tokyo]', '2026-06-01'],
	])('a start date of %j is the day %s in America/New_York', async (startDate, start_date) => {
		const settings = { timezone: 'America/New_York' };
		expect(await sentFor({ startDate }, { settings })).toMatchObject({ start_date });
	});

	test.each([
		['={{ [7, "1", 7] }}', [1, 7]],
		['5,1', [1, 5]],
		['={{ 6 }}', [6]],
		['={{ "[1, 7]" }}', [1, 7]],
	])('days of %j are %j', async (daysOfWeek, days_of_week) => {
		expect(await sentFor({ daysOfWeek })).toMatchObject({ days_of_week });
	});

	test('takes hours as reads of a campaign show them, and those that touch', async () => {
		const callHours = hours(['13:00:00', '17:00:00'], [' 9:00', '13:00']);
		expect(await sentFor({ callHours })).toMatchObject({
			call_time_ranges: [
				{ start: '13:00', end: '17:00' },
				{ start: '09:00', end: '13:00' },
			],
		});
	});

	test.each([
		'={{ [{ start: "09:00", end: "12:00" }] }}',
		'={{ { ranges: [{ start: "09:00", end: "12:00" }] } }}',
		{ ranges: '={{ [{ start: "09:00", end: "12:00" }] }}' },
		`={{ '[{ "start": "09:00", "end": "12:00" }]' }}`,
	])('takes one expression for all hours: %j', async (callHours) => {
		expect(await sentFor({ callHours })).toMatchObject({
			call_time_ranges: [{ start: '09:00', end: '12:00' }],
		});
	});

	test('takes lists as the JSON that AI models write', async () => {
		const additionalFields = {
			doNotCallEnabled: true,
			doNotCallListSource: 'custom',
			doNotCallCustomList: JSON.stringify([1, 2].map(phoneOf)),
			autoDncTriggerStatuses: '["completed", "voicemail"]',
		};
		expect(await sentFor({ additionalFields })).toMatchObject({
			do_not_call_custom_list: [1, 2].map(phoneOf),
			auto_dnc_trigger_statuses: ['completed', 'voicemail'],
		});
	});

	test('says how many entries of the do-not-call numbers were empty', async () => {
		wireTalkover();
		const doNotCallCustomList = `={{ [undefined, "${phoneOf(1)}", "", null] }}`;
		const additionalFields = {
			doNotCallEnabled: true,
			doNotCallListSource: 'custom',
			doNotCallCustomList,
		};
		const result = await create({ parameters: { additionalFields } });
		expect(result.task('Talkover').hints).toMatchObject([
			{
				message: expect.stringContaining(
					"'Do-Not-Call Numbers' that are empty were left out: 3 of 4.",
				),
			},
		]);
	});

	test('reads do-not-call numbers of the default country, from a list of another node', async () => {
		const additionalFields = {
			doNotCallEnabled: true,
			doNotCallListSource: 'custom',
			doNotCallCustomList: '={{ ["(11) 98765-4321", "", 5511987654322, null] }}',
		};
		const parameters = { additionalFields, options: { defaultCountry: 'BR' } };
		expect(await sentFor(parameters)).toMatchObject({
			do_not_call_custom_list: ['+5511987654321', '+5511987654322'],
		});
	});
});

describe('an error before any request', () => {
	test.each<[IDataObject, string]>([
		[{ name: ' ' }, "'Name' is empty"],
		[{ campaignType: 'survey' }, '\'Type\' cannot be "survey"'],
		[{ agentId: '={{ $json.agent }}' }, "'Agent' is empty"],
		[{ startDate: '={{ $json.start }}' }, "'Start Date' is empty"],
		[{ startDate: '2026-02-31' }, '\'Start Date\' cannot be "2026-02-31"'],
		[{ startDate: 'tomorrow' }, '\'Start Date\' cannot be "tomorrow"'],
		[
			{ startDate: '2026-06-01 to 2026-06-30' },
			'\'Start Date\' cannot be "2026-06-01 to 2026-06-30"',
		],
		[{ daysOfWeek: '={{ [] }}' }, "'Days of Week' cannot be []"],
		[{ daysOfWeek: '={{ [0, 1] }}' }, "'Days of Week' cannot be [0,1]"],
		[{ daysOfWeek: '={{ "monday" }}' }, '\'Days of Week\' cannot be "monday"'],
		[{ daysOfWeek: '={{ 1.5 }}' }, "'Days of Week' cannot be 1.5"],
		[{ daysOfWeek: '={{ true }}' }, "'Days of Week' cannot be true"],
		[{ daysOfWeek: '={{ [[1], "0x2"] }}' }, '\'Days of Week\' cannot be [[1],"0x2"]'],
		...[{ status: 'completed' }, [{ status: 'completed' }], "['completed']", true].map(
			(given): [IDataObject, string] => [
				{ additionalFields: { autoDncTriggerStatuses: `={{ ${JSON.stringify(given)} }}` } },
				`'Do-Not-Call Trigger Statuses' cannot be ${JSON.stringify(given)}`,
			],
		),
		[{ callHours: {} }, "'Call Hours' are empty"],
		[{ callHours: '={{ $json.hours }}' }, "'Call Hours' is empty"],
		[{ callHours: '={{ "9-18" }}' }, '\'Call Hours\' cannot be "9-18"'],
		[{ callHours: { ranges: '={{ [] }}' } }, "'Call Hours' are empty"],
		[{ callHours: hours(['09:00', '']) }, '\'Call Hours 1 End\' cannot be ""'],
		[
			{ callHours: hours(['09:00', '12:00'], ['2 pm', '18:00']) },
			'\'Call Hours 2 Start\' cannot be "2 pm"',
		],
		[{ callHours: hours(['09:00', '24:00']) }, '\'Call Hours 1 End\' cannot be "24:00"'],
		[
			{ callHours: hours(['17:00', '09:00']) },
			"'Call Hours' 17:00–09:00 do not end after they begin",
		],
		[
			{ callHours: hours(['09:00', '9:00']) },
			"'Call Hours' 09:00–09:00 do not end after they begin",
		],
		[
			{ callHours: hours(['13:00', '18:00'], ['09:00', '13:01']) },
			"'Call Hours' 09:00–13:01 and 13:00–18:00 overlap",
		],
		[{ timezone: 'Brasilia' }, '\'Time Zone\' cannot be "Brasilia"'],
		[{ timezone: '-03:00' }, '\'Time Zone\' cannot be "-03:00"'],
		[{ additionalFields: { endDate: '' } }, "'End Date' is empty"],
		[{ additionalFields: { endDate: '={{ $json.end }}' } }, "'End Date' is empty"],
		[{ additionalFields: { endDate: '2026-02-31' } }, '\'End Date\' cannot be "2026-02-31"'],
		[
			{ additionalFields: { endDate: '2026-05-31' } },
			"'End Date' (2026-05-31) is not after 'Start Date' (2026-06-01)",
		],
		[
			{ additionalFields: { endDate: '2026-06-01' } },
			"'End Date' (2026-06-01) is not after 'Start Date' (2026-06-01)",
		],
		[
			{ startDate: '2026-11-30', additionalFields: { endDate: '2026-12-04' }, daysOfWeek: [6, 7] },
			'The campaign has no day with calls: from 2026-11-30 to 2026-12-04, there is no Saturday, Sunday',
		],
		[{ additionalFields: { maxRetries: 11 } }, "'Max Retries' cannot be 11"],
		[{ additionalFields: { busyCooldownHours: 0 } }, "'Busy Cooldown (Hours)' cannot be 0"],
		[{ additionalFields: { autoComplete: 'maybe' } }, '\'Auto Complete\' cannot be "maybe"'],
		[{ additionalFields: { doNotCallCustomList: ' , ' } }, "'Do-Not-Call Numbers' is empty"],
		[{ additionalFields: { doNotCallCustomList: '={{ [] }}' } }, "'Do-Not-Call Numbers' is empty"],
	])('%j', async (parameters, message) => {
		expect((await errorFor(parameters))?.message).toBe(message);
	});

	test('a do-not-call number that cannot be read is named', async () => {
		const doNotCallCustomList = `${phoneOf(1)}, ask her sister`;
		expect(await errorFor({ additionalFields: { doNotCallCustomList } })).toMatchObject({
			message: '\'Do-Not-Call Numbers\': "ask her sister" cannot be read as a phone number',
		});
		const date = await errorFor({ additionalFields: { doNotCallCustomList: '2026-01-31' } });
		expect(date?.description).toContain("Check that the field 'Do-Not-Call Numbers' refers to");
	});

	test.each([
		{},
		{ doNotCallEnabled: true },
		{ doNotCallListSource: 'custom' },
		{ doNotCallEnabled: false, doNotCallListSource: 'custom' },
		{ doNotCallEnabled: true, doNotCallListSource: 'environment' },
	])('do-not-call numbers that Talkover would not use: %j', async (more) => {
		const additionalFields = { doNotCallCustomList: phoneOf(1), ...more };
		expect(await errorFor({ additionalFields })).toMatchObject({
			message: "Talkover would not use the 'Do-Not-Call Numbers', and call these people",
			description:
				"Turn on 'Use Do-Not-Call List', and choose Custom as 'Do-Not-Call List Source'.",
		});
	});
});

describe('an unclear answer', () => {
	const unclear: Array<[string, () => void]> = [
		['a 200 that is not JSON', () => onPost().reply(200, '<html>')],
		['a 201 without the campaign', () => onPost().reply(201, { success: true, data: {} })],
		[
			'a 201 that says that it failed',
			() => onPost().reply(201, { success: false, data: { id: '1' } }),
		],
		['a 500', () => onPost().reply(500, {})],
		['a 504', () => onPost().reply(504, '<html>')],
		['a timeout', () => onPost().replyWithError(connectionError('ETIMEDOUT'))],
		['a broken connection', () => onPost().replyWithError(connectionError('ECONNRESET'))],
	];
	const onPost = () => nock(BASE_URL).post('/campaigns');

	test.each(unclear)('%s is not repeated, neither by Retry On Fail', async (_, answer) => {
		// A second request would be another error.
		answer();
		expect((await create(retry)).error).toMatchObject({
			message: expect.stringContaining('The campaign "Summer" may have been created: '),
			description: expect.stringContaining('It is not created again.'),
		});
	});

	test('Skip If Name Exists finds in a new execution what was created', async () => {
		const talkover = wireTalkover();
		talkover.script({
			when: { operation: 'createCampaign' },
			answer: { afterApi: true, breakConnection: 'before' },
		});
		expect((await create({ parameters: SKIP, ...retry })).error?.message).toContain(
			'may have been',
		);
		expect((await create({ parameters: SKIP })).json('Talkover')).toMatchObject([
			{ id: 'campaign-2', name: 'Summer', alreadyExists: true },
		]);
		expect(talkover.requestsFor('createCampaign')).toHaveLength(1);
	});

	test('a 429 is repeated, since nothing was created', async () => {
		onPost().reply(429, {});
		onPost().reply(201, { success: true, data: { id: 7 } });
		expect((await create()).json('Talkover')).toMatchObject([{ id: 7, alreadyExists: false }]);
	});

	test('a refused connection creates nothing, and Retry On Fail tries again', async () => {
		onPost().replyWithError(connectionError('ECONNREFUSED'));
		onPost().reply(201, { success: true, data: { id: 'c' } });
		expect((await create(retry)).json('Talkover')).toMatchObject([{ id: 'c' }]);
	});
});

describe('a refusal', () => {
	test('for the plan says so', async () => {
		const talkover = wireTalkover({
			answers: { createCampaign: documentedError('createCampaign', 403) },
		});
		expect((await create(retry)).error).toMatchObject({
			message: 'The plan of this Talkover account allows no more campaigns',
			description: expect.stringContaining('CAMPAIGN_LIMIT_REACHED'),
			httpCode: '403',
		});
		expect(talkover.requests).toHaveLength(1);
	});

	test('names the fields as the panel does', async () => {
		wireTalkover({ answers: { createCampaign: documentedError('createCampaign', 422) } });
		expect((await create()).error).toMatchObject({
			message: 'Talkover does not accept the values',
			description: expect.stringMatching(
				/^Agent: The selected agent id is invalid\. · Call Hours: .* · Call Hours 1 end: The .* · Days of Week 1: The /,
			),
		});
	});

	test.each<[number, ReplyBody, string]>([
		[403, { success: false, message: 'Não' }, 'does not allow this with the token'],
		[404, { success: false, message: 'Agent not found' }, 'No agent with the ID "agent-1"'],
		[404, { success: false, message: 'Não' }, 'has nothing at this URL'],
		[404, '<html>', 'not the Talkover API'],
	])('%i %j', async (status, body, words) => {
		nock(BASE_URL).post('/campaigns').reply(status, body);
		expect((await create(retry)).error?.message).toContain(words);
	});
});

describe('several items', () => {
	const items = ['Summer', 'Winter', 'Summer'].map((name) => ({ json: { name } }));
	const parameters = { name: '={{ $json.name }}' };

	test('with one name are a campaign each, since Talkover allows that', async () => {
		const talkover = wireTalkover();
		const result = await create({ items, parameters });
		expect(new Set(result.json('Talkover').map(({ id }) => id)).size).toBe(3);
		expect(talkover.requestsFor('createCampaign')).toHaveLength(3);
	});

	test('with one name are one campaign with Skip If Name Exists', async () => {
		const talkover = wireTalkover();
		const result = await create({ items, parameters: { ...parameters, ...SKIP } });
		const created = result.json('Talkover');
		expect(created.map(({ name, alreadyExists }) => [name, alreadyExists])).toEqual([
			['Summer', false],
			['Winter', false],
			['Summer', true],
		]);
		expect(created[2].id).toBe(created[0].id);
		expect(talkover.requestsFor('createCampaign')).toHaveLength(2);
	});
});

describe('Skip If Name Exists', () => {
	test.each(['draft', 'active', 'completed', 'cancelled'] as const)(
		'gives the campaign with exactly this name, also if it is %s',
		async (status) => {
			const names = ['summer', 'Summer 2', ' Summer ', 'The Summer'];
			const talkover = wireTalkover({ campaigns: names.map((name) => ({ name, status })) });
			expect((await create({ parameters: SKIP })).json('Talkover')).toMatchObject([
				{ id: 'campaign-3', status, earliest_call_time: '09:00:00', alreadyExists: true },
			]);
			expect(talkover.requestsFor('createCampaign')).toEqual([]);
		},
	);

	test('creates the campaign if no name is the same, on any page', async () => {
		const campaigns = Array.from({ length: 130 }, (_, index) => ({ name: `Summer ${index}` }));
		const talkover = wireTalkover({ campaigns });
		expect((await create({ parameters: SKIP })).json('Talkover')).toMatchObject([
			{ id: 'campaign-131', alreadyExists: false },
		]);
		talkover.addCampaign({ name: 'Winter' });
		const parameters = { ...SKIP, name: 'Winter' };
		expect((await create({ parameters })).json('Talkover')).toMatchObject([
			{ alreadyExists: true },
		]);
	});

	test('is an error if two campaigns have the name', async () => {
		const talkover = wireTalkover({ campaigns: [{ name: 'Summer' }, { name: 'Summer' }] });
		expect((await create({ parameters: SKIP })).error).toMatchObject({
			message: '2 campaigns have the name "Summer": campaign-1, campaign-2',
			description: expect.stringContaining('Nothing was created.'),
		});
		expect(talkover.requestsFor('createCampaign')).toEqual([]);
	});

	test.each<[number, ReplyBody]>([
		[403, { success: false, message: 'Não' }],
		[200, { success: true }],
		[200, '<html>'],
	])('creates nothing if the list cannot be read: %i %j', async (status, body) => {
		nock(BASE_URL).get('/campaigns').query(true).reply(status, body);
		expect((await create({ parameters: SKIP })).error).toBeDefined();
		expect(nock.isDone()).toBe(true);
	});

	test('creates one campaign for two executions at the same moment', async () => {
		const talkover = wireTalkover({ latencyMs: 50 });
		const { value } = await withFastClock(async () => {
			const run = async () => await create({ parameters: SKIP });
			return await Promise.all([run(), run()]);
		});
		const existed = value.map((run) => run.json('Talkover')[0].alreadyExists);
		expect(existed.sort()).toEqual([false, true]);
		expect(talkover.requestsFor('createCampaign')).toHaveLength(1);
	});
});

test('an AI agent gets the draft', async () => {
	const talkover = wireTalkover();
	const result = await create({ ...tool, items: [{ json: {} }] });
	expect(result.json('Talkover')).toMatchObject([{ status: 'draft', name: 'Summer' }]);
	expect(talkover.requestsFor('createCampaign')).toHaveLength(1);
});
