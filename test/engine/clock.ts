import { jest } from '@jest/globals';

/**
 * Runs something with a clock of its own, so that pauses of minutes pass at once, however slow the machine is. Only
 * `setTimeout` and `Date` are replaced: the wire and the engine go on by the real event loop.
 *
 * @returns what it returned, and how many seconds passed on that clock
 */
export async function withFastClock<T>(
	run: () => Promise<T>,
): Promise<{ value: T; seconds: number }> {
	const { setImmediate } = globalThis;
	jest.useFakeTimers({
		doNotFake: [
			'nextTick',
			'setImmediate',
			'clearImmediate',
			'queueMicrotask',
			'performance',
			'hrtime',
		],
	});
	try {
		const startedAt = Date.now();
		let done = false;
		const running = run().finally(() => {
			done = true;
		});
		running.catch(() => undefined);
		while (!done) {
			for (let round = 0; round < 20 && !done; round++) {
				await new Promise<void>((resolve) => setImmediate(resolve));
			}
			if (!done) await jest.advanceTimersByTimeAsync(50);
		}
		return { value: await running, seconds: (Date.now() - startedAt) / 1000 };
	} finally {
		jest.useRealTimers();
	}
}
