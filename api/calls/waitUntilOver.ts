import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../http/client';
import { explanationOf, TalkoverError } from '../errors';
import { getOrCreate } from '../getOrCreate';
import { createdAt, dayBefore } from '../lists';
import { findActiveCalls } from './activeCalls';
import { dialTimeOf, noteEnd, UNTIL_SHOWN } from './justMade';
import { findListedCalls } from './listedCalls';
import { numberOf } from './recentCalls';
import { isNotOver, isOver, isVoicemail } from './statuses';

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

export type WaitResult =
	| { ended: IDataObject }
	/** What is known of a call that may still be active. */
	| { stillActive: IDataObject; reason: 'max_wait_over' | 'not_in_list' };

interface Waiting extends WaitOptions {
	callId: string;
	/** Epoch milliseconds. */
	since: number;
	/** When to look for the call if it is not listed yet, in epoch milliseconds. */
	lookTimes: number[];
	/** How often the call was looked for, but not found. */
	looks: number;
	/** The call as last listed. */
	call?: IDataObject;
	resolve: (result: WaitResult) => void;
	reject: (error: unknown) => void;
}

/**
 * Waits until a call is over. One list checks all calls of an agent that are waited for (endpoints/get-agent-calls), because the API
 * has no request for one call. Talkover may list a new call late, so a missing call is looked for during one minute; one that this
 * process made with a delay, until its delay and a minute are over.
 *
 * @throws TalkoverError when the agent's calls cannot be listed, and CanceledError
 */
export async function waitUntilOver(
	client: TalkoverClient,
	agentId: string,
	callId: string,
	options: WaitOptions,
): Promise<WaitResult> {
	return await client.perRun(Watchers).of(agentId).wait(callId, options);
}

/** One per agent, so that one list checks all its calls. */
class Watchers {
	private readonly byAgent = new Map<string, AgentWatcher>();

	constructor(private readonly client: TalkoverClient) {}

	of(agentId: string): AgentWatcher {
		return getOrCreate(this.byAgent, agentId, () => new AgentWatcher(this.client, agentId));
	}
}

/** Checks the calls of one agent until all waits have ended. */
class AgentWatcher {
	private readonly waiting = new Set<Waiting>();
	private isRunning = false;
	/** Whether another call is waited for since the last check began. */
	private hasNew = false;

	constructor(
		private readonly client: TalkoverClient,
		private readonly agentId: string,
	) {}

	async wait(callId: string, options: WaitOptions): Promise<WaitResult> {
		return await new Promise<WaitResult>((resolve, reject) => {
			const since = Date.now();
			const lookTimes = lookTimesFor(since, this.dialTimeOf(callId));
			this.waiting.add({ ...options, callId, since, lookTimes, looks: 0, resolve, reject });
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
			for (const { reject } of this.waiting) reject(error);
			this.waiting.clear();
		} finally {
			this.isRunning = false;
		}
	}

	/** Checks the calls, and ends the wait for those that are over. */
	private async check(waiting: Waiting[]): Promise<void> {
		const now = Date.now();
		const isDue = ({ call, looks, lookTimes }: Waiting) =>
			call !== undefined || now >= (lookTimes[looks] ?? Infinity);
		const due = waiting.filter(isDue);
		await this.find(due, firstDay(due));
		// A call of earlier days is looked for only once, because the whole list may be long.
		const mayBeOld = due.filter(
			({ call, looks, callId }) => !call && looks === 0 && this.dialTimeOf(callId) === undefined,
		);
		await this.find(mayBeOld);
		for (const one of due.filter(({ call }) => !call)) one.looks++;

		const unclear = due.filter(({ call }) => call && !isOver(call) && !isNotOver(call));
		const gone = await this.selectNoLongerActive(unclear);
		// Listed again, because a call may have changed its status since.
		await this.find(gone, firstDay(gone));
		for (const one of due) {
			const { call } = one;
			if (call && (isOver(call) || (gone.includes(one) && !isNotOver(call)))) this.end(one, call);
		}
	}

	/** @param day to list only the calls from that day on, instead of all */
	private async find(wanted: Waiting[], day?: string): Promise<void> {
		if (wanted.length === 0) return;
		const ids = wanted.map(({ callId }) => callId);
		const listed = await findListedCalls(this.client, this.agentId, ids, day);
		for (const one of wanted) one.call = listed.get(one.callId) ?? one.call;
	}

	/** Those of the calls that nobody is on. Their status does not tell: it is undocumented, or voicemail. */
	private async selectNoLongerActive(unclear: Waiting[]): Promise<Waiting[]> {
		const areGone = await Promise.all(
			unclear.map(async ({ call = {} }) => await this.isNoLongerActive(call).catch(orUnknown)),
		);
		return unclear.filter((_, index) => areGone[index]);
	}

	private async isNoLongerActive(call: IDataObject): Promise<boolean> {
		// A call that was just made, maybe by another process, may not be dialed or shown yet, unless a machine has answered it.
		const isNew =
			this.dialTimeOf(String(call.id)) !== undefined || createdAt(call) + UNTIL_SHOWN > Date.now();
		if (isNew && !isVoicemail(call)) return false;
		const phone = numberOf({ ...call, to: call.direction === 'inbound' ? call.from : call.to });
		const active = await findActiveCalls(this.client, this.agentId, phone, true);
		return !active.some(({ id }) => String(id) === String(call.id));
	}

	private dialTimeOf(callId: string): number | undefined {
		return dialTimeOf(this.client.installation, callId);
	}

	private end(one: Waiting, call: IDataObject): void {
		noteEnd(this.client.installation, one.callId);
		this.waiting.delete(one);
		one.resolve({ ended: structuredClone(call) });
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
			const { callId, since, maxWait, looks, lookTimes, call, resolve, reject } = one;
			const isMissing = !call && looks >= lookTimes.length;
			if (now < since + maxWait && !isMissing) continue;
			this.waiting.delete(one);
			if (!call && error) {
				reject(error);
			} else {
				const known = call ? structuredClone(call) : { id: callId, agent_id: this.agentId };
				const mayBeListedLater = !isMissing && this.dialTimeOf(callId) !== undefined;
				const reason = call || mayBeListedLater ? 'max_wait_over' : 'not_in_list';
				resolve({ stillActive: known, reason });
			}
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

/** For the filter `date_from`: the first day of the calls. */
function firstDay(waiting: Waiting[]): string | undefined {
	if (waiting.length === 0) return undefined;
	const times = waiting.map(({ call, since }) => {
		const time = Date.parse(String(call?.created_at ?? ''));
		return Number.isNaN(time) ? since : time;
	});
	return dayBefore(Math.min(...times));
}

/** For a failed lookup: the next check looks again, and the other waits go on. */
function orUnknown(error: unknown): false {
	if (!(error instanceof TalkoverError)) throw error;
	return false;
}

/** Returns a temporary error, since the next check may succeed. Throws any other. */
function ifTemporary(error: Error): Error {
	const { status = 0, sent } = explanationOf(error);
	if (sent !== undefined || status === 429 || status >= 500) return error;
	throw error;
}
