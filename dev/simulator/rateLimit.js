const { envelopes, withDetails } = require('./envelopes');

/** @typedef {import('./envelopes').Answer} Answer */
/**
 * @typedef {object} RateLimit
 * @property {number} limit requests that a window allows
 * @property {number} windowMs length of a window, which begins with its first request
 * @property {'epochSeconds' | 'epochMilliseconds' | 'seconds'} [resetUnit] of `X-RateLimit-Reset`, which is undocumented; default `epochSeconds`
 * @property {boolean} [retryAfterHeader] whether to send `Retry-After` (seconds) with a 429, which is undocumented
 * @property {'coded' | 'agents' | 'campaignCall'} [body] one of the three documented bodies of a 429; default: that of the endpoint's page
 */

const bodies = {
	coded: envelopes.rateLimitCoded,
	agents: envelopes.rateLimitAgents,
	campaignCall: envelopes.rateLimitCampaignCall,
};

/** Counts requests in fixed windows. */
class RateLimiter {
	#endsAt = 0;
	#used = 0;

	/**
	 * @param {RateLimit} rules
	 * @param {() => number} now the clock, in epoch milliseconds
	 */
	constructor(rules, now) {
		this.rules = rules;
		this.now = now;
	}

	/**
	 * Counts one request.
	 *
	 * @param {Answer} usual the 429 of the endpoint's page
	 * @returns {{ headers: Record<string, string>, refusal?: Answer }} headers for the answer, and the answer itself if the window is used up
	 */
	count(usual) {
		const { limit, windowMs, resetUnit = 'epochSeconds', retryAfterHeader, body } = this.rules;
		const now = this.now();
		if (now >= this.#endsAt) {
			this.#endsAt = now + windowMs;
			this.#used = 0;
		}
		this.#used++;

		// Rounded up, so that a client that waits this long is in the next window.
		const seconds = Math.ceil((this.#endsAt - now) / 1000);
		const resets = {
			epochSeconds: Math.ceil(this.#endsAt / 1000),
			epochMilliseconds: this.#endsAt,
			seconds,
		};
		const headers = {
			'X-RateLimit-Limit': String(limit),
			'X-RateLimit-Remaining': String(Math.max(0, limit - this.#used)),
			'X-RateLimit-Reset': String(resets[resetUnit]),
		};
		if (this.#used <= limit) return { headers };

		return {
			headers: { ...headers, ...(retryAfterHeader && { 'Retry-After': String(seconds) }) },
			refusal: withRetryAfter(body ? bodies[body] : usual, seconds),
		};
	}

	/** The next request begins a new window. */
	reset() {
		this.#endsAt = 0;
	}
}

/**
 * @param {Answer} answer
 * @param {number} seconds
 * @returns {Answer} the answer, with the time to wait if its envelope has a field for it
 */
function withRetryAfter(answer, seconds) {
	if (answer !== envelopes.rateLimitCoded) return answer;
	return withDetails(envelopes.rateLimitCoded, { retry_after: seconds });
}

module.exports = { RateLimiter };
