import type { RateLimit } from './headers';

/** How much the end of one window may vary between answers, in milliseconds: the API gives it in whole seconds. */
const ROUNDING = 1500;

/** How many requests may be in flight until an answer shows the rate limit. */
const UNKNOWN = 50;

/** The current window of the rate limit, as the API's answers show it. */
export class RateLimitWindow {
	private limit = UNKNOWN;
	private remaining = UNKNOWN;
	private isKnown = false;
	/** Epoch milliseconds. */
	private endsAt = 0;

	/**
	 * Whether the window allows one more request.
	 *
	 * @param inFlight those that it also has to allow, since they have no answer yet
	 * @param held those of them that have not gone out
	 */
	allows(inFlight: number, held: number): boolean {
		if (this.endsAt > 0 && Date.now() > this.endsAt + ROUNDING) this.startNext(false);
		// One request is always allowed, because its answer shows the next window.
		return inFlight === held || inFlight < this.remaining;
	}

	/** Seconds until the window ends, according to other answers; 0 if it is unknown. */
	get secondsLeft(): number {
		return Math.max(0, this.endsAt - Date.now()) / 1000;
	}

	/** Learns from an answer. @param isRefusal whether it is a 429 */
	note({ limit, remaining, reset }: RateLimit, isRefusal: boolean): void {
		if (limit) this.limit = limit;
		if (remaining === undefined) {
			// An API that does not show its rate limit may have none.
			if (!this.isKnown && !isRefusal) this.remaining = Infinity;
			return;
		}
		const endsAt = reset === undefined ? undefined : Date.now() + reset * 1000;
		const isNew = !this.isKnown || endsAt === undefined || endsAt > this.endsAt + ROUNDING;
		// Answers overtake each other: within one window, the lowest number is the newest.
		this.remaining = isNew ? remaining : Math.min(this.remaining, remaining);
		if (isNew && endsAt !== undefined) this.endsAt = endsAt;
		this.isKnown = true;
	}

	/**
	 * Begins the next window.
	 *
	 * @param isContested whether the last window refused everything; then one request tries this window first
	 */
	startNext(isContested: boolean): void {
		this.remaining = isContested ? 1 : this.limit;
		this.endsAt = 0;
	}
}
