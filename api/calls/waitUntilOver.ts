import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents';
import type { TalkoverClient } from '../client';
import { TalkoverError } from '../errors';
import { NoAnswerError } from '../failures';
import { getOrCreate } from '../getOrCreate';
import { dayBefore, listAll } from '../lists';
import { findActiveCalls } from './activeCalls';
import { noteEnd, UNTIL_SHOWN, wasJustMade } from './justMade';
import { numberOf } from './recentCalls';
import { isOver } from './statuses';

/** When to look for a call that is not listed yet, in milliseconds after the wait began. */
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
	/** How often the call was looked for, but not found. */
	looks: number;
	/** The call as last listed. */
	call?: IDataObject;
	resolve: (result: WaitResult) => void;
	reject: (error: unknown) => void;
}

/** One per client and agent, so that one list checks all calls of an agent. */
const watchers = new WeakMap<TalkoverClient, Map<string, AgentWatcher>>();

/**
 * Waits until a call is over. One list checks all calls of an agent that are waited for (endpoints/get-agent-calls), because the API
 * has no request for one call. Talkover may list a new call late, so a missing call is looked for during one minute.
 *
 * @throws TalkoverError when the agent's calls cannot be listed, and CanceledError
 */
export async function waitUntilOver(
	client: TalkoverClient,
	agentId: string,
	callId: string,
	options: WaitOptions,
): Promise<WaitResult> {
	const byAgent = getOrCreate(watchers, client, () => new Map<string, AgentWatcher>());
	const watcher = getOrCreate(byAgent, agentId, () => new AgentWatcher(client, agentId));
	return await watcher.wait(callId, options);
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
			this.waiting.add({ ...options, callId, since, looks: 0, resolve, reject });
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
		const isDue = ({ call, looks, since }: Waiting) =>
			call !== undefined || now >= since + (LOOKS_FOR_MISSING[looks] ?? Infinity);
		const due = waiting.filter(isDue);
		await this.find(due, true);
		// A call of earlier days is looked for only once, because the whole list may be long.
		const { installation } = this.client;
		const mayBeOld = due.filter(
			({ call, looks, callId }) => !call && looks === 0 && !wasJustMade(installation, callId),
		);
		await this.find(mayBeOld, false);
		for (const one of due) {
			if (!one.call) one.looks++;
			else if (await this.isOver(one.call)) this.end(one, one.call);
		}
	}

	/** @param isRecent whether to list only the days of these waits, instead of all calls */
	private async find(wanted: Waiting[], isRecent: boolean): Promise<void> {
		if (wanted.length === 0) return;
		const ids = new Set<unknown>(wanted.map(({ callId }) => callId));
		const { client, agentId } = this;
		const list = {
			path: ['agents', agentId, 'calls'],
			query: isRecent ? { date_from: firstDay(wanted) } : undefined,
			notFound: noSuchAgent(agentId),
			isFresh: true,
		};
		const calls = await listAll(client, list, ids.size, ({ id }) => ids.has(String(id)));
		const byId = new Map(calls.map((call) => [String(call.id), call]));
		for (const one of wanted) one.call = byId.get(one.callId) ?? one.call;
	}

	/** A call with the status voicemail is active as long as the message is recorded. */
	private async isOver(call: IDataObject): Promise<boolean> {
		if (call.status !== 'voicemail') return isOver(call);
		return await this.isNoLongerActive(call).catch((error: unknown) => {
			// Unknown. The next check looks again, and does not stop the other waits.
			if (error instanceof TalkoverError) return false;
			throw error;
		});
	}

	private async isNoLongerActive(call: IDataObject): Promise<boolean> {
		const phone = numberOf({ ...call, to: call.direction === 'inbound' ? call.from : call.to });
		const active = await findActiveCalls(this.client, this.agentId, phone, true);
		return !active.some(({ id }) => String(id) === String(call.id));
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
			const { callId, since, maxWait, looks, call, resolve, reject } = one;
			const isMissing = !call && looks >= LOOKS_FOR_MISSING.length;
			if (now < since + maxWait && !isMissing) continue;
			this.waiting.delete(one);
			if (!call && error) {
				reject(error);
			} else {
				const known = call ? structuredClone(call) : { id: callId, agent_id: this.agentId };
				resolve({ stillActive: known, reason: call ? 'max_wait_over' : 'not_in_list' });
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

/** For the filter `date_from`. */
function firstDay(waiting: Waiting[]): string {
	const times = waiting.map(({ call, since }) => {
		const createdAt = Date.parse(String(call?.created_at ?? ''));
		return Number.isNaN(createdAt) ? since : createdAt;
	});
	return dayBefore(Math.min(...times));
}

/** Returns a temporary error, since the next check may succeed. Throws any other. */
function ifTemporary(error: Error): Error {
	const { status = 0 } = error instanceof TalkoverError ? error.explanation : {};
	if (error instanceof NoAnswerError || status === 429 || status >= 500) return error;
	throw error;
}
