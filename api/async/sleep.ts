import { sleep as sleepFor } from 'n8n-workflow';
import { CanceledError } from '../errors';

/** How long to sleep without checking for a cancel, in milliseconds. */
const CANCEL_CHECK = 250;

/** @throws CanceledError at most a quarter of a second after the signal is aborted */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
	const until = Date.now() + milliseconds;
	for (let left = milliseconds; left > 0; left = until - Date.now()) {
		await sleepFor(Math.min(left, CANCEL_CHECK));
		if (signal?.aborted) throw new CanceledError();
	}
}
