import { beforeEach, describe, expect, test } from '@jest/globals';
import { Stage } from '../../helpers/triggerStage';

const stage = new Stage();

beforeEach(async () => void (await stage.activate()));

const context = { lead_id: 'L-1', resume_url: 'https://n8n.test/webhook-waiting/1' };
const other = { lead_id: 'L-2' };

/** @param depth how many objects are around the value */
const nested = (depth: number, value: unknown): unknown =>
	depth === 0 ? value : { inner: nested(depth - 1, value) };

describe('the context of the call is in the item’s `context`', () => {
	test.each<[string, object]>([
		['at the top', { call_id: 'c1', context }],
		['in the call', { call: { id: 'c1', context } }],
		['as JSON text', { call: { context: JSON.stringify(context) } }],
		['as JSON text at the top', { context: JSON.stringify(context) }],
		['where the one at the top is null', { context: null, data: { context } }],
		['where the one at the top is empty', { context: {}, data: { context } }],
		['where the one at the top is an empty list', { context: [], data: { context } }],
		['in four objects', nested(4, { context }) as object],
		['in a list', [{ call_id: 'c1', context }]],
		['twice, the same', { call: { context }, data: { context } }],
		['nearer to the top than another one', { call: { context, agent: { context: other } } }],
		['beside an empty one', { agent: { context: {} }, call: { data: { context } } }],
		['beside a text of that name', { agent: { context: 'sales' }, call: { context } }],
	])('%s', async (_, body) => {
		const item = await stage.itemFor(body);
		const sent = Array.isArray(body) ? { data: body } : body;
		expect(item).toEqual({ ...sent, context });
	});

	test('also when the key of the call is the key of another event', async () => {
		const body = { type: 'event_recording', call: { context } };
		expect(await stage.itemFor(body)).toEqual({ ...body, event: 'event_recording', context });
	});

	test.each<[string, object]>([
		['there is none', { call_id: 'c1' }],
		['there is only an empty one', { call: { context: {} } }],
		['there is only a text', { call: { context: '[1]' }, agent: { context: 'sales' } }],
		['there is only a list', { call: { context: [context] } }],
		[
			'two differ at the same depth, and either may be meant',
			{ a: { context }, b: { context: other } },
		],
		['two calls in one event have different ones', [{ context }, { context: other }]],
		['it is too deep', nested(50, { context }) as object],
		['the one at the top is something else', { context: 'sales', call: { context } }],
	])('but the body stays as it is when %s', async (_, body) => {
		expect(await stage.itemFor(body)).toEqual(Array.isArray(body) ? { data: body } : body);
	});
});

describe('a test from the dashboard starts no production workflow', () => {
	test.each([
		{ event: 'webhook.test', agent_id: 'agent-1' },
		{ event: 'campaign_call.completed', campaign_id: 'c-1', test: true },
	])('%j', async (body) => {
		expect(await stage.itemFor(body)).toBeUndefined();
	});

	test('but starts one that listens for a test event', async () => {
		await stage.deactivate();
		await stage.activate({}, { isTest: true });
		const body = { event: 'campaign_call.completed', test: true };
		expect(await stage.itemFor(body, { isTest: true })).toEqual(body);
	});

	test.each([{ test: false }, { test: 'true' }, { call: { test: true } }, [{ test: true }]])(
		'and %j is no test',
		async (body) => {
			expect(await stage.itemFor(body)).toBeDefined();
		},
	);
});
