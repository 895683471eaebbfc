import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { dialled, fast, makeCall, outcome, quietTalkover, seconds } from '../../helpers/dialling';
import type { Run } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';
import type { WireOptions } from '../../helpers/wire';

mockWire();

type CallOptions = Parameters<typeof makeCall>[0];

describe('executions that overlap', () => {
	test('two make one call, and the second skips its person with that call', async () => {
		const talkover = quietTalkover();
		const runs = await fast(async () => await Promise.all([makeCall(), makeCall()]));
		expect(dialled(talkover)).toHaveLength(1);
		expect(runs.map(outcome)).toEqual(['called call-1', 'called_recently call-1']);
		expect(runs[1].json('Talkover', 1)).toEqual([
			{ ...runs[0].json('Talkover')[0], skip_reason: 'called_recently' },
		]);
	});

	test('twenty of two workflows make one call', async () => {
		const talkover = quietTalkover();
		const runs = await fast(
			async () =>
				await Promise.all(
					Array.from(
						{ length: 20 },
						async (_, index) => await makeCall({ workflowId: `workflow ${index % 2}` }),
					),
				),
		);
		expect(dialled(talkover)).toHaveLength(1);
		expect(runs.map(outcome).filter((text) => text === 'called call-1')).toHaveLength(1);
		expect(runs.map(outcome).filter((text) => text === 'called_recently call-1')).toHaveLength(19);
	});

	test('an AI agent and a workflow make one call', async () => {
		const talkover = quietTalkover();
		const [called, asTool] = await fast(
			async () =>
				await Promise.all([makeCall(), makeCall({ type: 'n8n-nodes-talkover.talkoverTool' })]),
		);
		expect(dialled(talkover)).toHaveLength(1);
		expect(asTool.json('Talkover')).toEqual([
			{
				called: false,
				agent_id: 'agent-1',
				phone: phoneOf(1),
				skip_reason: 'called_recently',
				message: `Not called: ${phoneOf(1)} has been called recently.`,
				call: called.json('Talkover')[0],
			},
		]);
	});

	test('the second skips its person with the active call when Talkover shows it', async () => {
		const talkover = quietTalkover({ showsCalls: true });
		const runs = await fast(async () => await Promise.all([makeCall(), makeCall()]));
		expect(dialled(talkover)).toHaveLength(1);
		expect(runs.map(outcome)).toEqual(['called call-1', 'on_a_call call-1']);
	});

	test('those that waited for the first do not call, even after more than a minute', async () => {
		const talkover = quietTalkover({ answers: { getActiveCall: async () => await seconds(40) } });
		const runs = await fast(
			async () =>
				await Promise.all(
					Array.from({ length: 4 }, async () => await makeCall({ options: { timeout: 60 } })),
				),
		);
		expect(dialled(talkover)).toHaveLength(1);
		expect(runs.map(outcome).filter((text) => text === 'called_recently call-1')).toHaveLength(3);
	});

	test.each<[string, WireOptions['answers']]>([
		[
			'could not look',
			{ getActiveCall: (_, nth) => (nth === 1 ? { status: 403, body: {} } : undefined) },
		],
		['was refused', { makeCall: (_, nth) => (nth === 1 ? { status: 402, body: {} } : undefined) }],
	])('the second calls if the first %s', async (_, answers) => {
		quietTalkover({ answers });
		const [first, second] = await fast(async () => await Promise.all([makeCall(), makeCall()]));
		expect(outcome(first)).toMatch(/^Talkover does not allow|too few credits/);
		expect(outcome(second)).toMatch(/^called/);
	});

	test('the second calls if the first is canceled before it calls', async () => {
		const talkover = quietTalkover();
		const cancelSoon = (cancel: () => void) => void sleep(100).then(cancel);
		const [, second] = await fast(
			async () => await Promise.all([makeCall({ onStart: cancelSoon }), makeCall()]),
		);
		expect(dialled(talkover)).toHaveLength(1);
		expect(outcome(second)).toBe('called call-1');
	});

	test('the second does not call if the outcome of the first is unknown', async () => {
		const talkover = quietTalkover({ answers: { makeCall: { status: 504, afterApi: true } } });
		const [first, second] = await fast(async () => await Promise.all([makeCall(), makeCall()]));
		expect(dialled(talkover)).toHaveLength(1);
		expect(outcome(first)).toContain(`The call to ${phoneOf(1)} may have been placed`);
		expect(outcome(second)).toContain(
			`A call to ${phoneOf(1)} may have been placed a moment ago. It is not dialed again.`,
		);
	});

	test('the second does not call if the first is canceled while it calls', async () => {
		const talkover = quietTalkover({ answers: { makeCall: { delayMs: 10_000 } } });
		const cancelLater = (cancel: () => void) => void sleep(5000).then(cancel);
		const [, second] = await fast(
			async () => await Promise.all([makeCall({ onStart: cancelLater }), makeCall()]),
		);
		expect(dialled(talkover)).toHaveLength(1);
		expect(outcome(second)).toContain('may have been placed a moment ago');
	});

	test('one that is canceled while it waits ends at once, and the third keeps waiting for the first', async () => {
		const talkover = quietTalkover({
			answers: { getActiveCall: async (_, nth) => (nth === 1 ? await seconds(20) : undefined) },
		});
		const secondsUntilEnd: number[] = [];
		const startedAt = { ms: 0 };
		const timed = async (run: Promise<Run>) => {
			const result = await run;
			secondsUntilEnd.push(Math.floor((Date.now() - startedAt.ms) / 1000));
			return result;
		};
		const [, second, third] = await fast(async () => {
			startedAt.ms = Date.now();
			return await Promise.all([
				timed(makeCall()),
				timed(makeCall({ onStart: (cancel) => void sleep(5000).then(cancel) })),
				timed(makeCall()),
			]);
		});
		expect(secondsUntilEnd).toEqual([5, 20, 20]);
		expect(second.status).toBe('canceled');
		expect(outcome(third)).toBe('called_recently call-1');
		expect(dialled(talkover)).toHaveLength(1);
	});

	test.each<[string, CallOptions]>([
		['another number', { phone: phoneOf(2) }],
		['another agent', { agent: 'agent-2' }],
		['Call Anyway', { options: { ifAlreadyOnCall: 'callAnyway' } }],
	])('%s does not wait', async (_, setting) => {
		const talkover = quietTalkover({
			answers: { getActiveCall: async (_, nth) => (nth === 1 ? await seconds(20) : undefined) },
		});
		const order: string[] = [];
		await fast(
			async () =>
				await Promise.all([
					makeCall().then(() => order.push('first')),
					makeCall(setting).then(() => order.push('second')),
				]),
		);
		expect(order).toEqual(['second', 'first']);
		expect(dialled(talkover).length).toBeGreaterThan(0);
	});

	test('two with different agents make one call if the calls of any agent count', async () => {
		const talkover = quietTalkover();
		const options = { skipIfCalledWithin: 24 };
		const runs = await fast(
			async () =>
				await Promise.all([makeCall({ options }), makeCall({ options, agent: 'agent-2' })]),
		);
		expect(dialled(talkover)).toHaveLength(1);
		expect(runs.map(outcome)).toEqual(['called call-1', 'called_recently call-1']);
	});

	test('two items with different agents make one call if the calls of any agent count', async () => {
		const talkover = quietTalkover();
		const run = await runOperation('call.makeCall', {
			parameters: {
				agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
				options: { skipIfCalledWithin: 24 },
			},
			items: ['agent-1', 'agent-2'].map((agent) => ({
				json: { agent, name: 'Ana', phone: phoneOf(1) },
			})),
		});
		expect(dialled(talkover)).toHaveLength(1);
		expect(outcome(run)).toBe('called call-1,called_recently call-1');
	});
});

describe('a call that Talkover does not show yet', () => {
	/** Calls, waits, and calls again. */
	const twice = async (secondsBetween: number, options?: IDataObject, more?: CallOptions) =>
		await fast(async () => {
			await makeCall({ options });
			await sleep(secondsBetween * 1000);
			return outcome(await makeCall(more));
		});

	test('counts for a minute', async () => {
		quietTalkover();
		expect(await twice(58)).toBe('called_recently call-1');
		expect(await twice(61)).toBe('called call-3');
	});

	test('counts until its delay and a minute are over', async () => {
		quietTalkover();
		expect(await twice(90, { delay: 60 })).toBe('called_recently call-1');
		expect(await twice(121, { delay: 60 })).toBe('called call-3');
	});

	test('counts if it was made with Call Anyway', async () => {
		quietTalkover();
		expect(await twice(5, { ifAlreadyOnCall: 'callAnyway' })).toBe('called_recently call-1');
	});

	test('counts if its outcome is unknown', async () => {
		quietTalkover({
			answers: { makeCall: (_, nth) => (nth === 1 ? { status: 504, afterApi: true } : undefined) },
		});
		expect(await twice(5)).toContain('may have been placed a moment ago');
	});

	test('does not count for another agent or number', async () => {
		quietTalkover();
		expect(await twice(5, {}, { phone: phoneOf(2) })).toBe('called call-2');
		expect(await twice(5, {}, { agent: 'agent-2' })).toBe('called call-4');
	});

	test('does not count after it was ended', async () => {
		quietTalkover();
		const again = await fast(async () => {
			await makeCall();
			await runOperation('call.endCall');
			return outcome(await makeCall());
		});
		expect(again).toBe('called call-2');
	});

	test('a test call does not count, so that a builder can run a workflow twice', async () => {
		quietTalkover();
		expect(await twice(1, { testCall: true })).toBe('called call-2');
	});

	test('a test call counts for an execution that waits for it', async () => {
		const talkover = quietTalkover();
		const options = { testCall: true };
		await fast(async () => await Promise.all([makeCall({ options }), makeCall({ options })]));
		expect(dialled(talkover)).toHaveLength(1);
	});
});
