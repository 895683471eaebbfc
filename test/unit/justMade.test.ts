import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import { findJustMade, rememberCall, takeTicket } from '../../nodes/Talkover/client/justMade';
import { withLock } from '../../nodes/Talkover/withLock';
import { collectGarbage } from '../engine/heap';

const MINUTE = 60_000;
let now = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => {
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
	jest.restoreAllMocks();
	now += 100 * MINUTE;
});

const to = (index: number) => ({
	installation: 'https://app.talkover.ai/api/v1',
	phone: `+1555${2_000_000 + index}`,
});

/** Remembers calls to a thousand numbers, and returns how many of them are still in memory. */
function rememberMany(): () => number {
	const calls = Array.from({ length: 1000 }, (_, index) => {
		const call = { id: `call-${index}` };
		rememberCall(to(index), 'agent-1', call);
		return new WeakRef(call);
	});
	return () => calls.filter((call) => call.deref()).length;
}

test('calls are forgotten after their minute, when the next one is made', async () => {
	const countLeft = rememberMany();
	await sleep(0);
	collectGarbage();
	expect(countLeft()).toBe(1000);
	now += 2 * MINUTE;
	rememberCall(to(5000), 'agent-1', { id: 'the next' });
	await sleep(0);
	collectGarbage();
	expect(countLeft()).toBe(0);
});

test('a call is not forgotten while somebody waits for the lock', async () => {
	const ticket = takeTicket();
	rememberCall(to(1), 'agent-1', { id: 'call' });
	await withLock(`${to(1).installation} call ${to(1).phone} agent-1`, async () => {
		now += 10 * MINUTE;
		rememberCall(to(5000), 'agent-1', { id: 'the next' });
		expect(findJustMade(to(1), 'agent-1', ticket)?.call).toEqual({ id: 'call' });
		expect(findJustMade(to(1), 'agent-1', takeTicket())).toBeUndefined();
	});
});
