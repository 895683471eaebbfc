import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import { findJustMade, pairLock, rememberCall, takeTicket } from '../../api/calls/justMade';
import { withLock } from '../../api/async/withLock';
import { collectGarbage } from '../../dev/n8n/heap.cts';

const MINUTE = 60_000;
let now = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => {
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
	jest.restoreAllMocks();
	now += 100 * MINUTE;
});

const pair = (index: number) => ({
	installation: 'https://app.talkover.ai/api/v1',
	phone: `+1555${2_000_000 + index}`,
	agentId: 'agent-1',
	clientId: 'client-1',
});

/** Remembers calls to a thousand numbers, and returns how many of them are still in memory. */
function rememberMany(): () => number {
	const calls = Array.from({ length: 1000 }, (_, index) => {
		const call = { id: `call-${index}` };
		rememberCall({ ...pair(index), call });
		return new WeakRef(call);
	});
	return () => calls.filter((call) => call.deref()).length;
}

test('calls leave the memory after a minute, when the next one is made', async () => {
	const countLeft = rememberMany();
	await sleep(0);
	collectGarbage();
	expect(countLeft()).toBe(1000);
	now += 2 * MINUTE;
	rememberCall({ ...pair(5000), call: { id: 'the next' } });
	await sleep(0);
	collectGarbage();
	expect(countLeft()).toBe(0);
});

test('a call stays in memory while an execution waits for the lock', async () => {
	const find = (since: number) =>
		findJustMade(pair(1), { since, anyAgent: false, ended: false })?.call;
	const ticket = takeTicket();
	rememberCall({ ...pair(1), call: { id: 'call' } });
	await withLock(pairLock(pair(1)), async () => {
		now += 10 * MINUTE;
		rememberCall({ ...pair(5000), call: { id: 'the next' } });
		expect(find(ticket)).toEqual({ id: 'call' });
		expect(find(takeTicket())).toBeUndefined();
	});
});
