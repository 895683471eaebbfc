import { until } from '../until.cts';
import { tail } from './processes.cts';
import type { RunningProcess } from './processes.cts';

/** How long a process may take to start on a slow and busy machine. */
const START_MS = 600_000;

/**
 * Waits until a started process is ready. If it does not become ready, it is stopped.
 *
 * @param options.name for the error
 * @param options.prints what the process prints when it is ready
 * @param options.answers whether it also answers by now; default: nothing more is checked
 * @param options.signal stops the process
 * @throws Error with the end of its output if it ended or was not ready in time, or the signal's reason
 */
export async function untilReady(
	running: RunningProcess,
	{
		name,
		prints,
		answers = async () => true,
		signal,
	}: { name: string; prints: string; answers?: () => Promise<boolean>; signal?: AbortSignal },
) {
	let hasEnded = false;
	void running.ended.then(() => (hasEnded = true));
	const isReady = async () => {
		if (running.output().includes(prints) && (await answers())) return true;
		if (hasEnded) throw new Error(`${name} ended while it started`);
		return false;
	};
	const message = `${name} was not ready after ${START_MS / 1000} s`;
	try {
		await until(isReady, { timeoutMs: START_MS, message, signal });
	} catch (error) {
		await running.stop();
		signal?.throwIfAborted();
		throw new Error(`${(error as Error).message}:\n${tail(running.output())}`);
	}
}
