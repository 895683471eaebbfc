/** The most milliseconds to add to a pause, so that not all processes continue at the same moment. */
export const MOST_JITTER = 1000;

/** The pauses of a queue while the rate limit is used up. */
export class Pauses {
	private begun = 0;
	/** The pauses so far when a request last succeeded. */
	private begunAtSuccess = 0;
	/** Epoch milliseconds; 0 if there is no pause. */
	private from = 0;
	/** Epoch milliseconds; in the past if there is no pause. */
	private until = 0;

	/** The number of pauses so far. */
	get count(): number {
		return this.begun;
	}

	get isPaused(): boolean {
		return Date.now() < this.until;
	}

	/** When the last pause ends, in epoch milliseconds. */
	get endsAt(): number {
		return this.until;
	}

	/** The number of pauses since a request last succeeded, without the first `since` pauses. */
	withoutSuccess(since = 0): number {
		return this.begun - Math.max(since, this.begunAtSuccess);
	}

	/** Whether a whole pause has led to nothing but a refusal, as when other processes use up the rate limit. */
	get isContested(): boolean {
		return this.withoutSuccess() > 1;
	}

	/** Whether the pause has lasted for so many milliseconds after a time. */
	hasLasted(milliseconds: number, since: number): boolean {
		return Date.now() >= Math.max(since, this.from) + milliseconds;
	}

	/** Begins a pause, or makes the one that has begun longer. */
	begin(seconds: number): void {
		const now = Date.now();
		const until = now + seconds * 1000;
		if (seconds === 0 || until <= this.until) return;
		if (now >= this.until) {
			this.from = now;
			this.begun++;
		}
		this.until = until + this.jitter(seconds);
	}

	/** Ends a pause whose time is over. @returns whether there was one */
	end(): boolean {
		const wasPaused = this.from > 0;
		this.from = 0;
		return wasPaused;
	}

	/** Notes that a request has succeeded. @param countBefore the number of pauses when it was sent */
	noteSuccess(countBefore: number): void {
		this.begunAtSuccess = Math.max(this.begunAtSuccess, countBefore);
		// If it was sent during a pause, that is over earlier than the API said.
		if (this.begun === countBefore && this.end()) this.until = 0;
	}

	/** Processes without a successful request in the last window continue first in the next one. */
	private jitter(seconds: number): number {
		const share = this.isContested ? Math.random() / 2 : 0.5 + Math.random() / 2;
		return share * Math.min(seconds * 100, MOST_JITTER);
	}
}
