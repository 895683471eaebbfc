import { sleep } from 'n8n-workflow';
import type { Answer } from '../answers';
import { CanceledError } from '../errors';
import { readRateLimit } from './headers';
import { RateLimitWindow } from './window';

/** How many pauses in a row may be useless before all requests fail. */
const MAX_USELESS_PAUSES = 3;

/** First pause after a 429 that does not say how long to wait, in seconds; each further one is twice as long. */
const FIRST_PAUSE = 1;

/** How long to sleep without checking for a cancel, in milliseconds. */
const CANCEL_CHECK = 250;

export interface Pacing {
	/** Longest single pause for the API's rate limit, in seconds; 0 means not to wait at all. */
	maxRateLimitWait: number;
}

/**
 * When a request may go out. All requests pause together for the rate limit. Pauses have jitter, so that many workers do not come
 * back at the same moment.
 */
export class Turns {
	private readonly window = new RateLimitWindow();
	private inFlight = 0;
	private waiting: Array<() => void> = [];
	private pausedFrom = 0;
	private pausedUntil = 0;
	private waitedUntil = 0;
	private millisecondsWaited = 0;
	/** Pauses in a row after which no request got through. */
	private uselessPauses = 0;
	/** The answer for all requests while the API refuses everything. */
	private refusal?: { answer: Answer; until: number };
	/** How many pauses there were. */
	pauses = 0;

	/** @param signal ends all waiting */
	constructor(
		private readonly pacing: Pacing,
		private readonly signal?: AbortSignal,
	) {}

	get secondsWaited(): number {
		return Math.round(this.millisecondsWaited / 1000);
	}

	/**
	 * Waits until a request may go out, and counts it as in flight. The caller must call {@link endTurn} after it.
	 *
	 * @returns undefined, or the refusal to use instead of an answer while the API refuses everything: then there is no turn to end
	 * @throws CanceledError
	 */
	async waitForTurn(): Promise<Answer | undefined> {
		for (;;) {
			this.throwIfCanceled();
			if (this.refusal && Date.now() < this.refusal.until) return this.refusal.answer;
			if (this.pausedUntil > Date.now()) {
				await this.waitOutPause();
			} else if (!this.window.allows(this.inFlight)) {
				await new Promise<void>((resolve) => this.waiting.push(resolve));
			} else {
				this.inFlight++;
				return undefined;
			}
		}
	}

	/** The request has its answer, or will not get one. */
	endTurn(): void {
		this.inFlight--;
		for (const goOn of this.waiting.splice(0)) goOn();
	}

	/** Learns from an answer how much the rate limit still allows, and pauses before it is used up. */
	noteRateLimit({ status, headers }: Answer): void {
		const rateLimit = readRateLimit(headers);
		this.window.note(rateLimit);
		const { remaining, reset } = rateLimit;
		if (remaining === 0 && reset !== undefined && status !== 429) this.pauseFor(reset);
	}

	/** A request was not refused for the rate limit. */
	noteSuccess(): void {
		this.uselessPauses = 0;
		this.refusal = undefined;
	}

	/**
	 * Pauses after a 429.
	 *
	 * @param pausesBefore how many pauses there were when the request went out
	 * @returns whether to try again after the pause
	 */
	pauseAfter(answer: Answer, pausesBefore: number): boolean {
		if (this.pacing.maxRateLimitWait === 0) return false;
		// It went out before the pause began, so it says nothing about what comes after.
		if (this.pauses > pausesBefore) return true;
		const { retryAfter, reset } = readRateLimit(answer.headers, answer.body);
		const seconds = retryAfter || reset || FIRST_PAUSE * 2 ** this.uselessPauses;
		if (this.uselessPauses >= MAX_USELESS_PAUSES) {
			this.refusal = { answer, until: Date.now() + this.bounded(seconds) };
			return false;
		}
		this.pauseFor(seconds);
		this.uselessPauses++;
		return true;
	}

	/** @throws CanceledError, a quarter of a second after the cancel at the latest */
	async sleep(milliseconds: number): Promise<void> {
		const until = Date.now() + milliseconds;
		for (let left = milliseconds; left > 0; left = until - Date.now()) {
			await sleep(Math.min(left, CANCEL_CHECK));
			this.throwIfCanceled();
		}
	}

	/** @throws CanceledError */
	throwIfCanceled(): void {
		if (this.signal?.aborted) throw new CanceledError();
	}

	private async waitOutPause(): Promise<void> {
		const until = this.pausedUntil;
		await this.sleep(until - Date.now());
		if (this.waitedUntil >= until) return;
		this.millisecondsWaited += until - Math.max(this.waitedUntil, this.pausedFrom);
		this.waitedUntil = until;
		this.window.startNext();
	}

	private pauseFor(seconds: number): void {
		const length = this.bounded(seconds);
		const now = Date.now();
		const until = now + length + Math.random() * Math.min(length / 10, 1000);
		if (length === 0 || until <= this.pausedUntil) return;
		if (this.pausedUntil < now) this.pausedFrom = now;
		this.pauses++;
		this.pausedUntil = until;
	}

	/** @returns milliseconds, at most Max Rate Limit Wait */
	private bounded(seconds: number): number {
		return Math.min(seconds, this.pacing.maxRateLimitWait) * 1000;
	}
}
