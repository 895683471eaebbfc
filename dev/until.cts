import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than a slow machine needs. */
const TIMEOUT_MS = 1_200_000;

const FIRST_PAUSE_MS = 20;
/** A check that asks n8n every 20 ms would keep half a core busy. */
const LONGEST_PAUSE_MS = 500;

/**
 * Waits until a condition is true. The longer it takes, the less often it is checked.
 *
 * @param options.timeoutMs default: 20 minutes
 * @param options.message of the error, if it does not become true
 * @param options.signal ends the wait
 * @throws Error if it does not become true, or if the condition throws one; AbortError
 */
export async function until(
	condition: () => unknown,
	{
		timeoutMs = TIMEOUT_MS,
		message = `Still not true: ${condition}`,
		signal,
	}: { timeoutMs?: number; message?: string; signal?: AbortSignal } = {},
) {
	const deadline = Date.now() + timeoutMs;
	let pause = FIRST_PAUSE_MS;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(message);
		await sleep(pause, undefined, { signal });
		pause = Math.min(pause * 1.2, LONGEST_PAUSE_MS);
	}
}
