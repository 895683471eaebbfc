import { sleep } from 'n8n-workflow';
import type { Answer } from '../answers';
import { CanceledError } from '../errors';
import { onAbort } from '../onAbort';
import { readRateLimit } from './headers';
import { RateLimitWindow } from './window';

/** Pause after a 429 if no answer says when the window ends, in seconds; doubled for each further 429 in a row. */
const FIRST_PAUSE = 1;

/** The most milliseconds to add to a pause, so that not all processes continue at the same moment. */
export const MOST_JITTER = 1000;

/** How often to check whether a pause is over, in milliseconds. */
const TICK = 250;

/** How a request waits until it may be sent. */
export interface Wait {
	place: Place;
	/** Longest wait in one pause, in milliseconds. After it, the request may be sent even if the pause is not over. */
	maxPause: number;
	/** Checked during pauses: whether to give up, because the API refuses everything. */
	isHopeless: () => boolean;
}

interface Waiter extends Wait {
	/** Epoch milliseconds. */
	since: number;
	leave: (mayGo: boolean) => void;
}

/** How long requests of other executions go before one in the background, in milliseconds: it must have its turn, too. */
const HEAD_START = 60_000;

/** The place of a request in the queue, which it keeps when it is sent again. */
export interface Place {
	/** The time from which later requests wait for this one, in epoch milliseconds. */
	since: number;
	/** For requests of the same time. */
	ticket: number;
}

let tickets = 0;

/** A place at the end of the queue. */
export function takePlace(isBackground: boolean): Place {
	return { since: Date.now() + (isBackground ? HEAD_START : 0), ticket: ++tickets };
}

/**
 * Decides when requests may be sent, so that they stay within the API's rate limit. All executions of the process that use the same
 * token share one queue. Requests are sent in the order in which they arrive.
 */
export class RequestQueue {
	private readonly window = new RateLimitWindow();
	private readonly waiting: Waiter[] = [];
	/** Turns that have begun and are not over. */
	private inFlight = 0;
	/** Those of them whose request has not gone out: see {@link keepTurn}. */
	private kept = 0;
	private isTicking = false;
	/** Epoch milliseconds; 0 if there is no pause. */
	private pausedFrom = 0;
	/** Epoch milliseconds; in the past if there is no pause. */
	private pausedUntil = 0;
	/** The number of pauses so far. */
	pauses = 0;
	/** The last 429. */
	lastRefusal: Answer = { status: 429, headers: {}, body: undefined };
	/** Seconds to wait, as the last 429 said; undefined if it did not. */
	lastRefusalSeconds?: number;
	/** `pauses` when a request last succeeded. */
	private pausesAtSuccess = 0;
	private lastUse = Date.now();

	get isPaused(): boolean {
		return Date.now() < this.pausedUntil;
	}

	/** Whether no request has been waiting or in flight for the given milliseconds. */
	isIdleFor(milliseconds: number): boolean {
		const lastUse = Math.max(this.lastUse, this.pausedUntil);
		return this.inFlight === 0 && this.waiting.length === 0 && Date.now() > lastUse + milliseconds;
	}

	/** The number of pauses since a request last succeeded, without the first `since` pauses. */
	pausesWithoutSuccess(since = 0): number {
		return this.pauses - Math.max(since, this.pausesAtSuccess);
	}

	/**
	 * Waits until a request may be sent, and counts it as in flight. The caller must call {@link endTurn} after it.
	 *
	 * @param signal ends the wait
	 * @returns whether the request may be sent; false if `isHopeless` has ended the wait, and then there is no turn to end
	 * @throws CanceledError
	 */
	async waitForTurn(wait: Wait, signal?: AbortSignal): Promise<boolean> {
		if (signal?.aborted) throw new CanceledError();
		return await new Promise<boolean>((resolve, reject) => {
			const cancel = () => {
				this.waiting.splice(this.waiting.indexOf(waiter), 1);
				reject(new CanceledError());
			};
			const stopListening = signal && onAbort(signal, cancel);
			const leave = (mayGo: boolean) => {
				stopListening?.();
				if (mayGo) this.inFlight++;
				resolve(mayGo);
			};
			const waiter = { ...wait, since: Date.now(), leave };
			this.enqueue(waiter);
			this.letGo();
		});
	}

	/**
	 * Does something before the request goes out, which sends requests of its own. The turn is kept meanwhile: otherwise, where many
	 * requests do so, the window would be used up before any of them goes out.
	 *
	 * @returns whether the request may still go out; if not, there is no turn to end
	 * @throws what the step throws; then there is no turn to end, either
	 */
	async keepTurn(step: () => Promise<void>): Promise<boolean> {
		let mayGo = false;
		this.kept++;
		try {
			await step();
			mayGo = !this.isPaused;
		} finally {
			this.kept--;
			if (!mayGo) this.endTurn();
		}
		return mayGo;
	}

	/** Ends the turn of a request that has its answer, or will not get one. */
	endTurn(): void {
		this.inFlight--;
		this.lastUse = Date.now();
		this.letGo();
	}

	/**
	 * Learns from an answer, and pauses if the rate limit is used up.
	 *
	 * @param pausesBefore `pauses` when the request was sent
	 */
	note(answer: Answer, pausesBefore: number): void {
		const { status, headers, body } = answer;
		const rateLimit = readRateLimit(headers, body);
		this.window.note(rateLimit, status === 429);
		const { remaining, reset, retryAfter } = rateLimit;
		if (status !== 429) {
			this.noteSuccess(pausesBefore);
			if (remaining === 0 && reset !== undefined) this.pauseFor(reset);
			return;
		}
		this.lastRefusal = answer;
		this.lastRefusalSeconds = retryAfter || reset || undefined;
		// Otherwise it was sent before the pause, and says nothing about the time after it.
		if (this.pauses === pausesBefore) {
			const guess = this.window.secondsLeft || FIRST_PAUSE * 2 ** this.pausesWithoutSuccess();
			this.pauseFor(this.lastRefusalSeconds ?? guess);
		}
	}

	private noteSuccess(pausesBefore: number): void {
		this.pausesAtSuccess = Math.max(this.pausesAtSuccess, pausesBefore);
		if (this.pauses > pausesBefore || this.pausedFrom === 0) return;
		// It was sent during the pause and succeeded, so the pause is over earlier than the API said.
		this.pausedFrom = 0;
		this.pausedUntil = 0;
	}

	private enqueue(waiter: Waiter): void {
		let index = this.waiting.length;
		while (index > 0 && isBefore(waiter.place, this.waiting[index - 1].place)) index--;
		this.waiting.splice(index, 0, waiter);
	}

	/** Ends the wait of all requests that may be sent now. */
	private letGo(): void {
		const now = Date.now();
		const { isPaused } = this;
		if (!isPaused && this.pausedFrom > 0) {
			this.pausedFrom = 0;
			this.window.startNext(this.pausesWithoutSuccess() > 1);
		}
		for (let index = 0; index < this.waiting.length;) {
			const { since, maxPause, isHopeless, leave } = this.waiting[index];
			const mayGo = !isPaused || now >= Math.max(since, this.pausedFrom) + maxPause;
			const isGoingOut = mayGo && this.window.allows(this.inFlight, this.kept);
			if (isGoingOut || (isPaused && isHopeless())) {
				this.waiting.splice(index, 1);
				leave(isGoingOut);
			} else if (isPaused) {
				index++;
			} else {
				break;
			}
		}
		if (isPaused && this.waiting.length > 0) void this.tick();
	}

	/** Checks during a pause whether requests may be sent. */
	private async tick(): Promise<void> {
		if (this.isTicking) return;
		this.isTicking = true;
		await sleep(Math.max(1, Math.min(TICK, this.pausedUntil - Date.now())));
		this.isTicking = false;
		this.letGo();
	}

	private pauseFor(seconds: number): void {
		const now = Date.now();
		const until = now + seconds * 1000;
		if (seconds === 0 || until <= this.pausedUntil) return;
		if (now >= this.pausedUntil) {
			this.pausedFrom = now;
			this.pauses++;
		}
		this.pausedUntil = until + this.jitter(seconds);
	}

	/** Processes without a successful request in the last window continue first in the next one. */
	private jitter(seconds: number): number {
		const share = this.pausesWithoutSuccess() > 1 ? Math.random() / 2 : 0.5 + Math.random() / 2;
		return share * Math.min(seconds * 100, MOST_JITTER);
	}
}

function isBefore(one: Place, other: Place): boolean {
	return one.since === other.since ? one.ticket < other.ticket : one.since < other.since;
}
