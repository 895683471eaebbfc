const { jest: timers } = require('@jest/globals');

/** As many turns of the event loop as any answer of the mocked wire takes, with room to spare. */
const TURNS = 100;

/**
 * Runs something with a clock of its own, so that pauses of minutes pass at once, however slow the machine is. Only
 * `setTimeout` and `Date` are replaced: the wire and the engine go on by the real event loop.
 *
 * @template T
 * @param {() => Promise<T>} run
 * @returns {Promise<{ value: T, seconds: number }>} what it returned, and how many seconds passed on that clock
 */
async function withFastClock(run) {
	timers.useFakeTimers({
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
			for (let turn = 0; turn < TURNS && !done; turn++) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			if (!done) await timers.advanceTimersByTimeAsync(50);
		}
		return { value: await running, seconds: (Date.now() - startedAt) / 1000 };
	} finally {
		timers.useRealTimers();
	}
}

module.exports = { withFastClock };
