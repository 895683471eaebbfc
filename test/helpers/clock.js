const { jest: timers } = require('@jest/globals');

/** As many turns of the event loop as anything takes that waits for no time to pass, with room to spare. */
const TURNS = 100;

/** Milliseconds. */
const DAY = 86_400_000;

let nextStart = Date.now();

/**
 * What the process waits for, by real time: among it are the timers by which the mocked wire answers, which are not replaced.
 */
function waits() {
	return process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length;
}

/**
 * Runs something with a clock of its own, so that pauses of minutes pass at once, however slow the machine is. Only
 * `setTimeout` and `Date` are replaced: the wire and the engine go on by the real event loop, and the clock stands still
 * until they have nothing left to do but wait for it. Not for a real wire, whose open connections the clock would wait for.
 *
 * Each use starts a day after the one before ended, so that calls just made in one test are old in the next.
 *
 * @template T
 * @param {() => Promise<T>} run
 * @returns {Promise<{ value: T, seconds: number }>} what it returned, and how many seconds passed on that clock
 */
async function withFastClock(run) {
	timers.useFakeTimers({
		now: nextStart,
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
		let waitsBefore = waits();
		const running = run().finally(() => {
			done = true;
		});
		running.catch(() => undefined);
		while (!done) {
			for (let turn = 0; turn < TURNS && !done; turn++) {
				await new Promise((resolve) => setImmediate(resolve));
				const now = waits();
				// Something from before may still have been ending.
				waitsBefore = Math.min(waitsBefore, now);
				if (now > waitsBefore) turn = 0;
			}
			if (!done) await timers.advanceTimersByTimeAsync(50);
		}
		return { value: await running, seconds: (Date.now() - startedAt) / 1000 };
	} finally {
		nextStart = Date.now() + DAY;
		timers.useRealTimers();
	}
}

module.exports = { withFastClock };
