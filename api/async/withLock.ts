import { CanceledError } from '../errors';
import { onAbort } from './onAbort';

/** By key: a promise that resolves when the last step in the queue has ended. */
const tails = new Map<string, Promise<void>>();

/**
 * Runs one step at a time per key, in the order of the calls. The lock is shared by everything that runs in this process.
 *
 * @param signal ends the wait for the lock; a step that has started runs to its end
 * @throws CanceledError when the signal ends the wait, and what the step throws
 */
export async function withLock<T>(
	key: string,
	step: () => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	const before = tails.get(key);
	let release = () => {};
	const released = new Promise<void>((resolve) => (release = resolve));
	const tail: Promise<void> = Promise.all([before, released]).then(() => {
		if (tails.get(key) === tail) tails.delete(key);
	});
	tails.set(key, tail);
	try {
		await waitFor(before, signal);
		return await step();
	} finally {
		release();
	}
}

/** Whether a step holds the lock of a key, or waits for it. */
export function isLocked(key: string): boolean {
	return tails.has(key);
}

/** @throws CanceledError when the signal ends the wait */
async function waitFor(step?: Promise<void>, signal?: AbortSignal): Promise<void> {
	if (!step) return;
	if (signal?.aborted) throw new CanceledError();
	let stopListening: (() => void) | undefined;
	const canceled = new Promise<void>((_, reject) => {
		stopListening = signal && onAbort(signal, () => reject(new CanceledError()));
	});
	await Promise.race([step, canceled]);
	stopListening?.();
}
