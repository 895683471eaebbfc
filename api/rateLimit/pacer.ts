import type { Answer } from '../answers';
import { NoAnswerError } from '../failures';
import { Turns } from './turns';
import type { Pacing } from './turns';

/** How often a request is sent again after a temporary failure. */
const MAX_RETRIES = 3;

/** How often one request may be refused for the rate limit while others get through: it must not hold up all others for ever. */
const MAX_REFUSALS = 10;

/** First pause after a temporary failure, in milliseconds; each further one is twice as long. */
const FIRST_PAUSE = 500;

/** How long a look is good for, in milliseconds: a request that depends on it looks again after a longer wait. */
const FRESH = 3000;

/** A 429 that nobody has sent: there is no time to look and to send within the rate limit. */
const NO_TIME: Answer = { status: 429, headers: {}, body: undefined };

/** Sends requests within the API's rate limit, and again after temporary failures. */
export class Pacer {
	private readonly turns: Turns;

	/** @param signal ends all waiting; nothing is sent after it */
	constructor(pacing: Pacing, signal?: AbortSignal) {
		this.turns = new Turns(pacing, signal);
	}

	/** How long requests have paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		return this.turns.secondsWaited;
	}

	/**
	 * Sends a request until there is an answer that no retry would change.
	 *
	 * @param isTemporary whether an outcome other than 429 is worth a retry
	 * @param lookAgain runs before each try that had to wait; what it throws ends the tries
	 * @returns that answer, or the last one
	 * @throws CanceledError, and what the last try threw
	 */
	async sendWithRetry(
		send: () => Promise<Answer>,
		isTemporary: (outcome: Answer | Error) => boolean,
		lookAgain?: () => Promise<void>,
	): Promise<Answer> {
		const { turns } = this;
		let lookedAt = Date.now();
		for (let retries = 0, refusals = 0, looks = 0; ;) {
			const refusal = await turns.waitForTurn();
			if (refusal) return refusal;
			if (lookAgain && Date.now() > lookedAt + FRESH) {
				turns.endTurn();
				if (++looks > MAX_REFUSALS) return NO_TIME;
				await lookAgain();
				lookedAt = Date.now();
				continue;
			}
			const pausesBefore = turns.pauses;
			const outcome = await this.attempt(send);
			if (!(outcome instanceof Error) && outcome.status === 429) {
				if (++refusals > MAX_REFUSALS || !turns.pauseAfter(outcome, pausesBefore)) return outcome;
				lookedAt = 0;
				continue;
			}
			turns.noteSuccess();
			if (retries < MAX_RETRIES && isTemporary(outcome)) {
				await turns.sleep(withJitter(FIRST_PAUSE * 2 ** retries++));
			} else if (outcome instanceof Error) {
				throw outcome;
			} else {
				return outcome;
			}
		}
	}

	/** Returns what the request threw, too: a retry may help. */
	private async attempt(send: () => Promise<Answer>): Promise<Answer | Error> {
		try {
			const answer = await send();
			this.turns.noteRateLimit(answer);
			return answer;
		} catch (error) {
			// n8n must see a cancel as one; but a request that surely did not arrive stays one that may be sent later.
			if (!(error instanceof NoAnswerError && error.neverSent)) this.turns.throwIfCanceled();
			return error instanceof Error ? error : new Error(String(error));
		} finally {
			this.turns.endTurn();
		}
	}
}

function withJitter(milliseconds: number): number {
	return milliseconds * (0.75 + Math.random() / 2);
}
