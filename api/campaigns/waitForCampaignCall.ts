import type { IDataObject } from 'n8n-workflow';
import { findActiveCalls } from '../calls/activeCalls';
import { readNumber } from '../calls/listedCalls';
import { hasStatus, isOver, isVoicemail, isWaiting } from '../calls/statuses';
import { Watchers } from '../calls/watcher';
import type { WaitOptions, WaitResult, WatchedCall, WatchedList } from '../calls/watcher';
import { onTalkoverError } from '../errors';
import type { TalkoverClient } from '../http/client';
import { createdAt } from '../lists';
import { fetchCampaignCalls } from './campaignCalls';
import type { CampaignCalls } from './campaignCalls';
import { isFinal } from './campaignStatus';

/**
 * Waits until a call of a campaign is over. The request for the campaign checks all its calls that are waited for.
 *
 * A call that was not completed is over only when the campaign cannot retry it: nothing documents how the list shows a call between
 * two attempts.
 *
 * @throws TalkoverError when the campaign cannot be fetched or has no list of calls, and CanceledError
 */
export async function waitForCampaignCall(
	client: TalkoverClient,
	campaignId: string,
	callId: string,
	options: WaitOptions,
): Promise<WaitResult> {
	const open = () => new WatchedCampaign(client, campaignId);
	return await client.perRun(Watchers).of(`campaign ${campaignId}`, open).wait(callId, options);
}

class WatchedCampaign implements WatchedList {
	/** As last fetched. */
	private campaign: IDataObject = {};
	private isWhole = true;

	constructor(
		private readonly client: TalkoverClient,
		private readonly campaignId: string,
	) {}

	async check(watched: WatchedCall[]): Promise<void> {
		const list = await fetchCampaignCalls(this.client, this.campaignId);
		const { campaign, calls, byNumber, isWhole } = list;
		Object.assign(this, { campaign, isWhole });
		const byId = new Map(calls.map((call) => [String(call.id), call]));
		const find = async (one: WatchedCall) => {
			const listed = byId.get(one.callId);
			// A call that a cut list has lost keeps what was known of it, which says nothing of now.
			if (!listed) return;
			const call = this.hasRetriesLeft(listed) ? lastAttempt(listed, byNumber) : listed;
			one.note(call);
			const result = await this.resultOf(call);
			if (result) one.end(result);
		};
		await Promise.all(watched.map(find));
	}

	giveUp({ callId, call }: WatchedCall): WaitResult {
		const stillActive = {
			...(call ?? { id: callId, campaign_id: this.campaignId }),
			campaign_status: this.campaign.status,
		};
		if (!call) return { stillActive, reason: this.isWhole ? 'not_in_list' : 'list_is_cut' };
		return { stillActive, reason: this.mayBeRetried(call) ? 'may_be_retried' : 'max_wait_over' };
	}

	/** @returns undefined if the wait goes on */
	private async resultOf(call: IDataObject): Promise<WaitResult | undefined> {
		const { status } = this.campaign;
		if (isWaiting(call) && isFinal(this.campaign)) {
			return { stillActive: { ...call, campaign_status: status }, reason: 'campaign_ended' };
		}
		if (!isAttemptOver(call) || this.mayBeRetried(call)) return undefined;
		if (isVoicemail(call) && !(await this.isNobodyOn(call))) return undefined;
		return { ended: call };
	}

	private mayBeRetried(call: IDataObject): boolean {
		return this.hasRetriesLeft(call) && !isFinal(this.campaign);
	}

	/** Whether an attempt is over, but not the last one that the campaign may make. `max_retries` is per contact (endpoints/create-campaign). */
	private hasRetriesLeft(call: IDataObject): boolean {
		if (!isAttemptOver(call)) return false;
		const { max_retries, retry_on_no_conversion } = this.campaign;
		// The API does not document this setting in an answer. If it says nothing, a completed call is over.
		if (hasStatus(call, 'completed') && retry_on_no_conversion !== true) return false;
		const areUsedUp = typeof max_retries === 'number' && retriesOf(call) >= max_retries;
		return !areUsedUp;
	}

	/**
	 * Whether the agent is certainly on no call with the person: a voicemail may still be recorded. How the IDs of the two lists are
	 * related is not documented, so any call to the person counts.
	 */
	private async isNobodyOn(call: IDataObject): Promise<boolean> {
		const { agent_id } = this.campaign;
		const phone = readNumber(call.to);
		if (typeof agent_id !== 'string' || agent_id === '' || phone === undefined) return false;
		// After a failed lookup, the next check looks again, and the other waits go on.
		const active = await findActiveCalls(this.client, agent_id, phone, { isFresh: true }).catch(
			onTalkoverError(() => undefined),
		);
		return active?.length === 0;
	}
}

function isAttemptOver(call: IDataObject): boolean {
	return isOver(call) || isVoicemail(call);
}

/** NaN if the list does not say how often the call was retried. */
function retriesOf({ retries }: IDataObject): number {
	return typeof retries === 'number' ? retries : NaN;
}

/**
 * The last attempt of a call. A retry may be a call of its own in the list, or only count up `retries`: this is undocumented, so a later
 * call to the number with more retries is taken for one.
 *
 * @returns the call itself, or the last retry with the ID of the call as its `first_call_id`
 */
function lastAttempt(call: IDataObject, byNumber: CampaignCalls['byNumber']): IDataObject {
	const others = byNumber.get(readNumber(call.to) ?? '') ?? [];
	const retries = others.filter(
		(other) => retriesOf(other) > retriesOf(call) && createdAt(other) >= createdAt(call),
	);
	const last = retries.reduce((a, b) => (retriesOf(b) >= retriesOf(a) ? b : a), call);
	return last === call ? call : { ...last, first_call_id: call.id };
}
