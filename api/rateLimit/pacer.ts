import { sleep } from 'n8n-workflow';
import { CanceledError } from '../errors';
import type { Answer } from '../answers';
import { NoAnswerError } from '../failures';
import { readRateLimit } from './headers';

/** How often a request is tried again when trying again does not help. */
const RETRIES = 3;

/** How often one request may be refused for the rate limit while others get through: many share a small limit, but one item must not hold all others up. */
const REFUSALS = 10;

/** First pause after a failure, in milliseconds; each further one is twice as long. */
const FIRST_PAUSE = 500;

/** How long to go without looking whether the execution was cancelled, in milliseconds. */
const CANCEL_CHECK = 250;

/** How old an answer may be, in milliseconds, on which a request depends. */
const FRESH = 3000;

/** How far apart the ends of one window may seem to be, since the API gives them in whole seconds; in milliseconds. */
const ROUNDING = 1500;

export interface Pacing {
	/** Longest single pause for the API's rate limit, in seconds; 0 means not to wait at all. */
	maxRateLimitWait: number;
}

/**
 * When the requests of one execution may go out: they pause together for the API's rate limit, and each is tried again
 * after a passing failure. Pauses have jitter, so that many workers do not come back in step.
 */
export class Pacer {
	private inFlight = 0;
	/** What the API last said it still accepts before the rate limit's next window. */
	private remaining = Infinity;
	private limit = Infinity;
	private windowEndsAt = 0;
	private pauses = 0;
	private pausedFrom = 0;
	private pausedUntil = 0;
	/** Pauses in a row after which not one request got through. */
	private vainPauses = 0;
	private waitedUntil = 0;
	private waited = 0;
	private waiting: Array<() => void> = [];
	/** The answer for all, while the API refuses everything. */
	private givenUp?: { answer: Answer; until: number };

	constructor(
		private readonly pacing: Pacing,
		/** Ends all pauses; nothing is sent after it. */
		private readonly signal?: AbortSignal,
	) {}

	/** How long this execution has paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		return Math.round(this.waited / 1000);
	}

	/**
	 * Sends a request, as often as it takes and makes sense.
	 *
	 * @param isPassing whether an outcome other than 429 is worth another try
	 * @param lookAgain runs before each try that had to wait; what it throws ends the tries
	 * @returns the first answer that is not worth another try, or the last one of all tries
	 * @throws what the last try threw
	 */
	async retry(
		send: () => Promise<Answer>,
		isPassing: (outcome: Answer | Error) => boolean,
		lookAgain?: () => Promise<void>,
	): Promise<Answer> {
		let lookedAt = Date.now();
		for (let failures = 0, refusals = 0, looks = 0; ;) {
			const refusal = await this.turn();
			if (refusal) return refusal;
			if (lookAgain && Date.now() > lookedAt + FRESH) {
				this.endTurn();
				if (++looks > REFUSALS) return { status: 429, headers: {}, body: undefined };
				await lookAgain();
				lookedAt = Date.now();
				continue;
			}
			const pausesBefore = this.pauses;
			const outcome = await this.attempt(send);
			if (!(outcome instanceof Error) && outcome.status === 429) {
				if (++refusals > REFUSALS || !this.pause(outcome, pausesBefore)) return outcome;
				lookedAt = 0;
			} else {
				this.vainPauses = 0;
				this.givenUp = undefined;
				if (failures < RETRIES && isPassing(outcome)) {
					await this.sleep(jittered(FIRST_PAUSE * 2 ** failures++));
				} else if (outcome instanceof Error) {
					throw outcome;
				} else {
					return outcome;
				}
			}
		}
	}

	private async attempt(send: () => Promise<Answer>): Promise<Answer | Error> {
		try {
			const answer = await send();
			this.heed(answer);
			return answer;
		} catch (error) {
			// What surely did not arrive may be sent by the next try.
			if (!(error instanceof NoAnswerError && error.neverSent)) this.throwIfCancelled();
			return error instanceof Error ? error : new Error(String(error));
		} finally {
			this.endTurn();
		}
	}

	private endTurn(): void {
		this.inFlight--;
		for (const goOn of this.waiting.splice(0)) goOn();
	}

	/**
	 * Waits until a request may go out, and counts it as under way: at once, so that others who wait see it.
	 *
	 * @returns the answer in place of which it would go out, while the API refuses everything
	 */
	private async turn(): Promise<Answer | undefined> {
		for (;;) {
			this.throwIfCancelled();
			if (this.givenUp && Date.now() < this.givenUp.until) return this.givenUp.answer;
			if (this.pausedUntil > Date.now()) {
				await this.sitOut();
			} else if (this.inFlight > 0 && this.inFlight >= this.remaining) {
				await new Promise<void>((resolve) => this.waiting.push(resolve));
			} else {
				this.inFlight++;
				return undefined;
			}
		}
	}

	private async sitOut(): Promise<void> {
		const until = this.pausedUntil;
		await this.sleep(until - Date.now());
		if (this.waitedUntil < until) {
			this.waited += until - Math.max(this.waitedUntil, this.pausedFrom);
			this.waitedUntil = until;
			this.remaining = this.limit;
			this.windowEndsAt = 0;
		}
	}

	/** Learns from any answer how much the rate limit still leaves, and pauses before it is overrun. */
	private heed({ status, headers }: Answer): void {
		const { limit, remaining, reset } = readRateLimit(headers);
		if (limit) this.limit = limit;
		if (remaining !== undefined) this.noteRemaining(remaining, reset);
		if (remaining === 0 && reset !== undefined && status !== 429) this.pauseFor(reset);
	}

	/** Answers overtake each other: within one window, a number that is higher than the last is an older one. */
	private noteRemaining(remaining: number, reset: number | undefined): void {
		const endsAt = reset === undefined ? undefined : Date.now() + reset * 1000;
		const isNewWindow = endsAt === undefined || endsAt > this.windowEndsAt + ROUNDING;
		this.remaining = isNewWindow ? remaining : Math.min(this.remaining, remaining);
		if (isNewWindow && endsAt !== undefined) this.windowEndsAt = endsAt;
	}

	/** @returns whether to try again after the pause */
	private pause(answer: Answer, pausesBefore: number): boolean {
		if (this.pacing.maxRateLimitWait === 0) return false;
		// It was under way when the pause began, so it says nothing of what comes after.
		if (this.pauses > pausesBefore) return true;
		const { retryAfter, reset } = readRateLimit(answer.headers, answer.body);
		const seconds = retryAfter || reset || (FIRST_PAUSE / 1000) * 2 ** (this.vainPauses + 1);
		if (this.vainPauses >= RETRIES) {
			const length = Math.min(seconds, this.pacing.maxRateLimitWait) * 1000;
			this.givenUp = { answer, until: Date.now() + length };
			return false;
		}
		this.pauseFor(seconds);
		this.vainPauses++;
		return true;
	}

	private pauseFor(seconds: number): void {
		const length = Math.min(seconds, this.pacing.maxRateLimitWait) * 1000;
		const now = Date.now();
		const until = now + length + Math.random() * Math.min(length / 10, 1000);
		if (length === 0 || until <= this.pausedUntil) return;
		if (this.pausedUntil < now) this.pausedFrom = now;
		this.pauses++;
		this.pausedUntil = until;
	}

	private async sleep(milliseconds: number): Promise<void> {
		const until = Date.now() + milliseconds;
		for (let left = milliseconds; left > 0; left = until - Date.now()) {
			await sleep(Math.min(left, CANCEL_CHECK));
			this.throwIfCancelled();
		}
	}

	private throwIfCancelled(): void {
		if (this.signal?.aborted) throw new CanceledError();
	}
}

function jittered(milliseconds: number): number {
	return milliseconds * (0.75 + Math.random() / 2);
}
