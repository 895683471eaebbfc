export interface RateLimit {
	/** Requests that a window of a token allows. */
	limit: number;
	/** Length of a window, which begins with its first request. */
	windowMs: number;
	/** Of `X-RateLimit-Reset`, which is undocumented; default `epochSeconds`. */
	resetUnit?: 'epochSeconds' | 'epochMilliseconds';
	/** Whether answers show the limit; default true. Without, only the body of a 429 says how long to wait. */
	hasHeaders?: boolean;
}

/** Counts requests in fixed windows, one for each token. */
export class RateLimiter {
	readonly #windows = new Map<string, { endsAt: number; used: number }>();

	/** @param now the clock, in epoch milliseconds */
	constructor(
		private readonly rules: RateLimit,
		private readonly now = () => Date.now(),
	) {}

	/**
	 * Counts one request.
	 *
	 * @returns headers of the answer; `waitSeconds` if the window is used up
	 */
	count(token: string): { headers: Record<string, string>; waitSeconds?: number } {
		const { limit, windowMs, resetUnit, hasHeaders = true } = this.rules;
		const now = this.now();
		let window = this.#windows.get(token);
		if (!window || now >= window.endsAt) {
			window = { endsAt: now + windowMs, used: 0 };
			this.#windows.set(token, window);
		}
		const { endsAt } = window;
		const used = ++window.used;
		// Rounded up, so that a client that waits this long is in the next window.
		const reset = resetUnit === 'epochMilliseconds' ? endsAt : Math.ceil(endsAt / 1000);
		const headers = {
			'X-RateLimit-Limit': String(limit),
			'X-RateLimit-Remaining': String(Math.max(0, limit - used)),
			'X-RateLimit-Reset': String(reset),
		};
		return {
			headers: hasHeaders ? headers : {},
			...(used > limit && { waitSeconds: Math.ceil((endsAt - now) / 1000) }),
		};
	}

	/** The next request of each token begins a new window. */
	reset(): void {
		this.#windows.clear();
	}
}
