import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../json';
import { readNumber } from '../calls/listedCalls';
import { TalkoverError } from '../errors';
import { getOrCreate } from '../getOrCreate';
import type { TalkoverClient } from '../http/client';
import { fetchCampaign } from './campaigns';

export interface CampaignCalls {
	campaign: IDataObject;
	/** As listed, in an undocumented order. */
	calls: IDataObject[];
	/** The calls that have a number, by this number in E.164. */
	byNumber: Map<string, IDataObject[]>;
	/** Whether these are all calls of the campaign. The list has no pages, and nothing documents how long it may be. */
	isWhole: boolean;
}

/**
 * Fetches a campaign with its calls (endpoints/get-campaign).
 *
 * @throws TalkoverError when it has no list of calls, and as {@link fetchCampaign} does
 */
export async function fetchCampaignCalls(
	client: TalkoverClient,
	campaignId: string,
): Promise<CampaignCalls> {
	const campaign = await fetchCampaign(client, campaignId, { isFresh: true });
	const calls: unknown = campaign.calls;
	if (!Array.isArray(calls) || !calls.every(isObject)) {
		throw new TalkoverError(`Talkover does not list the calls of the campaign "${campaignId}"`, {
			advice: "Try again. If it happens again, tell Talkover's support.",
		});
	}
	const byNumber = new Map<string, IDataObject[]>();
	for (const call of calls) {
		const number = readNumber(call.to);
		if (number !== undefined) getOrCreate(byNumber, number, (): IDataObject[] => []).push(call);
	}
	return { campaign, calls, byNumber, isWhole: calls.length >= totalOf(campaign) };
}

/** A number in the list, with or without separators: not one with hidden digits. */
const NUMBER = /^\+?[\d\s().-]*\d[\d\s().-]*$/;

/** The campaigns of a run, read once for all items. */
class CampaignsOfRun {
	private readonly byId = new Map<string, Promise<CampaignCalls>>();

	constructor(private readonly client: TalkoverClient) {}

	async of(campaignId: string): Promise<CampaignCalls> {
		const fetch = async () => await fetchCampaignCalls(this.client, campaignId);
		return await getOrCreate(this.byId, campaignId, fetch);
	}
}

export interface CampaignCallsRequest {
	/** The most calls to return. */
	limit: number;
	/** E.164; undefined for all numbers. */
	phone?: string;
	/** Whether to return a call. */
	isWanted: (call: IDataObject) => boolean;
}

/**
 * The calls of a campaign, from its list. One request reads it for all items of a run.
 *
 * @throws TalkoverError when there may be more than the list has, or to the number, and as {@link fetchCampaignCalls} does
 */
export async function listCampaignCalls(
	client: TalkoverClient,
	campaignId: string,
	{ limit, phone, isWanted }: CampaignCallsRequest,
): Promise<IDataObject[]> {
	const list = await client.perRun(CampaignsOfRun).of(campaignId);
	const calls = phone === undefined ? list.calls : (list.byNumber.get(phone) ?? []);
	const wanted = calls.filter(isWanted);
	if (wanted.length < limit && !list.isWhole) {
		throw listIsCut(campaignId, list.calls.length, totalOf(list.campaign), wanted.length);
	}
	if (wanted.length < limit && phone !== undefined) {
		const hidden = list.calls.find((call) => isWanted(call) && !NUMBER.test(String(call.to ?? '')));
		if (hidden) throw hasNoNumber(campaignId, hidden);
	}
	return wanted.slice(0, limit);
}

/** Infinity if the campaign does not say how many calls it has. */
function totalOf({ stats }: IDataObject): number {
	const total = isObject(stats) ? stats.total_calls : undefined;
	return typeof total === 'number' ? total : Infinity;
}

/** A number that is missing in a part of the list must not be taken for one that was not called. */
function listIsCut(
	campaignId: string,
	listed: number,
	total: number,
	wanted: number,
): TalkoverError {
	const all = total === Infinity ? 'an unknown number of' : `the ${total}`;
	const advice =
		wanted > 0
			? `Of those, ${wanted} match: to get them, turn off 'Return All', and set 'Limit' to at most ${wanted}.`
			: 'None of those matches, but the others may. Look for the call in Talkover.';
	return new TalkoverError(
		`Talkover lists only ${listed} of ${all} calls of the campaign "${campaignId}"`,
		{ advice },
	);
}

/** Such a call may be to the number that is looked for. */
function hasNoNumber(campaignId: string, { id }: IDataObject): TalkoverError {
	return new TalkoverError(
		`The call "${String(id)}" of the campaign "${campaignId}" has no readable number`,
		{ advice: "It may be to this number. Look at it in Talkover, or remove the filter 'Phone'." },
	);
}
