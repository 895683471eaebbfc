import { withGlobal } from '@sinonjs/fake-timers';
import type { Clock } from '@sinonjs/fake-timers';

/** More turns of the event loop than any work in memory takes that waits for no timer and no `setImmediate`. */
const TURNS = 10;

/** Milliseconds. */
const DAY = 86_400_000;

let nextStart = Date.now();

/** The one that runs. */
let current: Clock | undefined;

/**
 * Lets the event loop turn until nothing is left to do but to wait for a timer.
 *
 * @param isDone ends it early
 */
async function idle(isDone: () => boolean) {
	let turns = 0;
	// One promise for all turns, since there are very many.
	await new Promise<void>((resolve) => {
		const next = () => {
			turns = process.getActiveResourcesInfo().includes('Immediate') ? 0 : turns + 1;
			if (isDone() || turns === TURNS) resolve();
			else setImmediate(next);
		};
		setImmediate(next);
	});
}

function install(): Clock {
	const clock = withGlobal(globalThis).install({
		now: nextStart,
		toFake: ['setTimeout', 'clearTimeout', 'Date'],
	});
	// As in Node.js, a timer takes a millisecond or more. Otherwise, whatever waits until a time in steps of less would never end.
	const atLeast1Ms: typeof clock.setTimeout = (run, delay = 1, ...args) =>
		clock.setTimeout(run, Math.max(1, delay), ...args);
	globalThis.setTimeout = atLeast1Ms as unknown as typeof setTimeout;
	return clock;
}

async function timed<T>(run: () => Promise<T>) {
	const startedAt = Date.now();
	const value = await run();
	return { value, seconds: (Date.now() - startedAt) / 1000 };
}

/**
 * Runs something with its own clock, so that pauses of minutes pass at once, on any machine. Only `setTimeout` and `Date` are
 * replaced, and nock's timers; the engine uses the real event loop. When nothing is left to do, the clock jumps to the next timer.
 * It does not wait for a real wire, for files or for compression.
 *
 * A nested use shares the outer clock. Each use starts a day after the last one ended, so that calls of one test are old in the next.
 *
 * @param run gets the clock, to count its timers or to set the time
 * @returns the result, and the seconds that passed on that clock
 * @throws {Error} when nothing is left to wait for, but `run` has not ended
 */
export async function withFastClock<T>(
	run: (clock: Clock) => Promise<T>,
): Promise<{ value: T; seconds: number }> {
	const outer = current;
	if (outer) return await timed(async () => await run(outer));
	const clock = install();
	current = clock;
	try {
		let isDone = false;
		const running = timed(async () => await run(clock)).finally(() => {
			isDone = true;
		});
		running.catch(() => undefined);
		const idleOrDone = async () => await idle(() => isDone);
		await idleOrDone();
		while (!isDone) {
			if (clock.countTimers() === 0)
				throw new Error('Nothing is left to wait for, not even a timer');
			clock.next();
			await idleOrDone();
		}
		return await running;
	} finally {
		current = undefined;
		nextStart = Date.now() + DAY;
		clock.uninstall();
	}
}
