import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than a slow machine needs. */
const TIMEOUT_MS = 120_000;

/**
 * Repeats checks of a page that is still changing until they pass.
 *
 * @throws the error of the last try
 */
export async function eventually(check: () => Promise<void>) {
	const deadline = Date.now() + TIMEOUT_MS;
	for (;;) {
		try {
			return await check();
		} catch (error) {
			if (Date.now() > deadline) throw error;
			await sleep(100);
		}
	}
}
