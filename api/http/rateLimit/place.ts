/** How long requests of other executions go before one in the background, in milliseconds: it must have its turn, too. */
const HEAD_START = 60_000;

/** The place of a request in the queue, which it keeps when it is sent again, and what has happened to it so far. */
export interface Place {
	/** The time from which later requests wait for this one, in epoch milliseconds. */
	readonly since: number;
	/** For requests of the same time. */
	readonly ticket: number;
	/** How often the rate limit has refused the request. */
	refusals: number;
	/** How often something was looked up again before it. */
	looks: number;
	/** When that was done last, in epoch milliseconds; at first, when the place was taken. */
	lookedAt: number;
}

let tickets = 0;

/** A place at the end of the queue. */
export function takePlace(isBackground: boolean): Place {
	const now = Date.now();
	const since = now + (isBackground ? HEAD_START : 0);
	return { since, ticket: ++tickets, refusals: 0, looks: 0, lookedAt: now };
}

export function isBefore(one: Place, other: Place): boolean {
	return one.since === other.since ? one.ticket < other.ticket : one.since < other.since;
}
