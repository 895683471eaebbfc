import type { Answer } from '../answers';
import { CanceledError } from '../errors';
import { NoAnswerError } from '../failures';
import { MOST_JITTER, takePlace } from './requestQueue';
import type { Place, RequestQueue } from './requestQueue';
import { sleep } from '../sleep';

/** How often a request is sent again after a temporary failure. */
const MAX_RETRIES = 3;

/** How often one request may be refused by the rate limit. */
const MAX_REFUSALS = 10;

/** How many pauses in a row may end with a refusal, if the API says when its next window begins: other processes may use it up. */
const MAX_USELESS_PAUSES = 10;

/** The same if the API does not say when, and for requests that wait less than it says. */
const MAX_USELESS_GUESSES = 3;

/** First pause after a temporary failure, in milliseconds; each further one is twice as long. */
const FIRST_PAUSE = 500;

/** How long a lookup is valid, in milliseconds. After a longer wait, a request that depends on it looks up again. */
export const FRESH = 3000;

/** Returned like a 429 when the rate limit leaves no time to look up and then send. */
const NO_TIME: Answer = { status: 429, headers: {}, body: undefined };

export interface Pacing {
	/** Longest single pause for the API's rate limit, in seconds; 0 means not to wait at all. */
	maxRateLimitWait: number;
	/** Whether requests of other executions go first, for a while. */
	isBackground?: boolean;
}

/** Sends the requests of one execution within the API's rate limit, and retries temporary failures. */
export class Pacer {
	private millisecondsWaited = 0;
	private waitedUntil = 0;
	/** `pauses` of the queue when this execution began, or last gave up. */
	private pausesBefore: number;
	/** Refusals in a row of requests that did not wait until the end of a pause. */
	private hastyRefusals = 0;
	/** Epoch milliseconds until which all requests get the last 429, because the API refuses everything. */
	private refusedUntil = 0;

	/** @param signal ends all waits; nothing is sent after it is aborted */
	constructor(
		private readonly queue: RequestQueue,
		private readonly pacing: Pacing,
		private readonly signal?: AbortSignal,
	) {
		this.pausesBefore = queue.pauses;
	}

	/** How long requests have paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		return Math.round(this.millisecondsWaited / 1000);
	}

	/**
	 * Sends a request when the rate limit allows it, and again after a 429 or a temporary failure.
	 *
	 * @param isTemporary whether an outcome other than 429 is worth a retry
	 * @param lookAgain runs before each attempt that had to wait; if it throws, nothing more is sent
	 * @returns the last answer
	 * @throws CanceledError, what `lookAgain` throws, and the error of the last attempt
	 */
	async sendWithRetry(
		send: () => Promise<Answer>,
		isTemporary: (outcome: Answer | Error) => boolean,
		lookAgain?: () => Promise<void>,
	): Promise<Answer> {
		const place = takePlace(this.pacing.isBackground === true);
		let lookedAt = Date.now();
		for (let retries = 0, refusals = 0, looks = 0; ;) {
			if (!(await this.waitForTurn(place))) return this.queue.lastRefusal;
			if (lookAgain && Date.now() > lookedAt + FRESH) {
				if (++looks > MAX_REFUSALS) {
					this.queue.endTurn();
					return NO_TIME;
				}
				const mayStillGo = await this.queue.keepTurn(lookAgain);
				lookedAt = Date.now();
				if (!mayStillGo) continue;
			}
			const outcome = await this.attempt(send);
			if (!(outcome instanceof Error) && outcome.status === 429) {
				if (++refusals > MAX_REFUSALS || this.givesUp()) return outcome;
				lookedAt = 0;
			} else if (retries < MAX_RETRIES && isTemporary(outcome)) {
				await sleep(withJitter(FIRST_PAUSE * 2 ** retries++), this.signal);
			} else if (outcome instanceof Error) {
				throw outcome;
			} else {
				return outcome;
			}
		}
	}

	/** @returns false if the API refuses everything; then there is no turn to end */
	private async waitForTurn(place: Place): Promise<boolean> {
		const { queue, pacing, signal } = this;
		if (Date.now() < this.refusedUntil) return false;
		const since = Date.now();
		const { isPaused, pauses } = queue;
		// Jitter makes a pause a little longer than the API says.
		const maxPause = pacing.maxRateLimitWait && pacing.maxRateLimitWait * 1000 + MOST_JITTER;
		const isHopeless = () => this.isHopeless();
		const mayGo = await queue.waitForTurn({ place, maxPause, isHopeless }, signal);
		if (isPaused || queue.pauses > pauses) this.noteWait(since, Date.now());
		if (!mayGo) this.giveUp();
		return mayGo;
	}

	/** Requests wait at the same time, so overlapping waits count once. */
	private noteWait(from: number, until: number): void {
		if (until <= this.waitedUntil) return;
		this.millisecondsWaited += until - Math.max(from, this.waitedUntil);
		this.waitedUntil = until;
	}

	/** Returns an error instead of throwing it, because a retry may help. */
	private async attempt(send: () => Promise<Answer>): Promise<Answer | Error> {
		const { queue } = this;
		const { isPaused, pauses } = queue;
		try {
			const answer = await send();
			queue.note(answer, pauses);
			if (answer.status !== 429) this.hastyRefusals = 0;
			else if (isPaused && queue.pauses === pauses) this.hastyRefusals++;
			return answer;
		} catch (error) {
			// n8n must see a cancel as a cancel. But a request that certainly did not arrive must stay known as such.
			if (!(error instanceof NoAnswerError && error.neverSent)) this.throwIfCanceled();
			return error instanceof Error ? error : new Error(String(error));
		} finally {
			queue.endTurn();
		}
	}

	/** Whether to give up after a 429. */
	private givesUp(): boolean {
		const isOver = this.pacing.maxRateLimitWait === 0 || this.isHopeless();
		if (isOver) this.giveUp();
		return isOver;
	}

	private isHopeless(): boolean {
		const { queue, pausesBefore, hastyRefusals } = this;
		const most = queue.lastRefusalSeconds ? MAX_USELESS_PAUSES : MAX_USELESS_GUESSES;
		return hastyRefusals > MAX_USELESS_GUESSES || queue.pausesWithoutSuccess(pausesBefore) > most;
	}

	private giveUp(): void {
		const { queue, pacing } = this;
		const seconds = queue.lastRefusalSeconds ?? 1;
		this.refusedUntil = Date.now() + Math.min(seconds, pacing.maxRateLimitWait) * 1000;
		this.pausesBefore = queue.pauses;
		this.hastyRefusals = 0;
	}

	/** @throws CanceledError */
	private throwIfCanceled(): void {
		if (this.signal?.aborted) throw new CanceledError();
	}
}

function withJitter(milliseconds: number): number {
	return milliseconds * (0.75 + Math.random() / 2);
}
