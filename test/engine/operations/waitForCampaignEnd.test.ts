import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { outcome } from '../../../dev/simulator/world/calls.cts';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import type { Campaign } from '../../../dev/simulator/world/campaigns.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import type { RunOptions } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';
import type { WireOptions } from '../../helpers/wire';

mockWire();

let talkover: Talkover;

type Options = OperationOptions & RunOptions & { options?: IDataObject };

const wait = async ({ options, ...more }: Options = {}) =>
	await runOperation('campaign.waitForEnd', { parameters: { options: options ?? {} }, ...more });

/** Queues a call to each of the first numbers in one campaign, and waits for all of them. */
async function queueAndWait(
	count: number,
	campaign: Partial<Campaign>,
	outcomes: Parameters<Talkover['setOutcomes']>[0],
	{ meanwhile, wire, ...options }: Options & { meanwhile?: () => unknown; wire?: WireOptions } = {},
) {
	return await withFastClock(async () => {
		talkover = wireTalkover({ campaigns: [campaign], ...wire });
		talkover.setOutcomes(outcomes);
		const contacts = Array.from({ length: count }, (_, index) => ({
			json: { name: `Contact ${index + 1}`, phone: phoneOf(index + 1) },
		}));
		const queued = await runOperation('campaign.makeCampaignCall', { items: contacts });
		const items = queued
			.json('Talkover')
			.map(({ id, to }) => ({ json: { name: `With ${String(to)}`, call: id } }));
		talkover.requests.length = 0;
		const others = meanwhile?.();
		const run = await wait({ items, ...options });
		await others;
		return run;
	});
}

const setStatus = async (status: Campaign['status'], after: number) => {
	await sleep(after);
	const request = talkover.receive({
		method: 'PATCH',
		url: '/api/v1/campaigns/campaign-1/status',
		headers: { authorization: 'Bearer x' },
		body: { status },
	});
	expect((await talkover.answer(request)).status).toBe(200);
};

describe('a call', () => {
	test.each(['completed', 'failed', 'busy', 'no-answer'] as const)(
		'that ends as %s, without retries, comes out on Ended as the campaign lists it',
		async (endsAs) => {
			const { value: run, seconds } = await queueAndWait(1, { max_retries: 0 }, () =>
				outcome(endsAs, 40_000),
			);
			const listed = {
				id: 'campaign-call-1',
				to: phoneOf(1),
				status: endsAs,
				retries: 0,
				created_at: expect.any(String),
			};
			expect(run.items('Talkover')).toEqual([{ json: listed, pairedItem: { item: 0 } }]);
			expect(run.json('Ended')).toEqual([{ value: `With ${phoneOf(1)}: campaign-call-1` }]);
			expect(seconds).toBeGreaterThanOrEqual(40);
			expect(seconds).toBeLessThan(52);
		},
	);

	test('that is completed is over, also if the campaign has retries', async () => {
		const { value: run } = await queueAndWait(1, {}, () => outcome('completed', 5000));
		expect(run.json('Talkover')).toMatchObject([{ status: 'completed' }]);
	});

	test.each(['failed', 'busy', 'no-answer'] as const)(
		'that ends as %s is not over while the campaign may retry it',
		async (endsAs) => {
			const { value: run, seconds } = await queueAndWait(1, {}, () => outcome(endsAs, 5000), {
				options: { maxWait: 2 },
			});
			expect(run.json('Talkover', 0)).toEqual([]);
			expect(run.json('Talkover', 1)).toMatchObject([
				{
					id: 'campaign-call-1',
					status: endsAs,
					campaign_status: 'active',
					still_active_reason: 'may_be_retried',
				},
			]);
			expect(seconds).toBeGreaterThanOrEqual(120);
			expect(seconds).toBeLessThan(122);
		},
	);

	test('that is retried comes out when a retry is completed, or the last one has failed', async () => {
		const { value: run } = await queueAndWait(
			2,
			{ max_retries: 2, retry_cooldown_hours: 0.01 },
			({ to, retries }) =>
				outcome(to === phoneOf(1) && retries === 1 ? 'completed' : 'no-answer', 30_000),
			{ options: { maxWait: 5 } },
		);
		expect(run.json('Talkover')).toMatchObject([
			{ id: 'campaign-call-1', status: 'completed', retries: 1 },
			{ id: 'campaign-call-2', status: 'no-answer', retries: 2 },
		]);
	});

	test.each(['paused', 'completed', 'cancelled'] as const)(
		'in progress is waited for when the campaign becomes %s',
		async (status) => {
			const { value: run } = await queueAndWait(1, {}, () => outcome('completed', 60_000), {
				meanwhile: async () => await setStatus(status, 20_000),
			});
			expect(run.json('Talkover')).toMatchObject([{ status: 'completed' }]);
		},
	);

	test.each(['completed', 'cancelled'] as const)(
		'that failed is over when the campaign becomes %s',
		async (status) => {
			const { value: run, seconds } = await queueAndWait(1, {}, () => outcome('busy', 5000), {
				meanwhile: async () => await setStatus(status, 20_000),
			});
			expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
			expect(seconds).toBeLessThan(32);
		},
	);

	test.each([
		['completed', 'campaign_ended', 32],
		['cancelled', 'campaign_ended', 32],
		['paused', 'max_wait_over', 62],
	] as const)(
		'in the queue of a campaign that becomes %s comes out on Still Active: %s',
		async (status, still_active_reason, most) => {
			const { value: run, seconds } = await queueAndWait(1, {}, () => undefined, {
				options: { maxWait: 1 },
				meanwhile: async () => await setStatus(status, 20_000),
			});
			expect(run.json('Talkover', 0)).toEqual([]);
			expect(run.json('Talkover', 1)).toMatchObject([
				{ id: 'campaign-call-1', status: 'queued', campaign_status: status, still_active_reason },
			]);
			expect(seconds).toBeLessThan(most);
		},
	);

	test('in the queue, and not over when Timeout Workflow has passed, comes out on Still Active', async () => {
		const { value: run, seconds } = await queueAndWait(1, {}, () => undefined, {
			settings: { executionTimeout: 45 },
		});
		expect(run.json('Talkover', 1)).toMatchObject([{ still_active_reason: 'max_wait_over' }]);
		expect(seconds).toBeLessThan(47);
	});

	test('that a cut list does not have is not over', async () => {
		const { value: run, seconds } = await queueAndWait(
			2,
			{ max_retries: 0 },
			() => outcome('busy', 3000),
			{ wire: { mostCampaignCalls: 1 } },
		);
		expect(run.json('Talkover', 0)).toMatchObject([{ id: 'campaign-call-1', status: 'busy' }]);
		expect(run.json('Talkover', 1)).toEqual([
			{
				id: 'campaign-call-2',
				campaign_id: 'campaign-1',
				campaign_status: 'active',
				still_active_reason: 'list_is_cut',
			},
		]);
		expect(seconds).toBeGreaterThanOrEqual(60);
		expect(seconds).toBeLessThan(75);
	});

	test('that the whole list does not have is not over', async () => {
		const { value: run } = await withFastClock(async () => {
			talkover = wireTalkover();
			return await wait({ items: [{ json: { name: 'Ana', call: 'no-such-call' } }] });
		});
		expect(run.json('Still Active')).toEqual([{ value: 'Ana: no-such-call' }]);
		expect(run.json('Talkover', 1)).toMatchObject([{ still_active_reason: 'not_in_list' }]);
		expect(talkover.requests.length).toBeLessThanOrEqual(6);
	});
});

describe('of what Talkover lists', () => {
	const call = (more: IDataObject = {}) => ({
		id: 'call-1',
		to: phoneOf(1),
		status: 'no-answer',
		retries: 0,
		created_at: '2026-01-05T10:00:00Z',
		...more,
	});

	const CAMPAIGN = { id: 'campaign-1', status: 'active', agent_id: 'agent-1', max_retries: 2 };

	/** Checks once. */
	async function check(calls: IDataObject[], campaign: IDataObject = {}) {
		const stats = { total_calls: calls.length };
		nock(BASE_URL)
			.get('/campaigns/campaign-1')
			.reply(200, { success: true, data: { ...CAMPAIGN, stats, calls, ...campaign } });
		const run = await wait({ options: { maxWait: 0 } });
		const [ended] = run.json('Talkover', 0);
		const [active] = run.json('Talkover', 1);
		return { ended, active, error: run.error?.message };
	}

	test.each<[string, IDataObject, IDataObject]>([
		['used-up retries', { retries: 2 }, {}],
		['no_answer, as some pages write it', { status: 'no_answer', retries: 2 }, {}],
		['a completed campaign', {}, { status: 'completed' }],
		['completed, though retries are left', { status: 'completed' }, {}],
		[
			'completed, and conversions do not matter',
			{ status: 'completed' },
			{ retry_on_no_conversion: false },
		],
	])('a call is over with %s', async (_, change, campaign) => {
		const { ended } = await check([call(change)], campaign);
		expect(ended).toEqual(call(change));
	});

	test.each<[string, IDataObject, IDataObject, string]>([
		['an unknown number of retries', { retries: null }, {}, 'may_be_retried'],
		['an unknown limit of retries', { retries: 9 }, { max_retries: null }, 'may_be_retried'],
		['a paused campaign', {}, { status: 'paused' }, 'may_be_retried'],
		['an unknown status of the campaign', {}, { status: 'archived' }, 'may_be_retried'],
		[
			'completed, but without a conversion that the campaign wants',
			{ status: 'completed' },
			{ retry_on_no_conversion: true },
			'may_be_retried',
		],
		['an undocumented status', { status: 'dropped', retries: 2 }, {}, 'max_wait_over'],
		[
			'one, also when the campaign is over',
			{ status: 'dropped' },
			{ status: 'cancelled' },
			'max_wait_over',
		],
		['in progress', { status: 'in_progress', retries: 2 }, {}, 'max_wait_over'],
		['scheduled', { status: 'scheduled' }, {}, 'max_wait_over'],
		[
			'scheduled, when the campaign is over',
			{ status: 'scheduled' },
			{ status: 'completed' },
			'campaign_ended',
		],
	])('a call is not over with %s', async (_, change, campaign, still_active_reason) => {
		const { ended, active } = await check([call(change)], campaign);
		expect(ended).toBeUndefined();
		const { status = 'active' } = campaign;
		expect(active).toEqual({ ...call(change), campaign_status: status, still_active_reason });
	});

	describe('a retry may be a call of its own:', () => {
		const retry = (more: IDataObject) =>
			call({ id: 'call-2', retries: 1, created_at: '2026-01-06T10:00:00Z', ...more });

		test.each<[string, IDataObject]>([
			['active', {}],
			['completed', { status: 'completed' }],
		])('its outcome is that of the call, in a campaign that is %s', async (_, campaign) => {
			const others = [call({ id: 'call-3', to: phoneOf(2), retries: 2 })];
			const last = retry({ status: 'completed', retries: 2 });
			const { ended } = await check([last, call(), retry({ id: 'x' }), ...others], campaign);
			expect(ended).toEqual({ ...last, first_call_id: 'call-1' });
		});

		test('the call is not over while the retry is in progress', async () => {
			const { ended, active } = await check([call(), retry({ status: 'ringing' })]);
			expect(ended).toBeUndefined();
			expect(active).toMatchObject({ id: 'call-2', first_call_id: 'call-1', status: 'ringing' });
		});

		test.each<[string, IDataObject, IDataObject]>([
			['earlier', {}, { created_at: '2026-01-04T10:00:00Z' }],
			['to another number', {}, { to: phoneOf(2) }],
			['not a retry', {}, { retries: 0 }],
			['to an unreadable number, as is the call', { to: null }, { to: null }],
		])('but not if it is %s', async (_, change, other) => {
			const { active } = await check([call(change), retry({ status: 'completed', ...other })]);
			expect(active).toMatchObject({ id: 'call-1', still_active_reason: 'may_be_retried' });
		});
	});

	describe('a voicemail', () => {
		const voicemail = call({ status: 'voicemail', retries: 2 });
		const onLookup = (status: number, body: nock.Body) =>
			nock(BASE_URL)
				.get(/agents\/agent-1\/active-call/)
				.reply(status, body);

		test('is over when nobody is on it', async () => {
			onLookup(404, NO_CALL);
			expect((await check([voicemail])).ended).toEqual(voicemail);
		});

		test.each<[string, number, nock.Body]>([
			['is on a call', 200, { success: true, data: [{ id: 'other', status: 'answered' }] }],
			['may be on one', 422, { success: false, message: 'Invalid number' }],
		])('is not over when the person %s', async (_, status, body) => {
			onLookup(status, body);
			const { ended, active } = await check([voicemail]);
			expect(ended).toBeUndefined();
			expect(active).toMatchObject({ still_active_reason: 'max_wait_over' });
		});

		test('is not over when the campaign names no agent, or when it may be retried', async () => {
			expect((await check([voicemail], { agent_id: null })).ended).toBeUndefined();
			const retried = await check([{ ...voicemail, retries: 1 }]);
			expect(retried.active).toMatchObject({ still_active_reason: 'may_be_retried' });
		});
	});

	test('no calls are an error', async () => {
		expect((await check([], { calls: null })).error).toContain('does not list the calls');
	});
});

test('a call that the list loses keeps what was known of it, and is not over', async () => {
	const { value: run } = await withFastClock(async () => {
		let checks = 0;
		const call = { id: 'call-1', to: phoneOf(1), status: 'busy', retries: 0 };
		nock(BASE_URL)
			.persist()
			.get('/campaigns/campaign-1')
			.reply(() => {
				const isFirst = checks++ === 0;
				const status = isFirst ? 'active' : 'completed';
				const data = { calls: isFirst ? [call] : [], max_retries: 1, stats: { total_calls: 1 } };
				return [200, { success: true, data: { id: 'campaign-1', status, ...data } }];
			});
		return await wait({ options: { maxWait: 1 } });
	});
	expect(run.json('Talkover', 1)).toMatchObject([{ id: 'call-1', status: 'busy' }]);
});

describe('many calls', () => {
	test('of a campaign wait together: 40 calls over 20 s, checked every 2 s, take at most 12 requests', async () => {
		const { value: run, seconds } = await queueAndWait(
			40,
			{},
			({ to }) => outcome('completed', (Number(to.slice(-2)) - 1) * 500 + 100),
			{ options: { checkEvery: 2, maxParallelRequests: 5 } },
		);
		expect(run.json('Ended')).toHaveLength(40);
		expect(run.json('Talkover').map(({ to }) => to)).toEqual(
			Array.from({ length: 40 }, (_, index) => phoneOf(index + 1)),
		);
		expect(talkover.requests.length).toBeLessThanOrEqual(12);
		expect(seconds).toBeLessThan(24);
	});

	test('can be of several campaigns, and one call can be in several items', async () => {
		const { value: run } = await withFastClock(async () => {
			talkover = wireTalkover({ campaigns: [{}, {}] });
			const queue = async (campaign: string) =>
				await talkover.answer(
					talkover.receive({
						method: 'POST',
						url: `/api/v1/campaigns/${campaign}/call`,
						headers: { authorization: 'Bearer x' },
						body: { to: phoneOf(1) },
					}),
				);
			await queue('campaign-1');
			await queue('campaign-2');
			talkover.setCallStatus('campaign-call-1', 'completed');
			talkover.setCallStatus('campaign-call-2', 'completed');
			const data = [
				{ name: '1', call: 'campaign-call-1', campaign: 'campaign-1' },
				{ name: '2', call: 'campaign-call-2', campaign: 'campaign-2' },
				{ name: '3', call: 'campaign-call-1', campaign: 'campaign-1' },
			];
			talkover.requests.length = 0;
			return await runOperation('campaign.waitForEnd', {
				items: data.map((json) => ({ json })),
				parameters: { campaignId: { __rl: true, mode: 'id', value: '={{ $json.campaign }}' } },
			});
		});
		expect(run.json('Ended').map(({ value }) => value)).toEqual([
			'1: campaign-call-1',
			'2: campaign-call-2',
			'3: campaign-call-1',
		]);
		// The third may come after the first check.
		expect(talkover.requests.length).toBeLessThanOrEqual(3);
	});
});

test('a call that is already queued comes out on Duplicate with the ID to wait for', async () => {
	const { value: run } = await withFastClock(async () => {
		talkover = wireTalkover({ campaigns: [{ max_retries: 0 }] });
		talkover.setOutcomes(() => outcome('busy', 20_000));
		const contact = { json: { name: 'Ana', phone: phoneOf(1) } };
		await runOperation('campaign.makeCampaignCall', { items: [contact] });
		const again = await runOperation('campaign.makeCampaignCall', { items: [contact] });
		const [{ id }] = again.json('Talkover', 1);
		return await wait({ items: [{ json: { name: 'Ana', call: id } }] });
	});
	expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
});

test.each<[string, number, unknown, string]>([
	['a campaign that does not exist', 404, { success: false, message: '' }, 'No campaign with'],
	['a token that is not accepted', 401, { success: false }, 'does not accept the token'],
])('%s is an error at once', async (_, status, answer, message) => {
	nock(BASE_URL)
		.get(/campaigns/)
		.reply(status, answer as nock.Body);
	expect((await wait()).error?.message).toContain(message);
});

test('a temporary failure does not end the wait', async () => {
	const { value: run } = await queueAndWait(1, { max_retries: 0 }, () => outcome('busy', 60_000), {
		meanwhile: () =>
			talkover.script({
				when: { operation: 'getCampaign', nth: 2 },
				times: 8,
				answer: { status: 503, body: '' },
			}),
	});
	expect(run.json('Talkover')).toMatchObject([{ status: 'busy' }]);
});

describe('as an AI tool', () => {
	const type = 'n8n-nodes-talkover.talkoverTool';
	const asTool = async (outcomes: Parameters<Talkover['setOutcomes']>[0], maxWait = 1) =>
		(await queueAndWait(1, {}, outcomes, { type, options: { maxWait } })).value.json('Talkover');

	test('says how the call ended', async () => {
		expect(await asTool(() => outcome('completed', 3000))).toMatchObject([
			{
				ended: true,
				campaign_id: 'campaign-1',
				message: 'The call campaign-call-1 is over: completed.',
			},
		]);
	});

	test('says that the campaign may call again', async () => {
		expect(await asTool(() => outcome('busy', 3000))).toMatchObject([
			{
				ended: false,
				reason: 'may_be_retried',
				message:
					'The call campaign-call-1 has reached nobody yet, and the campaign may call again: busy.',
			},
		]);
	});
});
