import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { documentedError } from '../../../dev/simulator/index.cts';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';
import { connectionError, wireTalkover } from '../../helpers/wire';

mockWire();

const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

const update = async (
	updateFields: IDataObject | string,
	{ parameters, ...options }: Parameters<typeof runOperation>[1] & OperationOptions = {},
) =>
	await runOperation('campaign.update', {
		...options,
		parameters: { updateFields, ...parameters },
	});

const hours = (start: string, end: string) => ({ callHours: { ranges: [{ start, end }] } });

const onPut = () => nock(BASE_URL).put('/campaigns/campaign-1');

describe('Update', () => {
	test.each<[IDataObject, IDataObject]>([
		[{ name: 'Autumn' }, { name: 'Autumn' }],
		[{ campaignType: 'reminder' }, { campaign_type: 'reminder' }],
		[{ agentId: { __rl: true, mode: 'id', value: 'agent-2' } }, { agent_id: 'agent-2' }],
		[{ startDate: '2026-06-01T10:00:00' }, { start_date: '2026-06-01' }],
		[{ endDate: '={{ new Date("2026-07-01T12:00:00Z") }}' }, { end_date: '2026-07-01' }],
		[{ clearEndDate: true }, { end_date: null }],
		[{ clearEndDate: false, maxRetries: 0 }, { max_retries: 0 }],
		[{ daysOfWeek: [6, 7] }, { days_of_week: [6, 7] }],
		[hours('10:00', '12:30'), { call_time_ranges: [{ start: '10:00', end: '12:30' }] }],
		[
			{ callHours: '={{ [{ start: "10:00", end: "12:30" }] }}' },
			{ call_time_ranges: [{ start: '10:00', end: '12:30' }] },
		],
		[{ timezone: 'Asia/Tokyo' }, { timezone: 'Asia/Tokyo' }],
		[
			{ description: 'New', autoComplete: false },
			{ description: 'New', auto_complete: false },
		],
		[{ doNotCallEnabled: false }, { do_not_call_enabled: false }],
		[
			{ doNotCallCustomList: `={{ ["${phoneOf(1)}", "${phoneOf(2)}"] }}` },
			{ do_not_call_custom_list: [1, 2].map(phoneOf) },
		],
	])('%j sends only %j', async (updateFields, body) => {
		const talkover = wireTalkover({ campaigns: [{ status: 'paused' }] });
		const result = await update(updateFields);
		expect(result.error?.message).toBeUndefined();
		expect(talkover.requests.map(({ method, body }) => [method, body])).toEqual([['PUT', body]]);
		expect(result.items('Talkover')).toEqual([
			{
				json: expect.objectContaining({ id: 'campaign-1', status: 'paused' }),
				pairedItem: { item: 0 },
			},
		]);
	});

	test('gives the campaign with its new hours, and all its fields without Simplify', async () => {
		wireTalkover();
		const parameters = { simplify: false };
		const [campaign] = (await update(hours('9:00', '12:00'), { parameters })).json('Talkover');
		expect(campaign).toMatchObject({
			call_time_ranges: [{ start: '09:00', end: '12:00' }],
			campaign_type: 'sales',
		});
	});
});

describe('an error before any request', () => {
	test.each<[IDataObject, string]>([
		[{}, 'There is nothing to change'],
		[{ clearEndDate: false }, 'There is nothing to change'],
		[{ name: '' }, "'Name' is empty"],
		[{ timezone: '' }, "'Time Zone' is empty"],
		[{ clearEndDate: '={{ $json.clear }}' }, "'Clear End Date' is empty"],
		[{ name: 'Autumn', clearEndDate: '' }, "'Clear End Date' is empty"],
		[{ clearEndDate: 'maybe' }, '\'Clear End Date\' cannot be "maybe"'],
		[{ agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' } }, "'Agent' is empty"],
		[{ endDate: '={{ $json.end }}' }, "'End Date' is empty"],
		[{ maxRetries: '={{ $json.retries }}' }, "'Max Retries' is empty"],
		[{ doNotCallCustomList: '={{ [] }}' }, "'Do-Not-Call Numbers' is empty"],
		[{ startDate: '2026-02-31' }, '\'Start Date\' cannot be "2026-02-31"'],
		[hours('18:00', '09:00'), "'Call Hours' 18:00–09:00 do not end after they begin"],
		[{ callHours: {} }, "'Call Hours' are empty"],
		[
			{ startDate: '2026-06-01', endDate: '2026-05-31' },
			"'End Date' (2026-05-31) is not after 'Start Date' (2026-06-01)",
		],
		[
			{ endDate: '2026-05-31', clearEndDate: true },
			"'End Date' (2026-05-31) and 'Clear End Date' contradict each other",
		],
		...[{ doNotCallEnabled: false }, { doNotCallListSource: 'global' }].map(
			(more): [IDataObject, string] => [
				{ doNotCallCustomList: phoneOf(1), ...more },
				"Talkover would not use the 'Do-Not-Call Numbers', and call these people",
			],
		),
	])('%j', async (updateFields, message) => {
		const talkover = wireTalkover();
		const { error } = await update(updateFields);
		expect(error?.message).toBe(message);
		expect(talkover.requests).toEqual([]);
	});
});

describe('a campaign with queued calls', () => {
	test('must be paused before its hours change', async () => {
		const talkover = wireTalkover();
		await runOperation('campaign.makeCampaignCall');
		const { error } = await update(hours('10:00', '12:00'), retry);
		expect(error).toMatchObject({
			message: 'The campaign has calls in its queue, so its schedule cannot be changed now',
			description: expect.stringMatching(/^Pause it first: .*CAMPAIGN_HAS_ACTIVE_CALLS/),
			httpCode: '409',
		});
		expect(talkover.requestsFor('updateCampaign')).toHaveLength(1);
		await runOperation('campaign.updateStatus', { parameters: { status: 'paused' } });
		expect((await update(hours('10:00', '12:00'))).json('Talkover')).toHaveLength(1);
	});
});

test('a 422 names the fields as the panel does', async () => {
	wireTalkover({ answers: { updateCampaign: documentedError('updateCampaign', 422) } });
	expect((await update({ name: 'Autumn' })).error).toMatchObject({
		message: 'Talkover does not accept the values',
		description: expect.stringMatching(/^Call Hours 1 end: The call time ranges/),
	});
});

test.each<[number, ReplyBody, string]>([
	[404, { success: false, message: 'Não' }, 'No campaign with the ID "campaign-1"'],
	[404, { message: 'The route could not be found.' }, 'has nothing at this URL'],
	[403, { success: false, message: 'Não' }, 'does not allow this'],
	[401, {}, 'does not accept the token'],
	[409, { success: false, message: 'Não' }, 'because of a conflict (HTTP 409)'],
	[413, '<html>', 'The request is too large for Talkover'],
])('%i %j is an error that Retry On Fail does not repeat', async (status, body, words) => {
	onPut().reply(status, body);
	expect((await update({ name: 'Autumn' }, retry)).error?.message).toContain(words);
});

test.each<[number, ReplyBody]>([
	[200, '<html>'],
	[200, { success: true }],
	[200, { success: false, data: { id: 'campaign-1' } }],
	[204, ''],
	[408, {}],
])('%i %j is an unknown outcome, and Retry On Fail changes it again', async (status, body) => {
	onPut().reply(status, body);
	expect((await update({ name: 'Autumn' })).error).toMatchObject({
		message: expect.stringContaining('The campaign "campaign-1" may have been changed: '),
		description: expect.stringContaining('Run this again'),
	});
	onPut().reply(status, body);
	onPut().reply(200, { success: true, data: { name: 'Autumn' } });
	expect((await update({ name: 'Autumn' }, retry)).json('Talkover')).toMatchObject([
		{ id: 'campaign-1', name: 'Autumn' },
	]);
});

test.each([
	['a 502', () => onPut().reply(502, {})],
	['a 429', () => onPut().reply(429, {})],
	['a broken connection', () => onPut().replyWithError(connectionError('ECONNRESET'))],
])('%s is retried', async (_, failing) => {
	failing();
	onPut().reply(200, { success: true, data: { id: 'campaign-1' } });
	expect((await update({ name: 'Autumn' })).json('Talkover')).toHaveLength(1);
});

test('items with the same changes send one request, and each other change is sent in order', async () => {
	const talkover = wireTalkover();
	const names = ['A', 'A', 'B', 'A'];
	const items = names.map((name) => ({ json: { name } }));
	const result = await update({ name: '={{ $json.name }}' }, { items });
	expect(result.json('Talkover').map(({ name }) => name)).toEqual(names);
	expect(talkover.requestsFor('updateCampaign').map(({ body }) => body)).toEqual(
		['A', 'B', 'A'].map((name) => ({ name })),
	);
});

test('n8n does not save the do-not-call numbers to remember the change', async () => {
	wireTalkover();
	const result = await update({ doNotCallCustomList: phoneOf(77) }, { items: [{ json: {} }] });
	expect(result.json('Talkover')).toHaveLength(1);
	expect(JSON.stringify(result)).toContain('update campaign-1');
	expect(JSON.stringify(result)).not.toContain(phoneOf(77).slice(1));
});

test('an AI agent gets the campaign', async () => {
	wireTalkover();
	const type = 'n8n-nodes-talkover.talkoverTool';
	expect((await update({ name: 'Autumn' }, { type })).json('Talkover')).toMatchObject([
		{ name: 'Autumn' },
	]);
});
