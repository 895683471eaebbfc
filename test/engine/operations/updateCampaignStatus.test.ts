import { beforeEach, describe, expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { Talkover } from '../../../nodes/Talkover/Talkover.node';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { mockWire } from '../../helpers/talkover';

mockWire();

const UPDATED_AT = '2024-01-15T11:00:00Z';
const campaignId = { __rl: true, mode: 'id', value: '={{ $json.campaign }}' };
const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const tool = { type: 'n8n-nodes-talkover.talkoverTool' };

let sent: unknown[];
beforeEach(() => {
	sent = [];
});

/** A request to change the status; `.reply(…)` it. */
const onPatch = (id = 'campaign-1') =>
	nock(BASE_URL).patch(`/campaigns/${id}/status`, (body) => {
		sent.push(body);
		return true;
	});

const onGet = (status?: string, id = 'campaign-1') =>
	nock(BASE_URL)
		.get(`/campaigns/${id}`)
		.reply(200, { success: true, data: { id, name: 'Spring', status, updated_at: UPDATED_AT } });

const changed = (status: string, id = 'campaign-1') => ({
	success: true,
	message: 'Campaign status updated successfully',
	data: { id, status, updated_at: UPDATED_AT },
});
const refused = { success: false, message: 'Transição não permitida' };
const broken = Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' });

const update = async (
	status: string,
	{ parameters, ...options }: Parameters<typeof runOperation>[1] & OperationOptions = {},
) =>
	await runOperation('campaign.updateStatus', {
		...options,
		parameters: { status, ...parameters },
	});

describe('Update Status', () => {
	test.each(['active', 'paused', 'completed', 'cancelled'])(
		'sets the status %s',
		async (status) => {
			onPatch().reply(200, changed(status));
			const result = await update(status);
			expect(sent).toEqual([{ status }]);
			expect(result.items('Talkover')).toEqual([
				{
					json: { id: 'campaign-1', status, updated_at: UPDATED_AT, alreadySet: false },
					pairedItem: { item: 0 },
				},
			]);
			expect(result.json('Result')).toEqual([{ value: 'Ana: campaign-1' }]);
		},
	);

	test('the default is paused, which rings no phone and is not final', async () => {
		onPatch().reply(200, changed('paused'));
		await runOperation('campaign.updateStatus');
		expect(sent).toEqual([{ status: 'paused' }]);
	});

	test('the answer need not name the status', async () => {
		onPatch().reply(200, { data: {} });
		expect((await update('paused')).json('Talkover')).toEqual([
			{ id: 'campaign-1', status: 'paused', alreadySet: false },
		]);
	});

	test.each([
		refused,
		{ success: false, message: 'Cannot transition from paused to paused status' },
	])('the status that the campaign has already is a success: %j', async (body) => {
		for (const status of [400, 409, 422]) {
			onPatch().reply(status, body);
			onGet('paused');
			expect((await update('paused')).json('Talkover')).toEqual([
				{ id: 'campaign-1', status: 'paused', updated_at: UPDATED_AT, alreadySet: true },
			]);
		}
	});

	test.each(['={{ $json.none }}', '={{ null }}', '={{ " " }}'])(
		'an expression that finds nothing is an error, and does not pause the campaign: %s',
		async (status) => {
			expect((await update(status)).error?.message).toBe("'Status' is empty");
			expect(sent).toEqual([]);
		},
	);

	test.each(['draft', 'running', 'Active'])(
		'the status %s is an error before any request',
		async (status) => {
			expect((await update(status)).error).toMatchObject({
				message: `'Status' cannot be "${status}"`,
				description: 'It takes active or paused or completed or cancelled.',
			});
			expect(sent).toEqual([]);
		},
	);
});

describe('a transition that is not allowed', () => {
	test.each([
		['draft', 'paused', 'active or cancelled'],
		['draft', 'completed', 'active or cancelled'],
	])(
		'from %s to %s is an error that names what the campaign may become',
		async (from, to, next) => {
			onPatch().reply(400, refused);
			onGet(from);
			const { error } = await update(to);
			expect(error).toMatchObject({
				message: `The campaign "campaign-1" is ${from}, so it cannot become ${to}`,
				description: `It may become ${next}. Talkover said: “${refused.message}”`,
				httpCode: '400',
			});
		},
	);

	test.each([
		['completed', 'active'],
		['completed', 'cancelled'],
		['cancelled', 'paused'],
		['cancelled', 'completed'],
	])('from %s to %s is an error that says that the status is final', async (from, to) => {
		onPatch().reply(400, refused);
		onGet(from);
		const { error } = await update(to);
		expect(error).toMatchObject({
			message: `The campaign "campaign-1" is ${from}, so it cannot become ${to}`,
			description: expect.stringContaining('This status is final.'),
		});
	});

	test.each([
		['paused', 'paused'],
		['scheduled', 'scheduled'],
		[undefined, 'of unknown status'],
	])('a refusal for another reason names the status of the campaign: %s', async (from, has) => {
		onPatch().reply(400, refused);
		onGet(from);
		const { error } = await update('active');
		expect(error).toMatchObject({
			message: `The campaign "campaign-1" is ${has}: Talkover refused the request (HTTP 400)`,
			description: expect.stringContaining(refused.message),
		});
	});

	test('Retry On Fail and items with the same campaign and status do not repeat a refused request', async () => {
		onPatch().reply(400, refused);
		onGet('draft');
		const result = await update('paused', {
			...retry,
			items: [{ json: {} }, { json: {} }],
			onError: 'continueErrorOutput',
		});
		expect(result.json('Failed')).toHaveLength(2);
		expect(sent).toHaveLength(1);
	});

	test('each refusal reads the campaign again', async () => {
		onPatch().times(2).reply(400, refused);
		onGet('draft');
		onGet('active');
		const result = await update('={{ $json.status }}', {
			items: ['paused', 'active'].map((status) => ({ json: { status } })),
			onError: 'continueErrorOutput',
		});
		expect(result.json('Failed')).toHaveLength(1);
		expect(result.json('Talkover')).toMatchObject([{ status: 'active', alreadySet: true }]);
	});

	test('if the campaign cannot be read, that is the error', async () => {
		onPatch().reply(400, refused);
		nock(BASE_URL).get('/campaigns/campaign-1').reply(403, refused);
		expect((await update('active')).error?.message).toContain('does not allow this');
	});
});

test.each<[number, ReplyBody, string]>([
	[404, { success: false, message: 'Não' }, 'No campaign with the ID "campaign-1"'],
	[404, '<html>', 'not the Talkover API'],
	[404, { message: 'The route could not be found.' }, 'has nothing at this URL'],
	[400, '<html>', 'not the Talkover API'],
	[403, { success: false, message: 'Cannot update campaign status' }, 'does not allow this'],
	[403, '<html>', 'Something between n8n and Talkover refused'],
	[401, {}, 'does not accept the token'],
])(
	'%i %j is an error, and Retry On Fail does not repeat the request',
	async (status, body, words) => {
		onPatch().reply(status, body);
		expect((await update('active', retry)).error?.message).toContain(words);
		expect(sent).toHaveLength(1);
	},
);

test('a 422 says which value is wrong', async () => {
	const errors = { status: ['The selected status is invalid.'] };
	onPatch().reply(422, { success: false, message: 'Inválido', errors });
	onGet('draft');
	expect((await update('active')).error).toMatchObject({
		message: expect.stringContaining('is draft: Talkover does not accept the values'),
		description: expect.stringContaining('status: The selected status is invalid.'),
	});
});

test.each<[number, ReplyBody]>([
	[200, '<html>'],
	[200, { success: true }],
	[200, { success: true, data: [] }],
	[200, { success: false, data: { status: 'active' } }],
	[200, { success: true, data: { id: 'campaign-1', status: 'paused' } }],
	[204, ''],
	[408, {}],
	[501, {}],
])('%i %j is an unknown outcome', async (status, body) => {
	onPatch().reply(status, body);
	const { error } = await update('active');
	expect(error).toMatchObject({
		message: expect.stringContaining('The campaign "campaign-1" may have become active: '),
		description: expect.stringContaining('Run this again'),
	});
	expect(sent).toHaveLength(1);
});

describe('a temporary failure', () => {
	test.each([500, 502, 503, 504])('a %i is retried', async (status) => {
		onPatch().reply(status, {});
		onPatch().reply(200, changed('active'));
		expect((await update('active')).json('Talkover')).toMatchObject([{ alreadySet: false }]);
	});

	test('a broken connection is retried, and what the first try had set is a success', async () => {
		onPatch().replyWithError(broken);
		onPatch().reply(400, refused);
		onGet('active');
		expect((await update('active')).json('Talkover')).toMatchObject([{ status: 'active' }]);
		expect(sent).toHaveLength(2);
	});

	test('a 429 is retried', async () => {
		onPatch().reply(429, {});
		onPatch().reply(200, changed('active'));
		expect((await update('active')).json('Talkover')).toHaveLength(1);
	});

	test.each([
		['a 500', () => onPatch().times(4).reply(500, {}), 'could not handle the request (HTTP 500)'],
		['a broken connection', () => onPatch().times(4).replyWithError(broken), 'connection broke'],
	])('%s that lasts is an unknown outcome', async (_, failing, words) => {
		failing();
		const { error } = await update('active');
		expect(error?.message).toContain('The campaign "campaign-1" may have become active: Talkover');
		expect(error?.message).toContain(words);
		expect(nock.isDone()).toBe(true);
	});

	test('a refused connection is not an unknown outcome', async () => {
		const code = 'ECONNREFUSED';
		onPatch()
			.times(4)
			.replyWithError(Object.assign(new Error(code), { code }));
		expect((await update('active')).error?.message).toMatch(/^Talkover .* refused the connection/);
	});

	test('a timeout is repeated by Retry On Fail only', async () => {
		onPatch().replyWithError(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
		onPatch().reply(400, refused);
		onGet('active');
		const once = await update('active');
		expect(once.error?.message).toContain('may have become active');
		expect(sent).toHaveLength(1);
		expect((await update('active', retry)).json('Talkover')).toMatchObject([{ alreadySet: true }]);
	});
});

describe('several items', () => {
	const item = (campaign: string, status = 'active') => ({ json: { campaign, status } });

	test('with the same campaign and status send one request', async () => {
		onPatch('a').reply(200, changed('active', 'a'));
		onPatch('b').reply(200, changed('active', 'b'));
		const items = ['a', 'b', 'a'].map((id) => item(id));
		const result = await update('active', { items, parameters: { campaignId } });
		expect(result.json('Talkover').map(({ id, alreadySet }) => [id, alreadySet])).toEqual([
			['a', false],
			['b', false],
			['a', true],
		]);
		expect(sent).toHaveLength(2);
	});

	test('that change the status back and forth send a request each', async () => {
		const statuses = ['paused', 'active', 'paused', 'paused'];
		for (const status of statuses.slice(0, 3)) onPatch('a').reply(200, changed(status, 'a'));
		const result = await update('={{ $json.status }}', {
			items: statuses.map((status) => item('a', status)),
			parameters: { campaignId },
		});
		expect(sent).toEqual(statuses.slice(0, 3).map((status) => ({ status })));
		expect(result.json('Talkover').map(({ status, alreadySet }) => [status, alreadySet])).toEqual([
			['paused', false],
			['active', false],
			['paused', false],
			['paused', true],
		]);
	});

	test('with another status are not affected by an error', async () => {
		onPatch('a').replyWithError(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
		onPatch('a').reply(200, changed('active', 'a'));
		const result = await update('={{ $json.status }}', {
			items: [item('a', 'paused'), item('a', 'active')],
			parameters: { campaignId },
			onError: 'continueErrorOutput',
		});
		expect(result.json('Talkover')).toMatchObject([{ status: 'active', alreadySet: false }]);
		expect(result.json('Failed')).toHaveLength(1);
	});

	test('are not sent again by Retry On Fail if they succeeded', async () => {
		onPatch('a').reply(200, changed('active', 'a'));
		onPatch('b').replyWithError(Object.assign(new Error(), { code: 'ETIMEDOUT' }));
		onPatch('b').reply(200, changed('active', 'b'));
		const result = await update('active', {
			items: [item('a'), item('b')],
			parameters: { campaignId, options: { maxParallelRequests: 1 } },
			...retry,
		});
		expect(result.json('Talkover')).toMatchObject([{ alreadySet: false }, { alreadySet: false }]);
		expect(sent).toHaveLength(3);
	});
});

test('an AI agent gets the same JSON, and each of its calls sends a request', async () => {
	onPatch().reply(200, changed('active'));
	onPatch().reply(400, refused);
	onGet('active');
	const result = await update('active', { ...tool, items: [{ json: {} }, { json: {} }] });
	const data = { id: 'campaign-1', status: 'active', updated_at: UPDATED_AT };
	expect(result.json('Talkover')).toEqual([
		{ ...data, alreadySet: false },
		{ ...data, alreadySet: true },
	]);
});

test('an AI agent gets the error and its advice in one text', async () => {
	onPatch().reply(400, refused);
	onGet('completed');
	expect((await update('active', tool)).error?.message).toContain(
		'is completed, so it cannot become active. This status is final.',
	);
});

test.each<[IDataObject, string[]]>([
	[{ status: 'active' }, ['startNotice']],
	[{ status: 'paused' }, []],
	[{}, []],
	[{ status: 'completed' }, ['completeNotice']],
	[{ status: 'cancelled' }, ['cancelNotice']],
	[{ status: '={{ $json.status }}' }, ['startNotice', 'completeNotice', 'cancelNotice']],
])('with %j, the panel shows the notices %j', (given, notices) => {
	const { properties } = new Talkover().description;
	const node = { typeVersion: 1 };
	const description = new Talkover().description;
	const parameters = {
		resource: 'campaign',
		operation: 'updateStatus',
		status: 'paused',
		...given,
	} as INodeParameters;
	const shown = properties.filter(
		(property) =>
			property.type === 'notice' &&
			NodeHelpers.displayParameter(parameters, property, node, description),
	);
	expect(shown.map(({ name }) => name)).toEqual(notices);
});
