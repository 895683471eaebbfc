import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../answers';
import { TalkoverError } from '../errors';
import type { TalkoverClient } from '../http/client';
import { fetchCampaign } from './campaigns';

export interface CampaignCalls {
	campaign: IDataObject;
	/** As listed, in an undocumented order. */
	calls: IDataObject[];
	/** Whether these are all calls of the campaign. The list has no pages, and nothing documents how long it may be. */
	isWhole: boolean;
}

/**
 * Fetches a campaign with its calls (endpoints/get-campaign).
 *
 * @param isFresh whether to send the request even if there is a cached result
 * @throws TalkoverError when it has no list of calls, and as {@link fetchCampaign} does
 */
export async function fetchCampaignCalls(
	client: TalkoverClient,
	campaignId: string,
	isFresh = false,
): Promise<CampaignCalls> {
	const campaign = await fetchCampaign(client, campaignId, isFresh);
	const calls: unknown = campaign.calls;
	if (!Array.isArray(calls) || !calls.every(isObject)) {
		throw new TalkoverError(`Talkover does not list the calls of the campaign "${campaignId}"`, {
			advice: "Try again. If the problem persists, tell Talkover's support.",
		});
	}
	return { campaign, calls, isWhole: calls.length >= totalOf(campaign) };
}

/**
 * The calls of a campaign, from its list.
 *
 * @param limit the most calls to return
 * @param isWanted whether to return a call
 * @throws TalkoverError when there may be more than the list has, and as {@link fetchCampaignCalls} does
 */
export async function listCampaignCalls(
	client: TalkoverClient,
	campaignId: string,
	limit: number,
	isWanted: (call: IDataObject) => boolean,
): Promise<IDataObject[]> {
	const { campaign, calls, isWhole } = await fetchCampaignCalls(client, campaignId);
	const wanted = calls.filter(isWanted);
	if (wanted.length < limit && !isWhole) {
		throw isCut(campaignId, calls.length, totalOf(campaign), wanted.length);
	}
	return wanted.slice(0, limit);
}

/** Infinity if the campaign does not say how many calls it has. */
function totalOf({ stats }: IDataObject): number {
	const total = isObject(stats) ? stats.total_calls : undefined;
	return typeof total === 'number' ? total : Infinity;
}

/** A number that is missing in a part of the list must not be taken for one that was not called. */
function isCut(campaignId: string, listed: number, total: number, wanted: number): TalkoverError {
	const all = total === Infinity ? 'an unknown number of' : `the ${total}`;
	const advice =
		wanted > 0
			? `Of those, ${wanted} match: to get them, turn off Return All, and set Limit to at most ${wanted}.`
			: 'None of those matches, but the others may. Look for the call in Talkover.';
	return new TalkoverError(
		`Talkover lists only ${listed} of ${all} calls of the campaign "${campaignId}"`,
		{ advice },
	);
}
