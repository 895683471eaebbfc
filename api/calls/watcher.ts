import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../http/client';
import { explanationOf } from '../errors';
import { getOrCreate } from '../getOrCreate';
import { UNTIL_SHOWN } from './justMade';

/** When to look for a call that is not listed yet, in milliseconds after the wait began, and after it was dialed. */
const LOOKS_FOR_MISSING = [0, 5000, 15_000, 30_000, UNTIL_SHOWN];

/** How long to sleep without checking whether another call is waited for, in milliseconds. */
const STEP = 250;

export interface WaitOptions {
	/** Milliseconds. */
	maxWait: number;
	/** Milliseconds between two checks. */
	checkEvery: number;
}

/** Why a wait ended although the call may not be over. */
export type StillActiveReason =
	| 'max_wait_over'
	| 'not_in_list'
	/** Talkover does not list all calls of the campaign, and this one is not among them. */
	| 'list_is_cut'
	/** The attempt is over, but the campaign may call again. */
	| 'may_be_retried'
	/** The call waits in the queue of a campaign that makes no calls any more. */
	| 'campaign_ended';

export type WaitResult =
	| { ended: IDataObject }
	/** What is known of a call that may still be active. */
	| { stillActive: IDataObject; reason: StillActiveReason };

/** A call that is waited for. */
export interface WatchedCall {
	readonly callId: string;
	/** When the wait began, in epoch milliseconds. */
	readonly since: number;
	/** How often the call was looked for, but not found. */
	readonly looks: number;
	/** The call as last noted. */
	readonly call?: IDataObject;
	/** @param call as the list has it */
	note(call: IDataObject): void;
	/** Ends the wait. */
	end(result: WaitResult): void;
}

/** A list with calls that are waited for. */
export interface WatchedList {
	/**
	 * Reads the list, notes the calls that it has, and ends the waits that are over.
	 *
	 * @throws TalkoverError when the list cannot be read. After a temporary failure, the next check reads it again.
	 */
	check(calls: WatchedCall[]): Promise<void>;
	/**
	 * The result of a wait that has lasted too long.
	 *
	 * @param isMissing whether the call was looked for as long as Talkover may take to list it
	 */
	giveUp(call: WatchedCall, isMissing: boolean): WaitResult;
}

interface Waiting extends WatchedCall, WaitOptions {
	/** When to look for the call if it is not listed yet, in epoch milliseconds. */
	lookTimes: number[];
	looks: number;
	call?: IDataObject;
	fail(error: unknown): void;
}

/** The watchers of a run: one per list, so that one reading checks all its calls. */
export class Watchers {
	private readonly byList = new Map<string, Watcher>();

	constructor(private readonly client: TalkoverClient) {}

	/** @param key of the list */
	of(key: string, open: () => WatchedList): Watcher {
		return getOrCreate(this.byList, key, () => new Watcher(this.client, open()));
	}
}

/** Checks the calls of one list until all waits have ended. */
class Watcher {
	private readonly waiting = new Set<Waiting>();
	private isRunning = false;
	/** Whether another call is waited for since the last check began. */
	private hasNew = false;

	constructor(
		private readonly client: TalkoverClient,
		private readonly list: WatchedList,
	) {}

	/**
	 * Waits until a call is over. Talkover may list a new call late, so a missing call is looked for during one minute; one that is
	 * dialed later, until a minute after that.
	 *
	 * @param dialsAt when the call is dialed, in epoch milliseconds, if that is known
	 * @throws TalkoverError when the list cannot be read, and CanceledError
	 */
	async wait(callId: string, options: WaitOptions, dialsAt?: number): Promise<WaitResult> {
		return await new Promise<WaitResult>((resolve, reject) => {
			const since = Date.now();
			const one: Waiting = {
				...options,
				callId,
				since,
				lookTimes: lookTimesFor(since, dialsAt),
				looks: 0,
				note: (call) => {
					one.call = call;
				},
				end: (result) => {
					this.waiting.delete(one);
					resolve(result);
				},
				fail: (error) => {
					this.waiting.delete(one);
					reject(error);
				},
			};
			this.waiting.add(one);
			this.hasNew = true;
			void this.run();
		});
	}

	private async run(): Promise<void> {
		if (this.isRunning) return;
		this.isRunning = true;
		try {
			while (this.waiting.size > 0) {
				this.hasNew = false;
				const checked = [...this.waiting];
				const error = await this.check(checked).then(() => undefined, ifTemporary);
				this.endOverdue(checked, error);
				await this.sleep();
			}
		} catch (error) {
			for (const one of this.waiting) one.fail(error);
		} finally {
			this.isRunning = false;
		}
	}

	/** Checks the calls that are listed, or that it is time to look for. */
	private async check(waiting: Waiting[]): Promise<void> {
		const now = Date.now();
		const due = waiting.filter(
			({ call, looks, lookTimes }) => call !== undefined || now >= (lookTimes[looks] ?? Infinity),
		);
		if (due.length === 0) return;
		await this.list.check(due);
		for (const one of due) if (!one.call) one.looks++;
	}

	/**
	 * Ends the waits that have lasted too long.
	 *
	 * @param checked the calls of the last check
	 * @param error of that check, if it failed
	 */
	private endOverdue(checked: Waiting[], error?: Error): void {
		const now = Date.now();
		for (const one of checked.filter((candidate) => this.waiting.has(candidate))) {
			const { since, maxWait, looks, lookTimes, call } = one;
			const isMissing = !call && looks >= lookTimes.length;
			if (now < since + maxWait && !isMissing) continue;
			if (call || !error) one.end(this.list.giveUp(one, isMissing));
			else one.fail(error);
		}
	}

	/** Sleeps until the next check, the end of the first wait, or a new wait. */
	private async sleep(): Promise<void> {
		const now = Date.now();
		const times = [...this.waiting].map(({ checkEvery, since, maxWait }) =>
			Math.min(now + checkEvery, since + maxWait),
		);
		const until = Math.min(...times);
		while (this.waiting.size > 0 && !this.hasNew && Date.now() < until) {
			await this.client.sleep(Math.min(STEP, until - Date.now()));
		}
	}
}

/**
 * When to look for a call that is not listed yet. While it waits for its delay, looks would find nothing new.
 *
 * @param since when the wait began, in epoch milliseconds like the result
 * @param dialsAt when the call is dialed, if that is known
 */
function lookTimesFor(since: number, dialsAt = since): number[] {
	const from = (start: number) => LOOKS_FOR_MISSING.map((delay) => start + delay);
	if (dialsAt <= since) return from(since);
	return [...from(since).filter((time) => time < dialsAt), ...from(dialsAt)];
}

/** Returns a temporary error, since the next check may succeed. Throws any other. */
function ifTemporary(error: Error): Error {
	const { status = 0, sent } = explanationOf(error);
	if (sent !== undefined || status === 429 || status >= 500) return error;
	throw error;
}
