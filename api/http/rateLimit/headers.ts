import type { Answer } from '../answers';
import { readApiError } from '../answers';

export interface RateLimit {
	/** Requests that a window allows. */
	limit?: number;
	/** Requests that the current window still allows. */
	remaining?: number;
	/** Seconds until the next window. */
	reset?: number;
	/** Seconds to wait, from a 429. */
	retryAfter?: number;
}

/** Reads the rate limit from an answer (X-RateLimit-* on all answers: endpoints/make-call, api-reference/introduction). */
export function readRateLimit(headers: Answer['headers'], body?: unknown): RateLimit {
	const now = Date.parse(headers.date ?? '') || Date.now();
	const limit = count(headers['x-ratelimit-limit']);
	const remaining = count(headers['x-ratelimit-remaining']?.replace(/^-.*/, '0'));
	return {
		limit,
		// A limit of 0 on an answer can only mean that the API has no limit.
		remaining: limit === 0 ? undefined : remaining,
		reset: readReset(count(headers['x-ratelimit-reset']), now),
		retryAfter: readRetryAfter(headers['retry-after'], now) ?? readApiError(body).retryAfter,
	};
}

/** The unit is undocumented, but its size tells epoch milliseconds, epoch seconds and seconds from now apart. */
function readReset(value: number | undefined, now: number): number | undefined {
	if (value === undefined) return undefined;
	if (value > 1e11) return Math.max(0, (value - now) / 1000);
	if (value > 1e8) return Math.max(0, value - now / 1000);
	return value;
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(value: string | undefined, now: number): number | undefined {
	const date = Date.parse(value ?? '');
	return (
		readReset(count(value), now) ??
		(Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000))
	);
}

function count(value: string | undefined): number | undefined {
	return value !== undefined && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}
