import { expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const simple = {
	id: 'campaign-1',
	name: 'Spring',
	status: 'active',
	agent_id: 'agent-1',
	start_date: '2026-01-01',
	days_of_week: [1, 2],
	earliest_call_time: '09:00:00',
	latest_call_time: '17:00:00',
	timezone: 'America/Sao_Paulo',
	stats: { total_calls: 3 },
};
const campaign = {
	...simple,
	campaign_type: 'sales',
	max_retries: 3,
	agent: { id: 'agent-1', name: 'Bianca' },
	calls: [{ id: 'call-1', to: phoneOf(1) }],
	files: [],
};

const onGet = (status: number, body: ReplyBody) =>
	nock(BASE_URL).get('/campaigns/campaign-1').reply(status, body);

test('returns the most important fields, and all fields without Simplify', async () => {
	onGet(200, { success: true, data: campaign });
	const result = await runOperation('campaign.get');
	expect(result.items('Talkover')).toEqual([{ json: simple, pairedItem: { item: 0 } }]);
	expect(result.json('Result')).toEqual([{ value: 'Ana: campaign-1' }]);

	onGet(200, { success: true, data: campaign });
	const parameters = { simplify: false };
	expect((await runOperation('campaign.get', { parameters })).json('Talkover')).toEqual([campaign]);
});

test('keeps the end and the windows if the API gives them, in at most ten fields', async () => {
	const call_time_ranges = [
		{ start: '10:00', end: '12:00' },
		{ start: '14:00', end: '16:00' },
	];
	const data = { ...campaign, end_date: '2026-02-01', call_time_ranges };
	onGet(200, { success: true, data });
	const [result] = (await runOperation('campaign.get')).json('Talkover');
	const replaced = { earliest_call_time: undefined, latest_call_time: undefined };
	expect(result).toEqual({ ...simple, ...replaced, end_date: '2026-02-01', call_time_ranges });
	expect(Object.keys(result)).toHaveLength(10);
});

test('a campaign that has only an ID is simplified, too', async () => {
	onGet(200, { success: true, data: { id: 'campaign-1' } });
	expect((await runOperation('campaign.get')).json('Talkover')).toEqual([{ id: 'campaign-1' }]);
});

test('items with the same campaign send one request', async () => {
	onGet(200, { success: true, data: campaign });
	const result = await runOperation('campaign.get', { items: [{ json: {} }, { json: {} }] });
	expect(result.json('Talkover')).toEqual([simple, simple]);
});

test.each<[number, ReplyBody, string]>([
	[404, { success: false, message: 'Não' }, 'No campaign with the ID "campaign-1"'],
	[404, '<html>', 'not the Talkover API'],
	[200, '<html>', 'not the Talkover API'],
	[200, { success: true }, 'an answer that this node does not understand'],
	[200, { success: true, data: [campaign] }, 'an answer that this node does not understand'],
	[200, { success: true, data: { ...campaign, id: 'other' } }, 'does not understand'],
	[200, { success: false, data: campaign }, 'does not understand'],
	[403, { success: false, message: 'No' }, 'does not allow this'],
])('%i %j is an error', async (status, body, words) => {
	onGet(status, body);
	expect((await runOperation('campaign.get')).error?.message).toContain(words);
});
