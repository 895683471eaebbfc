import type { Answer } from '../answers';
import { MOST_JITTER } from './pauses';
import type { Patience, QueueTurn, RequestQueue } from './requestQueue';
import { takePlace } from './place';
import type { Place } from './place';

/** How often one request may be refused by the rate limit. */
const MAX_REFUSALS = 10;

/** How many pauses in a row may end with a refusal, if the API says when its next window begins: other processes may use it up. */
const MAX_USELESS_PAUSES = 10;

/** The same if the API does not say when, and for requests that wait less than it says. */
const MAX_USELESS_GUESSES = 3;

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

/** A request's turn to be sent. It ends with the answer, or with the task that has it. */
export interface Turn {
	/** Whether the request has waited so long that what was looked up before it may have changed. */
	readonly isLate: boolean;
	/**
	 * Looks up something in the meantime, with requests of its own. The request keeps its turn: otherwise, where many requests look
	 * up something, the window would be used up before any of them goes out.
	 */
	hold<T>(look: () => Promise<T>): Promise<T>;
	/**
	 * Sends the request.
	 *
	 * @returns the answer; undefined if the rate limit refuses the request, and it should be tried in another turn
	 * @throws what `send` throws
	 */
	send(send: () => Promise<Answer>): Promise<Answer | undefined>;
}

/** The turns of one execution's requests in the queue that all executions share: how long they wait, and when they give up. */
export class Turns implements Patience {
	private millisecondsWaited = 0;
	private waitedUntil = 0;
	/** The number of the queue's pauses when this execution began, or last gave up. */
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
		this.pausesBefore = queue.pauses.count;
	}

	/** How long requests have paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		return Math.round(this.millisecondsWaited / 1000);
	}

	/** Jitter makes a pause a little longer than the API says. */
	get maxPause(): number {
		const { maxRateLimitWait } = this.pacing;
		return maxRateLimitWait && maxRateLimitWait * 1000 + MOST_JITTER;
	}

	get isHopeless(): boolean {
		const { queue, pausesBefore, hastyRefusals } = this;
		const most = queue.lastRefusalSeconds ? MAX_USELESS_PAUSES : MAX_USELESS_GUESSES;
		return hastyRefusals > MAX_USELESS_GUESSES || queue.pauses.withoutSuccess(pausesBefore) > most;
	}

	noteAnswer({ status }: Answer, isHasty: boolean): void {
		if (status !== 429) this.hastyRefusals = 0;
		else if (isHasty) this.hastyRefusals++;
	}

	/** A place at the end of the queue. */
	takePlace(): Place {
		return takePlace(this.pacing.isBackground === true);
	}

	/**
	 * Runs a task, which sends one request, in a turn of the queue. If the task returns undefined, it runs again in another turn.
	 *
	 * @param place of the request, if it was sent before
	 * @throws CanceledError, and what the task throws
	 */
	async run<T>(task: (turn: Turn) => Promise<T | undefined>, place = this.takePlace()): Promise<T> {
		for (;;) {
			const result = await this.runInTurn(task, place);
			if (result !== undefined) return result;
		}
	}

	private async runInTurn<T>(task: (turn: Turn) => Promise<T>, place: Place): Promise<T> {
		const { queue } = this;
		const since = Date.now();
		if (since < this.refusedUntil) return await task(refusedWith(queue.lastRefusal));
		const { isPaused, count } = queue.pauses;
		const begin = async (turn?: QueueTurn) => {
			if (isPaused || queue.pauses.count > count) this.noteWait(since, Date.now());
			if (!turn) this.giveUp();
			return await task(turn ? this.turnFor(place, turn) : refusedWith(queue.lastRefusal));
		};
		return await queue.inTurn(place, this, begin, this.signal);
	}

	private turnFor(place: Place, turn: QueueTurn): Turn {
		const isLate = Date.now() > place.lookedAt + FRESH;
		if (isLate && place.looks >= MAX_REFUSALS) return refusedWith(NO_TIME);
		return {
			isLate,
			hold: async (look) => {
				place.looks++;
				const found = await turn.hold(look);
				place.lookedAt = Date.now();
				return found;
			},
			send: async (send) => {
				const answer = await turn.send(send);
				if (answer?.status !== 429) return answer;
				if (++place.refusals > MAX_REFUSALS || this.givesUp()) return answer;
				place.lookedAt = 0;
				return undefined;
			},
		};
	}

	/** Requests wait at the same time, so overlapping waits count once. */
	private noteWait(from: number, until: number): void {
		if (until <= this.waitedUntil) return;
		this.millisecondsWaited += until - Math.max(from, this.waitedUntil);
		this.waitedUntil = until;
	}

	/** Whether to give up after a 429. */
	private givesUp(): boolean {
		const isOver = this.pacing.maxRateLimitWait === 0 || this.isHopeless;
		if (isOver) this.giveUp();
		return isOver;
	}

	private giveUp(): void {
		const { queue, pacing } = this;
		const seconds = queue.lastRefusalSeconds ?? 1;
		this.refusedUntil = Date.now() + Math.min(seconds, pacing.maxRateLimitWait) * 1000;
		this.pausesBefore = queue.pauses.count;
		this.hastyRefusals = 0;
	}
}

/** A turn in which nothing is sent, because the rate limit refuses everything. */
function refusedWith(refusal: Answer): Turn {
	return {
		isLate: false,
		hold: async (look) => await look(),
		send: async () => await Promise.resolve(refusal),
	};
}
