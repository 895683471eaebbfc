import { describe, expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { ScriptedAnswer } from '../../../dev/simulator/api/scripts.cts';
import { skipOptions } from '../../../nodes/Talkover/operations/call/skipRules';
import { dialled, makeCall, onCall, operations, quietTalkover } from '../../helpers/dialling';
import { activeCall, mockWire, phoneOf } from '../../helpers/talkover';
import type { WireOptions } from '../../helpers/wire';

mockWire();

const PHONE = phoneOf(1);
const HOUR = 3_600_000;

/** A call in Talkover's list. */
const listed = (hoursAgo: number, more: IDataObject = {}): IDataObject => ({
	id: `listed ${hoursAgo}`,
	sid: 'TQ1',
	to: PHONE,
	from: '+15550199999',
	is_testing: false,
	direction: 'outbound',
	status: 'completed',
	duration: 42,
	created_at: new Date(Date.now() - hoursAgo * HOUR).toISOString(),
	...more,
});

const page = (calls: IDataObject[], current = 1, last = 1): ScriptedAnswer => ({
	body: { success: true, data: calls, pagination: { current_page: current, last_page: last } },
});

/** Runs Make Call for one person, and returns what happened. */
async function callWith(
	options: IDataObject,
	answers: WireOptions['answers'] = {},
	settings: Parameters<typeof makeCall>[0] = {},
) {
	const talkover = quietTalkover({ answers });
	const run = await makeCall({ onError: 'stopWorkflow', options, ...settings });
	return {
		run,
		talkover,
		operations: operations(talkover),
		isCalled: dialled(talkover).length > 0,
		skipped: run.json('Talkover', 1),
		error: run.error,
	};
}

const within24 = { skipIfCalledWithin: 24 };

test('is off by default: no list is requested', async () => {
	const { operations } = await callWith({});
	expect(operations).toEqual(['getActiveCall', 'makeCall']);
});

test('requests the calls to the number since the day before, and calls a person who is not among them', async () => {
	const { operations, talkover } = await callWith(within24);
	expect(operations).toEqual(['getActiveCall', 'listCalls', 'makeCall']);
	const [, { query, startedAt }] = talkover.requests;
	const date_from = new Date(startedAt - 48 * HOUR).toISOString().slice(0, 10);
	expect(query).toEqual({ search: PHONE, date_from, page: '1', per_page: '100' });
});

test('skips a person who was called, with that call', async () => {
	let call: IDataObject = {};
	const { isCalled, skipped } = await callWith(within24, {
		listCalls: () => page([(call = listed(23.9))]),
	});
	expect(isCalled).toBe(false);
	expect(skipped).toEqual([{ ...call, skip_reason: 'called_recently' }]);
});

test('as an AI tool, says why', async () => {
	const { run } = await callWith(
		within24,
		{ listCalls: () => page([listed(1)]) },
		{ type: 'n8n-nodes-talkover.talkoverTool' },
	);
	expect(run.json('Talkover')).toEqual([
		expect.objectContaining({
			called: false,
			skip_reason: 'called_recently',
			message: `Not called: ${PHONE} has been called recently.`,
		}),
	]);
});

test('a person on a call is skipped without the list', async () => {
	const { operations, skipped } = await callWith(within24, {
		getActiveCall: onCall(),
	});
	expect(operations).toEqual(['getActiveCall']);
	expect(skipped).toEqual([{ ...activeCall(PHONE), skip_reason: 'on_a_call' }]);
});

describe('a call that counts', () => {
	test.each<[string, IDataObject, IDataObject]>([
		['made a moment ago', listed(0), within24],
		['of an unknown direction', listed(1, { direction: undefined }), within24],
		['that failed', listed(1, { status: 'failed' }), within24],
		['with an unknown status', listed(1, { status: 'transferred' }), within24],
		['whose number is written in another way', listed(1, { to: '1 (555) 100-0001' }), within24],
		['half an hour ago, within 0.6 hours', listed(0.5), { skipIfCalledWithin: 0.6 }],
		['hours given as text', listed(23), { skipIfCalledWithin: ' 24 ' }],
		['still ringing, of those answered', listed(1, { status: 'ringing' }), answered()],
		['answered', listed(1, { status: 'answered' }), answered()],
		['in an unknown status, of those answered', listed(1, { status: 'new' }), answered()],
	])('%s', async (_, call, options) => {
		const { isCalled, error } = await callWith(options, { listCalls: () => page([moved(call)]) });
		expect([isCalled, error]).toEqual([false, undefined]);
	});
});

describe('a call that does not count', () => {
	test.each<[string, IDataObject, IDataObject]>([
		['before the time', listed(24.1), within24],
		['before a fraction of an hour', listed(0.3), { skipIfCalledWithin: 0.25 }],
		['to another number that holds this one', listed(1, { to: `${PHONE}7` }), within24],
		['from the person', listed(1, { direction: 'inbound', from: PHONE }), within24],
		['made with Test Call', listed(1, { is_testing: true }), within24],
		['that failed, of those answered', listed(1, { status: 'failed' }), answered()],
		['busy, of those answered', listed(1, { status: 'busy' }), answered()],
		['nobody answered, of those answered', listed(1, { status: 'no-answer' }), answered()],
		['nobody answered, with an underscore', listed(1, { status: 'no_answer' }), answered()],
		['a voicemail, of those answered', listed(1, { status: 'voicemail' }), answered()],
		[
			'busy, of those answered, within hours from an expression',
			listed(1, { status: 'busy' }),
			{ ...answered(), skipIfCalledWithin: '={{ 24 }}' },
		],
		[
			'to another number, without a time',
			listed(1, { to: phoneOf(2), created_at: null }),
			within24,
		],
	])('%s', async (_, call, options) => {
		const { isCalled, error } = await callWith(options, { listCalls: () => page([moved(call)]) });
		expect([isCalled, error]).toEqual([true, undefined]);
	});
});

test('Whose Calls: This Agent requests only the calls of the agent', async () => {
	const { operations, talkover } = await callWith({ ...within24, whoseCalls: 'thisAgent' });
	expect(operations).toEqual(['getActiveCall', 'listAgentCalls', 'makeCall']);
	expect(talkover.requests[1].path).toBe('/agents/agent-1/calls');
});

test.each<[INodeParameters, boolean]>([
	[{}, false],
	[{ skipIfCalledWithin: 0 }, false],
	[{ skipIfCalledWithin: 0.5 }, true],
	[{ skipIfCalledWithin: '={{ $json.hours }}' }, true],
])('with %j, whether Calls That Count and Whose Calls are shown is %s', (options, isShown) => {
	const details = skipOptions.filter(({ name }) => /^(callsThatCount|whoseCalls)$/.test(name));
	const shown = details.map((field) => NodeHelpers.displayParameter(options, field, null, null));
	expect(shown).toEqual([isShown, isShown]);
});

test('reads all pages', async () => {
	const { isCalled, operations } = await callWith(within24, {
		listCalls: ({ query: { page: nth } }) =>
			page([nth === '2' ? listed(1) : listed(100)], Number(nth), 2),
	});
	expect(isCalled).toBe(false);
	expect(operations).toHaveLength(3);
});

test('reads the list again after a pause for the rate limit', async () => {
	let hasCalled = false;
	const { skipped, operations } = await callWith(within24, {
		listCalls: () => page(hasCalled ? [listed(0)] : []),
		makeCall: () => {
			hasCalled = true;
			return { status: 429 };
		},
	});
	expect(operations).toEqual([
		'getActiveCall',
		'listCalls',
		'makeCall',
		'getActiveCall',
		'listCalls',
	]);
	expect(skipped).toEqual([expect.objectContaining({ skip_reason: 'called_recently' })]);
});

describe('the person is not called', () => {
	test.each<[string, ScriptedAnswer, string]>([
		['when the list is refused', { status: 403, body: { success: false } }, 'does not allow this'],
		['when it is not a list', { body: { success: true, data: {} } }, 'does not understand'],
		['when it is not JSON', { body: '<html>' }, 'not the Talkover API'],
		['when a call has no time', page([listed(1, { created_at: null })]), 'has no readable time'],
		['when a time has no zone', page([timed('2099-01-01 10:00:00')]), 'has no readable time'],
		['when a time is not valid', page([timed('2099-13-41T10:00:00Z')]), 'has no readable time'],
		['when a time is a number', page([timed(4_070_908_800)]), 'has no readable time'],
		['when a call has no number', page([listed(1, { to: null })]), 'has no number'],
	])('%s', async (_, answer, message) => {
		const { isCalled, error } = await callWith(within24, { listCalls: answer });
		expect(isCalled).toBe(false);
		expect(`${error?.message} ${error?.description}`).toContain(message);
	});

	test('when the list stays unavailable', async () => {
		const { isCalled, error } = await callWith(within24, { listCalls: { status: 500, body: {} } });
		expect(isCalled).toBe(false);
		expect(error?.message).toContain('Talkover could not handle the request');
	});

	test.each<[IDataObject, string]>([
		[
			{ skipIfCalledWithin: 24, ifAlreadyOnCall: 'callAnyway' },
			"'Skip If Called Within' (24 hours) and 'Call Anyway' contradict each other",
		],
		[{ skipIfCalledWithin: -1 }, "'Skip If Called Within (Hours)' cannot be -1"],
		[{ skipIfCalledWithin: 'a day' }, '\'Skip If Called Within (Hours)\' cannot be "a day"'],
		[{ skipIfCalledWithin: 9000 }, "'Skip If Called Within (Hours)' cannot be 9000"],
		[{ ...within24, callsThatCount: 'all' }, '\'Calls That Count\' cannot be "all"'],
		[{ ...within24, whoseCalls: 'ours' }, '\'Whose Calls\' cannot be "ours"'],
		[{ ifAlreadyOnCall: 'call' }, '\'If Already on a Call\' cannot be "call"'],
	])('with %j', async (options, message) => {
		const { operations, error } = await callWith(options);
		expect(operations).toEqual([]);
		expect(error?.message).toContain(message);
	});
});

test.each(['2099-01-01T10:00:00Z', '2099-01-01T10:00:00.123456Z', '2099-01-01T10:00:00+03:00'])(
	'the time %s is read',
	async (time) => {
		const { isCalled, error } = await callWith(within24, { listCalls: () => page([timed(time)]) });
		expect([isCalled, error]).toEqual([false, undefined]);
	},
);

function answered(): IDataObject {
	return { skipIfCalledWithin: 24, callsThatCount: 'answered' };
}

function timed(time: unknown): IDataObject {
	return listed(0, { created_at: time as string });
}

/** The call with a time by the clock of the test, which is ahead of the real one. */
function moved(call: IDataObject): IDataObject {
	const hoursAgo = Number(String(call.id).split(' ')[1]);
	return typeof call.created_at === 'string'
		? { ...call, ...{ created_at: listed(hoursAgo).created_at } }
		: call;
}
