import { sleep } from 'n8n-workflow';
import type { Answer } from '../answers';
import { CanceledError } from '../../errors';
import { onAbort } from '../../async/onAbort';
import { readRateLimit } from './headers';
import { Pauses } from './pauses';
import { isBefore } from './place';
import type { Place } from './place';
import { RateLimitWindow } from './window';

/** Pause after a 429 if no answer says when the window ends, in seconds; doubled for each further 429 in a row. */
const FIRST_PAUSE = 1;

/** How often to check whether a pause is over, in milliseconds. */
const TICK = 250;

/** How the requests of one execution wait until they may be sent. */
export interface Patience {
	/** Longest wait in one pause, in milliseconds. After it, a request may be sent even if the pause is not over. */
	readonly maxPause: number;
	/** Checked during pauses: whether to give up, because the API refuses everything. */
	readonly isHopeless: boolean;
	/** @param isHasty whether the request was sent during a pause, which has not ended since */
	noteAnswer(answer: Answer, isHasty: boolean): void;
}

/** A request's turn. It is over when the request has its answer. */
export interface QueueTurn {
	/** Does something before the request goes out, which sends requests of its own. */
	hold<T>(step: () => Promise<T>): Promise<T>;
	/** @returns the answer; undefined if a pause has begun while the turn was held, so that the request did not go out */
	send(send: () => Promise<Answer>): Promise<Answer | undefined>;
}

interface Waiter {
	place: Place;
	patience: Patience;
	/** Epoch milliseconds. */
	since: number;
	leave: (mayGo: boolean) => void;
}

/**
 * Decides when requests may be sent, so that they stay within the API's rate limit. All executions of the process that use the same
 * token share one queue. Requests are sent in the order in which they arrive.
 */
export class RequestQueue {
	readonly pauses = new Pauses();
	private readonly window = new RateLimitWindow();
	private readonly waiting: Waiter[] = [];
	/** Turns that have begun and are not over. */
	private inFlight = 0;
	/** Those of them that are held, so that their request has not gone out. */
	private held = 0;
	private isTicking = false;
	/** The last 429. */
	lastRefusal: Answer = { status: 429, headers: {}, body: undefined };
	/** Seconds to wait, as the last 429 said; undefined if it did not. */
	lastRefusalSeconds?: number;
	private lastUse = Date.now();

	/** Whether no request has been waiting or in flight for the given milliseconds. */
	isIdleFor(milliseconds: number): boolean {
		const lastUse = Math.max(this.lastUse, this.pauses.endsAt);
		return this.inFlight === 0 && this.waiting.length === 0 && Date.now() > lastUse + milliseconds;
	}

	/**
	 * Runs a task in a turn, which begins when a request may be sent.
	 *
	 * @param task is given no turn if `patience` has given up
	 * @param signal ends the wait
	 * @throws CanceledError, and what the task throws
	 */
	async inTurn<T>(
		place: Place,
		patience: Patience,
		task: (turn?: QueueTurn) => Promise<T>,
		signal?: AbortSignal,
	): Promise<T> {
		if (!(await this.waitForTurn(place, patience, signal))) return await task();
		let isHeld = false;
		let isOver = false;
		const end = () => {
			if (!isOver) this.endTurn();
			isOver = true;
		};
		const hold = async <Found>(step: () => Promise<Found>) => {
			isHeld = true;
			this.held++;
			return await step().finally(() => this.held--);
		};
		const send = async (request: () => Promise<Answer>) => {
			if (isHeld && this.pauses.isPaused) return undefined;
			try {
				return await this.send(request, patience);
			} finally {
				end();
			}
		};
		try {
			return await task({ hold, send });
		} finally {
			end();
		}
	}

	/** Resolves when the turn has begun; with false if `patience` has given up. */
	private async waitForTurn(
		place: Place,
		patience: Patience,
		signal?: AbortSignal,
	): Promise<boolean> {
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
			const waiter = { place, patience, since: Date.now(), leave };
			this.enqueue(waiter);
			this.letGo();
		});
	}

	private async send(request: () => Promise<Answer>, patience: Patience): Promise<Answer> {
		const { isPaused, count } = this.pauses;
		const answer = await request();
		this.note(answer, count);
		patience.noteAnswer(answer, isPaused && this.pauses.count === count);
		return answer;
	}

	private endTurn(): void {
		this.inFlight--;
		this.lastUse = Date.now();
		this.letGo();
	}

	/**
	 * Learns from an answer, and pauses if the rate limit is used up.
	 *
	 * @param pausesBefore the number of pauses when the request was sent
	 */
	private note(answer: Answer, pausesBefore: number): void {
		const { status, headers, body } = answer;
		const rateLimit = readRateLimit(headers, body);
		this.window.note(rateLimit, status === 429);
		const { remaining, reset, retryAfter } = rateLimit;
		if (status !== 429) {
			this.pauses.noteSuccess(pausesBefore);
			if (remaining === 0 && reset !== undefined) this.pauses.begin(reset);
			return;
		}
		this.lastRefusal = answer;
		this.lastRefusalSeconds = retryAfter || reset || undefined;
		// Otherwise it was sent before the pause, and says nothing about the time after it.
		if (this.pauses.count === pausesBefore) {
			const guess = this.window.secondsLeft || FIRST_PAUSE * 2 ** this.pauses.withoutSuccess();
			this.pauses.begin(this.lastRefusalSeconds ?? guess);
		}
	}

	private enqueue(waiter: Waiter): void {
		let index = this.waiting.length;
		while (index > 0 && isBefore(waiter.place, this.waiting[index - 1].place)) index--;
		this.waiting.splice(index, 0, waiter);
	}

	/** Ends the wait of all requests that may be sent now. */
	private letGo(): void {
		const { pauses, window } = this;
		const { isPaused } = pauses;
		if (!isPaused && pauses.end()) window.startNext(pauses.isContested);
		for (let index = 0; index < this.waiting.length;) {
			const { since, patience, leave } = this.waiting[index];
			const mayGo = !isPaused || pauses.hasLasted(patience.maxPause, since);
			const isGoingOut = mayGo && window.allows(this.inFlight, this.held);
			if (isGoingOut || (isPaused && patience.isHopeless)) {
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
		await sleep(Math.max(1, Math.min(TICK, this.pauses.endsAt - Date.now())));
		this.isTicking = false;
		this.letGo();
	}
}
