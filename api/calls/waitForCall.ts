import type { IDataObject } from 'n8n-workflow';
import { onTalkoverError } from '../errors';
import type { TalkoverClient } from '../http/client';
import { createdAt, dayBefore } from '../lists';
import { findActiveCalls } from './activeCalls';
import { dialTimeOf, noteEnd, UNTIL_SHOWN } from './justMade';
import { findListedCalls, readNumber } from './listedCalls';
import { isNotOver, isOver, isVoicemail } from './statuses';
import { Watchers } from './watcher';
import type { WaitOptions, WaitResult, WatchedCall, WatchedList } from './watcher';

/**
 * Waits until a call is over. One list checks all calls of an agent that are waited for (endpoints/get-agent-calls), because the API
 * has no request for one call. A missing call that this process made with a delay is looked for until its delay and a minute are over.
 *
 * @throws TalkoverError when the agent's calls cannot be listed, and CanceledError
 */
export async function waitForCall(
	client: TalkoverClient,
	agentId: string,
	callId: string,
	options: WaitOptions,
): Promise<WaitResult> {
	const watcher = client
		.perRun(Watchers)
		.of(`agent ${agentId}`, () => new WatchedAgent(client, agentId));
	return await watcher.wait(callId, options, dialTimeOf(client.installation, callId));
}

/** An agent, whose list of calls is read for all of them that are waited for. */
class WatchedAgent implements WatchedList {
	constructor(
		private readonly client: TalkoverClient,
		private readonly agentId: string,
	) {}

	async check(calls: WatchedCall[]): Promise<void> {
		await this.find(calls, firstDay(calls));
		// A call of earlier days is looked for only once, because the whole list may be long.
		const mayBeOld = calls.filter(
			({ call, looks, callId }) => !call && looks === 0 && this.dialTimeOf(callId) === undefined,
		);
		await this.find(mayBeOld);

		const unclear = calls.filter(({ call }) => call && !isOver(call) && !isNotOver(call));
		const gone = await this.selectNoLongerActive(unclear);
		// Listed again, because a call may have changed its status since.
		await this.find(gone, firstDay(gone));
		for (const one of gone) if (one.call && !isNotOver(one.call)) this.end(one, one.call);
	}

	giveUp({ callId, call }: WatchedCall, isMissing: boolean): WaitResult {
		const mayBeListedLater = !isMissing && this.dialTimeOf(callId) !== undefined;
		return {
			stillActive: call ?? { id: callId, agent_id: this.agentId },
			reason: call || mayBeListedLater ? 'max_wait_over' : 'not_in_list',
		};
	}

	/** Looks for calls in the list. @param day to list only the calls from that day on, instead of all */
	private async find(wanted: WatchedCall[], day?: string): Promise<void> {
		if (wanted.length === 0) return;
		const ids = wanted.map(({ callId }) => callId);
		const query = day === undefined ? undefined : { date_from: day };
		const listed = await findListedCalls(this.client, this.agentId, ids, { query, isFresh: true });
		for (const one of wanted) {
			const call = listed.get(one.callId);
			if (!call) continue;
			one.note(call);
			if (isOver(call)) this.end(one, call);
		}
	}

	private end(one: WatchedCall, call: IDataObject): void {
		noteEnd(this.client.installation, one.callId);
		one.end({ ended: call });
	}

	/** Those of the calls that nobody is on. Their status does not tell: it is undocumented, or voicemail. */
	private async selectNoLongerActive(unclear: WatchedCall[]): Promise<WatchedCall[]> {
		// After a failed lookup, the next check looks again, and the other waits go on.
		const unknown = onTalkoverError(() => false);
		const areGone = await Promise.all(
			unclear.map(async ({ call = {} }) => await this.isNoLongerActive(call).catch(unknown)),
		);
		return unclear.filter((_, index) => areGone[index]);
	}

	private async isNoLongerActive(call: IDataObject): Promise<boolean> {
		// A call that was just made, maybe by another process, may not be dialed or shown yet, unless a machine has answered it.
		const isNew =
			this.dialTimeOf(String(call.id)) !== undefined || createdAt(call) + UNTIL_SHOWN > Date.now();
		if (isNew && !isVoicemail(call)) return false;
		const phone = readNumber(call.direction === 'inbound' ? call.from : call.to);
		if (phone === undefined) return false;
		const active = await findActiveCalls(this.client, this.agentId, phone, { isFresh: true });
		return !active.some(({ id }) => String(id) === String(call.id));
	}

	private dialTimeOf(callId: string): number | undefined {
		return dialTimeOf(this.client.installation, callId);
	}
}

/** For the filter `date_from`: the first day of the calls. */
function firstDay(calls: WatchedCall[]): string | undefined {
	if (calls.length === 0) return undefined;
	const times = calls.map(({ call, since }) => {
		// Also a time without a time zone: the day before leaves room for that.
		const time = Date.parse(String(call?.created_at ?? ''));
		return Number.isNaN(time) ? since : time;
	});
	return dayBefore(Math.min(...times));
}
