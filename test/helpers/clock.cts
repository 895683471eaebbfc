import { jest as timers } from '@jest/globals';

/** More turns of the event loop than any work that waits for no timer needs. */
const TURNS = 100;

/** The clock jumps no further than this without giving the wire real time, in milliseconds. */
const LONGEST_JUMP = 1000;

/** Longer than the real timers of the mocked wire's answers, so that it ends after them. */
const REAL_PAUSE = 2;

const realSetTimeout = setTimeout;

/** Milliseconds. */
const DAY = 86_400_000;

let nextStart = Date.now();

let isRunning = false;

/** The number of {@link waits} that were there before. */
let fewestWaits = 0;

/** The number of things that the process waits for in real time, such as the mocked wire's timers. */
function waits() {
	return process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length;
}

/**
 * Lets the event loop turn until nothing is left to do but to wait for a timer.
 *
 * @param isDone ends it early
 */
async function idle(isDone: () => boolean) {
	let turn = 0;
	// One promise for all turns, since there are very many.
	await new Promise<void>((resolve) => {
		const next = () => {
			const now = waits();
			// Something that began earlier may end now.
			fewestWaits = Math.min(fewestWaits, now);
			turn = now > fewestWaits ? 0 : turn + 1;
			if (isDone() || turn === TURNS) resolve();
			else setImmediate(next);
		};
		setImmediate(next);
	});
}

/** Jumps to the next timer, if it is near. */
async function jump() {
	let isFar = false;
	const limit = setTimeout(() => {
		isFar = true;
	}, LONGEST_JUMP);
	await timers.advanceTimersToNextTimerAsync();
	clearTimeout(limit);
	// A request's timeout must not pass while the mocked wire has not delivered its answer yet.
	if (isFar) await new Promise((resolve) => realSetTimeout(resolve, REAL_PAUSE));
}

async function timed<T>(run: () => Promise<T>) {
	const startedAt = Date.now();
	const value = await run();
	return { value, seconds: (Date.now() - startedAt) / 1000 };
}

/**
 * Runs something with its own clock, so that pauses of minutes pass at once, on any machine. Only `setTimeout` and `Date` are
 * replaced; the wire and the engine use the real event loop. When they have nothing left to do, the clock jumps to the next
 * timer, in steps of at most a second. Not for a real wire, since the clock would wait for its open connections.
 *
 * A nested use shares the outer clock. Each use starts a day after the last one ended, so that calls of one test are old in the next.
 *
 * @returns the result, and the seconds that passed on that clock
 */
export async function withFastClock<T>(
	run: () => Promise<T>,
): Promise<{ value: T; seconds: number }> {
	if (isRunning) return await timed(run);
	isRunning = true;
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
		let done = false;
		fewestWaits = waits();
		const running = timed(run).finally(() => {
			done = true;
		});
		running.catch(() => undefined);
		while (!done) {
			await idle(() => done);
			if (!done) await jump();
		}
		return await running;
	} finally {
		isRunning = false;
		nextStart = Date.now() + DAY;
		timers.useRealTimers();
	}
}
