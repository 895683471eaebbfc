import { expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import { isLocked, withLock } from '../../api/async/withLock';

/** A step that the test ends. */
function openStep() {
	let end = () => {};
	const ended = new Promise<void>((resolve) => (end = resolve));
	return { step: async () => await ended, end };
}

test('steps of one key run one after the other, in the order of the calls', async () => {
	const order: string[] = [];
	const first = openStep();
	const running = [
		withLock('key', first.step).then(() => order.push('first')),
		withLock('key', async () => order.push('second')),
		withLock('key', async () => order.push('third')),
		withLock('another', async () => order.push('another')),
	];
	await sleep(0);
	expect(order).toEqual(['another']);
	first.end();
	await Promise.all(running);
	expect(order).toEqual(['another', 'first', 'second', 'third']);
});

test('a step that fails lets the next one run', async () => {
	const failing = withLock('key', async () => {
		throw new Error('Oh');
	});
	const next = withLock('key', async () => 'done');
	await expect(failing).rejects.toThrow('Oh');
	expect(await next).toBe('done');
});

test('a canceled wait ends at once, and the next one still waits for the first', async () => {
	const first = openStep();
	const order: string[] = [];
	const running = withLock('key', first.step).then(() => order.push('first'));
	const canceled = new AbortController();
	const waiting = withLock('key', async () => order.push('second'), canceled.signal);
	const third = withLock('key', async () => order.push('third'));
	canceled.abort();
	await expect(waiting).rejects.toThrow('The execution was canceled');
	await sleep(0);
	expect(order).toEqual([]);
	first.end();
	await Promise.all([running, third]);
	expect(order).toEqual(['first', 'third']);
});

test('a wait that begins after the cancel ends at once', async () => {
	const first = openStep();
	const running = withLock('key', first.step);
	await expect(withLock('key', first.step, AbortSignal.abort())).rejects.toThrow('canceled');
	first.end();
	await running;
});

test('a key leaves the memory after its steps', async () => {
	const step = withLock('key', async () => await sleep(0));
	expect(isLocked('key')).toBe(true);
	await step;
	await sleep(0);
	expect(isLocked('key')).toBe(false);
});
