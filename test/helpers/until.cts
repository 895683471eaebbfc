import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than a slow machine needs. */
const TIMEOUT_MS = 1_200_000;

/**
 * Waits until a condition is true.
 *
 * @throws Error if it does not become true
 */
export async function until(condition: () => unknown, timeoutMs = TIMEOUT_MS) {
	const deadline = Date.now() + timeoutMs;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`Still not true: ${condition}`);
		await sleep(20);
	}
}
