import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { mockPages, mockWire } from '../../helpers/talkover';
import { connectionError, wireTalkover } from '../../helpers/wire';

mockWire();

const webhookId = { __rl: true, mode: 'id', value: 'webhook-1' };
const ofAgent = { source: 'agent', webhookId };
const ofCampaign = { source: 'campaign', webhookId };
const AGENT = '/agents/agent-1/webhooks/webhook-1/logs';
const CAMPAIGN = '/campaigns/campaign-1/webhooks/webhook-1/logs';
const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const tool = { type: 'n8n-nodes-talkover.talkoverTool' };

const simple = {
	id: 'log-1',
	event: 'event_phone_call_ended',
	status: 'failed',
	attempt: 3,
	http_status: 500,
	error: 'Internal Server Error',
	request_payload: { call_id: 'call-1', duration: 45 },
	created_at: '2026-01-15T11:00:00Z',
};
const whole = { ...simple, webhook_id: 'webhook-1', duration_ms: 8021, response_body: '' };
const delivered = { ...whole, status: 'success', delivered_at: '2026-01-15T11:00:01Z' };

/** The requests for the list. */
let asked: string[];

/** Mocks a list of deliveries. @param paging of the page data; the campaigns' has no `last_page` */
function onLogs(path: string, logs: IDataObject[], paging: (pages: number) => object): void {
	asked = [];
	mockPages(path, logs, (query, pages) => {
		asked.push(query.toString());
		const [page, size] = ['page', 'per_page'].map((name) => Number(query.get(name)));
		const info = { current_page: page, per_page: size, total: logs.length };
		return { pagination: { ...info, ...paging(pages) } };
	});
}
const withLastPage = (last_page: number) => ({ last_page });
const withoutLastPage = () => ({});

const getMany = async (parameters: IDataObject, options: OperationOptions = {}) =>
	await runOperation('webhookDelivery.getAll', { ...options, parameters });
const retry = async (
	parameters: IDataObject = {},
	options: Parameters<typeof runOperation>[1] = {},
) =>
	await runOperation('webhookDelivery.retry', {
		...options,
		parameters: { ...ofAgent, deliveryId: 'log-1', ...parameters },
	});

const many = (count: number, more: IDataObject = {}) =>
	Array.from({ length: count }, (_, nth) => ({ ...whole, id: `log-${nth}`, ...more }));

describe('Get Many', () => {
	test('returns the most important fields, and all fields without Simplify', async () => {
		onLogs(AGENT, [whole], withLastPage);
		const result = await getMany(ofAgent);
		expect(result.items('Talkover')).toEqual([{ json: simple, pairedItem: { item: 0 } }]);
		expect(result.json('Result')).toEqual([{ value: 'Ana: log-1' }]);
		const raw = await getMany({ ...ofAgent, simplify: false });
		expect(raw.json('Talkover')).toEqual([whole]);
	});

	test.each([
		['an agent', ofAgent, AGENT, withLastPage, 3],
		// Only an empty page is the end.
		['a campaign', ofCampaign, CAMPAIGN, withoutLastPage, 4],
	])('reads all pages of %s', async (_, owner, path, paging, requests) => {
		onLogs(path, many(250), paging);
		const result = await getMany({ ...owner, returnAll: true, simplify: false });
		expect(result.json('Talkover')).toEqual(many(250));
		expect(asked).toHaveLength(requests);
	});

	test.each([
		[{ limit: 2 }, 2, ['per_page=2&page=1']],
		[{}, 50, ['per_page=50&page=1']],
		[{ limit: 120 }, 120, ['per_page=100&page=1', 'per_page=100&page=2']],
	])('with %j, reads no more than it needs', async (parameters, count, requests) => {
		onLogs(AGENT, many(300), withLastPage);
		const result = await getMany({ ...ofAgent, ...parameters });
		expect(result.json('Talkover')).toHaveLength(count);
		expect(asked).toEqual(requests);
	});

	const logs = [
		{ ...delivered, id: 'a' },
		{ ...whole, id: 'b', created_at: '2026-01-15T20:59:59Z' },
		{ ...whole, id: 'c', event: 'event_recording', created_at: '2026-01-15T21:00:00.500000Z' },
		{ ...whole, id: 'd', status: 'retrying', created_at: '2026-01-16T00:00:00Z' },
	];
	test.each<[IDataObject, string[]]>([
		[{}, ['a', 'b', 'c', 'd']],
		[{ status: '', event: '', after: '', onlyUndelivered: false }, ['a', 'b', 'c', 'd']],
		[{ status: 'failed' }, ['b', 'c']],
		[{ event: 'event_recording' }, ['c']],
		[{ event: 'event_recording', status: 'success' }, []],
		[{ after: '2026-01-15T21:00:00Z' }, ['c', 'd']],
		[{ after: '={{ DateTime.fromISO("2026-01-15T21:00:00Z") }}' }, ['c', 'd']],
		[{ after: '={{ new Date("2026-01-16") }}' }, ['d']],
		// The time zone of the workflow is that of São Paulo, three hours behind UTC.
		[{ after: '2026-01-15T18:00:00' }, ['c', 'd']],
		[{ after: '2026-01-15 21:00' }, ['d']],
		[{ after: '2026-01-15' }, ['b', 'c', 'd']],
		[{ after: '2026-01-15T21:00-03:00', status: 'failed' }, []],
	])('with the filters %j, returns %j', async (filters, ids) => {
		const early = logs.map((log) =>
			log.id === 'a' ? { ...log, created_at: '2026-01-15T02:59:59Z' } : log,
		);
		onLogs(AGENT, early, withLastPage);
		const result = await runOperation('webhookDelivery.getAll', {
			parameters: { ...ofAgent, filters },
			settings: { timezone: 'America/Sao_Paulo' },
		});
		expect(result.error).toBeUndefined();
		expect(result.json('Talkover').map(({ id }) => id)).toEqual(ids);
	});

	test.each(['tomorrow', '2026-02-30', '2026-01-15T25:00', 12])(
		'%j is no time for After',
		async (after) => {
			const { error } = await getMany({ ...ofAgent, filters: { after } });
			expect(error).toMatchObject({
				message: `The filter 'After' cannot be ${JSON.stringify(after)}`,
				description: 'It takes a time like 2026-01-31T18:00.',
			});
		},
	);

	test.each(['Failed', 'delivered'])(
		'%j is no status: it does not find nothing',
		async (status) => {
			const { error } = await getMany({ ...ofAgent, filters: { status } });
			expect(error?.message).toBe(`'Status' cannot be "${status}"`);
		},
	);

	test('says that no delivery matches, in a hint and to an AI agent', async () => {
		onLogs(AGENT, [], withLastPage);
		const message = 'No deliveries match the filters.';
		const result = await getMany(ofAgent);
		expect(result.task('Talkover').hints).toEqual([expect.objectContaining({ message })]);
		const answer = await getMany(ofAgent, tool);
		expect(answer.json('Talkover')).toEqual([{ count: 0, message }]);
	});

	test.each<[number, ReplyBody, string]>([
		[200, '<html>', 'not the Talkover API'],
		[200, { success: true }, 'an answer that this node does not understand'],
		[200, { success: false, data: [whole] }, 'does not understand'],
		[
			404,
			{ success: false, message: 'Webhook not found.' },
			'No webhook with the ID "webhook-1" of the agent "agent-1" in this Talkover environment',
		],
		[403, { success: false, message: 'No' }, 'does not allow this'],
	])('%i %j is an error, also with Only Undelivered', async (status, body, words) => {
		nock(BASE_URL).persist().get(AGENT).query(true).reply(status, body);
		for (const onlyUndelivered of [false, true]) {
			const { error } = await getMany({ ...ofAgent, filters: { onlyUndelivered } });
			expect(error?.message).toContain(words);
		}
	});

	test.each([
		[{ webhookId: { ...webhookId, value: '={{ $json.none }}' } }, 'No webhook is chosen'],
		[{ agentId: { ...webhookId, value: '={{ $json.none }}' } }, 'No agent is chosen'],
		[
			{ source: 'campaign', campaignId: { ...webhookId, value: '={{ $json.none }}' } },
			'No campaign is chosen',
		],
		[{ webhookId: { ...webhookId, value: 'a/b' } }, '"a/b" is not a valid webhook ID'],
	])('%j is an error before any request', async (parameters, message) => {
		expect((await getMany({ ...ofAgent, ...parameters })).error?.message).toBe(message);
	});
});

describe('Only Undelivered', () => {
	const filters = { onlyUndelivered: true };
	const call = (id: string) => ({ request_payload: { call_id: id } });
	const minute = (nth: number) => ({
		created_at: `2026-01-15T11:${String(nth).padStart(2, '0')}:00Z`,
	});

	test.each([
		['an agent', ofAgent, AGENT, withLastPage],
		['a campaign', ofCampaign, CAMPAIGN, withoutLastPage],
	])(
		'of %s: one delivery for each event that did not come through, although the success is on another page',
		async (_, owner, path, paging) => {
			const logs = [
				{ ...whole, ...call('lost'), ...minute(2), id: 'lost-2', attempt: 2 },
				{ ...whole, ...call('lost'), ...minute(1), id: 'lost-1', attempt: 1, status: 'retrying' },
				{ ...whole, ...call('came'), ...minute(1), id: 'came-1', attempt: 1, status: 'retrying' },
				{ ...whole, ...call('soon'), ...minute(1), id: 'soon-1', attempt: 1, status: 'retrying' },
				...many(200, { ...call('other'), status: 'success', attempt: 1 }),
				{ ...delivered, ...call('came'), ...minute(2), id: 'came-2', attempt: 2 },
			];
			onLogs(path, logs, paging);
			const result = await getMany({ ...owner, filters, limit: 1 });
			expect(result.json('Talkover')).toEqual([
				{
					...simple,
					...call('lost'),
					...minute(2),
					id: 'lost-2',
					attempt: 2,
					event_key: expect.stringMatching(/^[0-9a-f]{32}$/),
				},
			]);
		},
	);

	test('the key of an event is the same for all its attempts, and another one for each event and webhook', async () => {
		const keys = async (logs: IDataObject[], parameters: IDataObject = ofAgent) => {
			nock.cleanAll();
			nock(BASE_URL)
				.persist()
				.get(/\/logs/)
				.reply(200, { success: true, data: logs, pagination: { last_page: 1 } });
			const result = await getMany({ ...parameters, filters, simplify: false });
			return result.json('Talkover').map(({ event_key }) => event_key);
		};
		const first = { ...whole, ...call('a'), id: 'a-1', attempt: 1 };
		const [key] = await keys([first]);
		const second = { ...first, ...minute(5), id: 'a-2', attempt: 2 };
		expect(await keys([first, second])).toEqual([key]);
		const others = [
			...(await keys([{ ...first, ...call('b') }])),
			...(await keys([{ ...first, event: 'event_recording' }])),
			...(await keys([first], { ...ofAgent, webhookId: { ...webhookId, value: 'webhook-2' } })),
			...(await keys([first], ofCampaign)),
			...(await keys([{ ...first, request_payload: undefined }])),
			...(await keys([{ ...first, request_payload: undefined, id: 'b-1' }])),
		];
		expect(new Set([key, ...others]).size).toBe(7);
	});

	test('other filters apply to the last attempt', async () => {
		const logs = [
			{ ...whole, ...call('a'), ...minute(1), id: 'a' },
			{ ...whole, ...call('b'), ...minute(3), id: 'b' },
			{ ...whole, ...call('c'), ...minute(4), id: 'c', event: 'event_recording' },
		];
		onLogs(AGENT, logs, withLastPage);
		const after = minute(2).created_at;
		const event = simple.event;
		const result = await getMany({ ...ofAgent, filters: { ...filters, after, event } });
		expect(result.json('Talkover').map(({ id }) => id)).toEqual(['b']);
	});

	test('a failed attempt without a body is left out if an attempt of its event may have come through, and named in a hint', async () => {
		const failed = { ...whole, request_payload: undefined, ...minute(1) };
		onLogs(
			AGENT,
			[
				{ ...delivered, ...minute(2), id: 'came' },
				{ ...failed, id: 'unclear' },
			],
			withLastPage,
		);
		const result = await getMany({ ...ofAgent, filters });
		expect(result.json('Talkover')).toEqual([]);
		const hints = result.task('Talkover').hints?.map(({ message }) => message);
		expect(hints).toContainEqual(expect.stringContaining('have come through: unclear. To see'));

		nock.cleanAll();
		onLogs(
			AGENT,
			[
				{ ...failed, id: 'certain' },
				{ ...delivered, ...minute(0), id: 'before' },
			],
			withLastPage,
		);
		const before = await getMany({ ...ofAgent, filters });
		expect(before.json('Talkover').map(({ id }) => id)).toEqual(['certain']);
	});

	test('a list that never ends is an error: the attempt that came through may be in its rest', async () => {
		nock(BASE_URL)
			.persist()
			.get(CAMPAIGN)
			.query(true)
			.reply(200, { success: true, data: many(100), pagination: { total: 300 } });
		const { error } = await getMany({ ...ofCampaign, filters });
		expect(error?.message).toContain("Talkover's list cannot be read to its end");
	});
});

describe('Retry', () => {
	const queued = {
		success: true,
		message: 'Webhook retry queued successfully',
		data: { log_id: 'log-2', original_log_id: 'log-1', queued_at: '2026-01-15T11:30:00Z' },
	};
	const refused = { success: false, message: 'Log cannot be retried' };
	const onRetry = (path = AGENT, id = 'log-1') => nock(BASE_URL).post(`${path}/${id}/retry`);

	test.each([
		[ofAgent, AGENT],
		[ofCampaign, CAMPAIGN],
	])('sends a delivery again, for %j', async (owner, path) => {
		const sent: unknown[] = [];
		onRetry(path).reply((_, body) => {
			sent.push(body);
			return [200, queued];
		});
		const result = await retry(owner);
		expect(result.items('Talkover')).toEqual([
			{ json: { id: 'log-1', retried: true, ...queued.data }, pairedItem: { item: 0 } },
		]);
		expect(sent).toEqual(['']);
	});

	test.each([
		[ofAgent, AGENT, { ...refused, code: 'LOG_NOT_RETRIABLE' }],
		[ofAgent, AGENT, { success: false, message: 'Nicht möglich', code: 'LOG_NOT_RETRIABLE' }],
		// The page of campaigns documents no refusal.
		[ofCampaign, CAMPAIGN, refused],
	])('says why one is not sent again, for %j', async (owner, path, body) => {
		onRetry(path).reply(422, body);
		expect((await retry(owner)).json('Talkover')).toEqual([
			{ id: 'log-1', retried: false, reason: 'not_retriable', message: body.message },
		]);
	});

	test.each<[number, ReplyBody, string]>([
		[
			404,
			{ success: false, message: 'Agent not found in this environment.' },
			'No agent with the ID "agent-1"',
		],
		[
			404,
			{ success: false, message: 'Log not found' },
			'No delivery with the ID "log-1" of the webhook "webhook-1"',
		],
		[
			422,
			{ message: 'Invalid', errors: { log_id: ['Wrong.'] } },
			'Talkover does not accept the values',
		],
		[422, { message: 'Other', code: 'OTHER' }, 'Talkover does not accept the values'],
		[422, '<html>', 'not the Talkover API'],
		[409, refused, 'because of a conflict'],
		[401, { message: 'Missing Bearer Token' }, 'does not accept the token'],
	])('%i %j is an error', async (status, body, words) => {
		onRetry().reply(status, body);
		expect((await retry()).error?.message).toContain(words);
	});

	test.each([
		['an internal error', 500, { success: false }],
		['a gateway that gave up', 504, 'Late'],
		['an answer without the new attempt', 200, { success: true, data: {} }],
		['a new attempt without an ID', 200, { success: true, data: { log_id: null } }],
		['an answer that denies it', 200, { ...queued, success: false }],
		['no JSON', 200, '<html>'],
		['a lost answer', 0, ''],
	])('is not sent twice by Retry On Fail after %s', async (_, status, body) => {
		let requests = 0;
		nock(BASE_URL)
			.persist()
			.post(/retry/)
			.reply(async () => {
				requests++;
				if (status === 0) throw connectionError('ECONNRESET');
				return [status, body];
			});
		const { error } = await retry({}, retryOnFail);
		expect(error).toMatchObject({
			message: expect.stringContaining('The delivery "log-1" may have been sent again: '),
			description: expect.stringContaining(
				'It is not sent again. Look with Webhook Delivery: Get Many',
			),
		});
		expect(requests).toBe(1);
	});

	test('is sent after a rate limit', async () => {
		onRetry().reply(429, { success: false, message: 'Too many' });
		onRetry().reply(200, queued);
		expect((await retry()).json('Talkover')).toMatchObject([{ retried: true }]);
	});

	test('is not sent twice by two items, nor when Retry On Fail runs the node again for another one', async () => {
		onRetry().reply(200, queued);
		onRetry(AGENT, 'log-9').reply(403, { success: false, message: 'Not now' });
		onRetry(AGENT, 'log-9').reply(422, refused);
		const items = ['log-1', ' log-1 ', 'log-9'].map((log) => ({ json: { name: log, log } }));
		const parameters = { deliveryId: '={{ $json.log }}', options: { maxParallelRequests: 1 } };
		const failed = await retry(parameters, { items });
		expect(failed.error?.message).toContain('does not allow this');

		onRetry().reply(200, queued);
		onRetry(AGENT, 'log-9').reply(422, refused);
		const result = await retry(parameters, { items });
		expect(result.json('Talkover')).toEqual([
			{ id: 'log-1', retried: true, ...queued.data },
			{ id: 'log-1', retried: false, reason: 'retried_in_this_run', ...queued.data },
			{ id: 'log-9', retried: false, reason: 'not_retriable', message: refused.message },
		]);
	});

	test('is sent once when Retry On Fail runs the node again', async () => {
		let requests = 0;
		onRetry()
			.times(2)
			.reply(() => {
				requests++;
				return [200, queued];
			});
		onRetry(AGENT, 'log-9').replyWithError(connectionError('ECONNREFUSED'));
		onRetry(AGENT, 'log-9').reply(422, refused);
		const items = ['log-1', 'log-9'].map((log) => ({ json: { name: log, log } }));
		const parameters = { deliveryId: '={{ $json.log }}', options: { maxParallelRequests: 1 } };
		const result = await retry(parameters, { items, ...retryOnFail });
		expect(result.json('Talkover').map(({ retried }) => retried)).toEqual([true, false]);
		expect(requests).toBe(1);
	});

	test('an ID that is empty is an error', async () => {
		expect((await retry({ deliveryId: '={{ $json.none }}' })).error?.message).toBe(
			'No delivery is chosen',
		);
	});

	test('of a simulated Talkover is a delivery of its own', async () => {
		// Each run would begin a day later, when the logs are gone.
		await withFastClock(async () => {
			const talkover = wireTalkover({ deliveryRetryMs: 1 });
			const path = `${BASE_URL}/agents/agent-1/webhooks`;
			const hook = { name: 'Hook', webhook_url: 'http://127.0.0.1:1/', max_retries: 0 };
			const body = JSON.stringify({ ...hook, events: ['event_recording'] });
			const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
			await fetch(path, { method: 'POST', headers, body });
			const [{ id }] = talkover.webhooks;
			await talkover.deliver('event_recording', { agentId: 'agent-1', body: { call_id: 'c1' } });
			const owner = { source: 'agent', webhookId: { ...webhookId, value: id } };
			const undelivered = async () =>
				(await getMany({ ...owner, filters: { onlyUndelivered: true } })).json('Talkover');
			const [first] = await undelivered();
			expect(first).toMatchObject({ attempt: 1, request_payload: { call_id: 'c1' } });
			const [{ log_id }] = (await retry({ ...owner, deliveryId: first.id })).json('Talkover');
			const [second] = await undelivered();
			expect(second).toMatchObject({ id: log_id, attempt: 2, event_key: first.event_key });
		});
	});
});
