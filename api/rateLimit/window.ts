import type { RateLimit } from './headers';

/** How far apart the ends of one window may seem to be, in milliseconds: the API gives them in whole seconds. */
const ROUNDING = 1500;

/** The window of the rate limit that is open now, as the API's answers show it. Without such answers, it allows everything. */
export class RateLimitWindow {
	private limit = Infinity;
	private remaining = Infinity;
	/** Epoch milliseconds. */
	private endsAt = 0;

	/** Whether the window allows one more request beside those that have no answer yet. */
	allows(inFlight: number): boolean {
		// One request may always go out: its answer shows the next window.
		return inFlight === 0 || inFlight < this.remaining;
	}

	/** Learns from an answer. */
	note({ limit, remaining, reset }: RateLimit): void {
		if (limit) this.limit = limit;
		if (remaining === undefined) return;
		const endsAt = reset === undefined ? undefined : Date.now() + reset * 1000;
		const isNew = endsAt === undefined || endsAt > this.endsAt + ROUNDING;
		// Answers overtake each other: within one window, the lowest number is the newest.
		this.remaining = isNew ? remaining : Math.min(this.remaining, remaining);
		if (isNew && endsAt !== undefined) this.endsAt = endsAt;
	}

	/** The next window has begun. */
	startNext(): void {
		this.remaining = this.limit;
		this.endsAt = 0;
	}
}
