import { beforeEach, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { ana, bruno, contact, mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const campaign = { id: 'campaign-1', name: 'Spring', status: 'active' };

const queuedCall = (to: unknown) => ({ id: `queued-${String(to)}`, to, status: 'queued' });
const queued = ({ to }: IDataObject): [number, ReplyBody] => [
	201,
	{ campaign_call: queuedCall(to), campaign },
];
const duplicate = ({ to }: IDataObject): [number, ReplyBody] => [
	409,
	{ success: false, message: 'Já existe', existing_call: { id: `existing-${String(to)}`, to } },
];

let sent: IDataObject[];
beforeEach(() => {
	sent = [];
});

function onQueue(answer: (body: IDataObject, nth: number) => [number, ReplyBody]): void {
	nock(BASE_URL)
		.persist()
		.post('/campaigns/campaign-1/call')
		.reply((_uri, body) => {
			sent.push(body as IDataObject);
			return answer(body as IDataObject, sent.length);
		});
}

test('a queued call comes out on Queued with its campaign, an existing one on Duplicate', async () => {
	onQueue((body) => (body.to === phoneOf(1) ? queued(body) : duplicate(body)));
	const result = await runOperation('campaign.makeCampaignCall', { items: [ana, bruno] });
	const campaign_id = 'campaign-1';
	expect(result.json('Talkover', 0)).toEqual([
		{ campaign_id, ...queuedCall(phoneOf(1)), campaign },
	]);
	expect(result.json('Talkover', 1)).toEqual([
		{ campaign_id, id: `existing-${phoneOf(2)}`, to: phoneOf(2) },
	]);
	expect(result.json('Queued')).toEqual([{ value: `Ana: queued-${phoneOf(1)}` }]);
	expect(sent.map(({ to }) => to).sort()).toEqual([phoneOf(1), phoneOf(2)]);
});

test('items with the same number queue it once, and the others are duplicates of that call', async () => {
	onQueue(queued);
	const result = await runOperation('campaign.makeCampaignCall', {
		items: [ana, bruno, contact('Ana again', '+1 555 100 0001')],
	});
	expect(result.json('Queued')).toHaveLength(2);
	expect(result.json('Duplicate')).toEqual([{ value: `Ana again: queued-${phoneOf(1)}` }]);
	expect(sent).toHaveLength(2);
});

test('with Allow Duplicates, each item is queued, with `allow_duplicates`', async () => {
	onQueue(queued);
	const options = { allowDuplicates: true, testCall: true };
	const result = await runOperation('campaign.makeCampaignCall', {
		items: [ana, ana],
		parameters: { options },
	});
	expect(result.json('Queued')).toHaveLength(2);
	expect(sent).toEqual([
		{ to: phoneOf(1), is_testing: true, allow_duplicates: true },
		{ to: phoneOf(1), is_testing: true, allow_duplicates: true },
	]);
});

test.each([
	['the published spec', 200, { id: 'q', to: phoneOf(1) }],
	[
		'the older documentation',
		200,
		{ success: true, message: 'Ok', data: { call_id: 'q', status: 'queued' } },
	],
])('the shape of %s gives the ID, too', async (_, status, body) => {
	onQueue(() => [status, body]);
	expect((await runOperation('campaign.makeCampaignCall')).json('Talkover', 0)).toEqual([
		expect.objectContaining({ id: 'q' }),
	]);
});

test.each([
	[400, { success: false, message: 'Campaign is not active' }, 'The campaign is not active'],
	[400, { error: { code: 'CAMPAIGN_NOT_ACTIVE', message: 'Não' } }, 'The campaign is not active'],
	[404, { success: false, message: 'Não' }, 'No campaign with the ID "campaign-1"'],
	[403, { success: false, message: 'Cannot make calls' }, 'does not allow this'],
	[409, { success: false, message: 'Conflict' }, 'HTTP 409'],
	[422, { message: 'Bad', errors: { to: ['No.'] } }, 'does not accept the values'],
	[500, {}, `The call to ${phoneOf(1)} may have been queued`],
	[201, {}, `The call to ${phoneOf(1)} may have been queued`],
	[201, { campaign_call: {} }, `The call to ${phoneOf(1)} may have been queued`],
	[
		201,
		{ success: false, campaign_call: { id: 'x' } },
		`The call to ${phoneOf(1)} may have been queued`,
	],
])(
	'%i %j is an error, and the POST is not repeated with Retry On Fail',
	async (status, body, words) => {
		onQueue(() => [status, body as ReplyBody]);
		const { error } = await runOperation('campaign.makeCampaignCall', {
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 10,
		});
		expect(error?.message).toContain(words);
		expect(sent).toHaveLength(1);
	},
);

test('a 429 is retried', async () => {
	onQueue((body, nth) => (nth === 1 ? [429, {}] : queued(body)));
	expect((await runOperation('campaign.makeCampaignCall')).json('Queued')).toHaveLength(1);
	expect(sent).toHaveLength(2);
});

test('Retry On Fail repeats no queued call, and a duplicate stays one', async () => {
	onQueue((body) => (body.to === phoneOf(1) ? queued(body) : duplicate(body)));
	let fails = true;
	nock(BASE_URL)
		.persist()
		.post('/campaigns/campaign-2/call')
		.reply(() => {
			const answer: [number, ReplyBody] = fails
				? [429, {}]
				: [201, { campaign_call: { id: 'late' } }];
			fails = false;
			return answer;
		});
	const items = ['campaign-1', 'campaign-1', 'campaign-2'].map((id, index) => ({
		json: { ...(index === 1 ? bruno : ana).json, campaign: id },
	}));
	const result = await runOperation('campaign.makeCampaignCall', {
		items,
		retryOnFail: true,
		maxTries: 2,
		waitBetweenTries: 10,
		parameters: {
			campaignId: { __rl: true, mode: 'id', value: '={{ $json.campaign }}' },
			options: { maxRateLimitWait: 0, maxParallelRequests: 1 },
		},
	});
	expect(result.json('Queued')).toEqual([
		{ value: `Ana: queued-${phoneOf(1)}` },
		{ value: 'Ana: late' },
	]);
	expect(result.json('Duplicate')).toEqual([{ value: `Bruno: existing-${phoneOf(2)}` }]);
	expect(sent).toHaveLength(2);
});

test('as an AI tool, says whether the call is queued', async () => {
	onQueue((body) => (body.to === phoneOf(1) ? queued(body) : duplicate(body)));
	const result = await runOperation('campaign.makeCampaignCall', {
		items: [ana, bruno],
		type: 'n8n-nodes-talkover.talkoverTool',
	});
	expect(result.json('Talkover')).toEqual([
		expect.objectContaining({
			queued: true,
			message: `A call to ${phoneOf(1)} is queued. Do not queue another.`,
		}),
		expect.objectContaining({
			queued: false,
			message: `Not queued: the campaign campaign-1 already has a call to ${phoneOf(2)}.`,
		}),
	]);
});

test('the POST has the variables and the context, and nothing that was not set', async () => {
	onQueue(queued);
	const context = { values: [{ name: 'deal', value: '={{ $json.name }}' }] };
	await runOperation('campaign.makeCampaignCall', {
		parameters: { context, options: { payloadJson: '{"n":1}' } },
	});
	expect(sent).toEqual([{ to: phoneOf(1), payload: { n: 1 }, context: { deal: 'Ana' } }]);
});

test.each([
	[{ campaignId: { __rl: true, mode: 'id', value: '={{ "" }}' } }, 'No campaign is chosen'],
	[{ campaignId: { __rl: true, mode: 'id', value: 'a/b' } }, '"a/b" is not a valid campaign ID'],
	[{ phone: '12' }, '"12"'],
	[{ options: { contextJson: '[]' } }, "'Context (JSON)' is not a JSON object: []"],
	[{ payload: '={{ $json }}' }, '\'Prompt Variables\' cannot be "={{ $json }}"'],
	[{ context: { values: '={{ [] }}' } }, '\'Context\' cannot be {"values":"={{ [] }}"}'],
])('nothing is sent for %j', async (parameters, words) => {
	onQueue(queued);
	const { error } = await runOperation('campaign.makeCampaignCall', {
		parameters: parameters as unknown as IDataObject,
	});
	expect(error?.message).toContain(words);
	expect(sent).toEqual([]);
});

test.each(['ECONNRESET', 'ETIMEDOUT', 'EPIPE'])(
	'%s: the outcome is unknown, and no item repeats the POST',
	async (code) => {
		nock(BASE_URL)
			.post('/campaigns/campaign-1/call')
			.replyWithError(Object.assign(new Error(code), { code }));
		onQueue(queued);
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
		const result = await runOperation('campaign.makeCampaignCall', {
			items: [ana, ana],
			...retry,
			onError: 'continueErrorOutput',
		});
		expect(result.json('Failed')).toEqual(
			[ana, ana].map(({ json }) => ({
				...json,
				error: expect.stringContaining('may have been queued'),
			})),
		);
		expect(sent).toEqual([]);
	},
);

test('with Allow Duplicates, Retry On Fail repeats no item that was queued', async () => {
	onQueue((body, nth) => (nth === 2 ? [429, {}] : queued(body)));
	const options = { allowDuplicates: true, maxRateLimitWait: 0, maxParallelRequests: 1 };
	const result = await runOperation('campaign.makeCampaignCall', {
		items: [ana, ana, ana],
		retryOnFail: true,
		maxTries: 2,
		waitBetweenTries: 10,
		parameters: { options },
	});
	expect(result.json('Queued')).toHaveLength(3);
	expect(sent).toHaveLength(4);
});

test('two campaigns can call the same number', async () => {
	onQueue(queued);
	nock(BASE_URL)
		.post('/campaigns/2/call')
		.reply(201, { campaign_call: { id: 'other' } });
	const items = ['campaign-1', 2].map((id) => ({ json: { ...ana.json, id } }));
	const campaignId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
	const result = await runOperation('campaign.makeCampaignCall', {
		items,
		parameters: { campaignId },
	});
	expect(result.json('Talkover', 0).map(({ id }) => id)).toEqual([`queued-${phoneOf(1)}`, 'other']);
});

test('white space around the ID of the campaign is removed', async () => {
	onQueue(queued);
	const campaignId = { __rl: true, mode: 'id', value: '\u00a0campaign-1\u200b ' };
	expect(
		(await runOperation('campaign.makeCampaignCall', { parameters: { campaignId } })).json(
			'Queued',
		),
	).toHaveLength(1);
});

test.each([
	[1, 'Nothing was queued: the item is on the output Duplicate.'],
	[2, 'Nothing was queued: the 2 items are on the output Duplicate.'],
])(
	'all of %i items with a duplicate number come out on Duplicate, with a hint',
	async (count, message) => {
		onQueue(duplicate);
		const items = Array.from({ length: count }, () => ana);
		const result = await runOperation('campaign.makeCampaignCall', { items });
		expect(result.json('Duplicate')).toHaveLength(count);
		expect(sent).toHaveLength(1);
		expect(result.task('Talkover').hints).toEqual([expect.objectContaining({ message })]);
	},
);
