const { setTimeout: sleep } = require('node:timers/promises');
const { tail } = require('./processes');

/** How long a process may take to start on a slow and busy machine. */
const START_MS = 600_000;

/**
 * Waits until a started process is ready. If it does not become ready, it is stopped.
 *
 * @param {import('./processes').RunningProcess} running
 * @param {object} options
 * @param {string} options.name for the error
 * @param {string} options.prints what the process prints when it is ready
 * @param {() => Promise<boolean>} [options.answers] whether it also answers by now; default: nothing more is checked
 * @param {AbortSignal} [options.signal] stops the process
 * @throws {Error} with the end of its output if it ended or was not ready in time, or the signal's reason
 */
async function untilReady(running, { name, prints, answers = async () => true, signal }) {
	let hasEnded = false;
	void running.ended.then(() => (hasEnded = true));
	const deadline = Date.now() + START_MS;
	try {
		while (!(running.output().includes(prints) && (await answers()))) {
			if (hasEnded) throw new Error(`${name} ended while it started`);
			if (Date.now() > deadline) {
				throw new Error(`${name} was not ready after ${START_MS / 1000} s`);
			}
			await sleep(200, undefined, { signal });
		}
	} catch (error) {
		await running.stop();
		signal?.throwIfAborted();
		throw new Error(`${/** @type {Error} */ (error).message}:\n${tail(running.output())}`);
	}
}

module.exports = { untilReady };
