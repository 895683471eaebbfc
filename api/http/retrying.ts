import type { Answer } from './answers';
import { explanationOf } from '../errors';
import { sleep } from '../async/sleep';

/** How often a request is sent again after a temporary failure. */
const MAX_RETRIES = 3;

/** First pause after a temporary failure, in milliseconds; each further one is twice as long. */
const FIRST_PAUSE = 500;

/** Statuses to retry: the API, or something in front of it, is overloaded or down for a moment. */
const TEMPORARY = [500, 502, 503, 504];

/**
 * Sends a request, and again after temporary failures. Only for requests that may be carried out twice.
 *
 * @param signal ends the pauses
 * @returns the last answer
 * @throws CanceledError, and the error of the last attempt
 */
export async function retrying(send: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
	for (let retries = 0; ; retries++) {
		const outcome = await send().catch((error: Error) => error);
		if (retries < MAX_RETRIES && isTemporary(outcome)) {
			await sleep(withJitter(FIRST_PAUSE * 2 ** retries), signal);
		} else if (outcome instanceof Error) {
			throw outcome;
		} else {
			return outcome;
		}
	}
}

function isTemporary(outcome: Answer | Error): boolean {
	return outcome instanceof Error
		? explanationOf(outcome).connectionBroke === true
		: TEMPORARY.includes(outcome.status);
}

function withJitter(milliseconds: number): number {
	return milliseconds * (0.75 + Math.random() / 2);
}
