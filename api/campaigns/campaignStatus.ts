import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../answers';
import { dataOf, isObject, isSuccess, isUnclear } from '../answers';
import { fetchCampaign, noSuchCampaign } from './campaigns';
import type { TalkoverClient } from '../http/client';
import { explanationOf, TalkoverError } from '../errors';

export interface UpdatedCampaign extends IDataObject {
	status: string;
	/** Whether the campaign had the status before the last request. */
	alreadySet: boolean;
}

export type CampaignStatus = 'draft' | 'active' | 'paused' | 'completed' | 'cancelled';

/** The statuses that a campaign may change to, by its status (endpoints/update-campaign-status). */
const TRANSITIONS = new Map<string, string[]>(
	Object.entries({
		draft: ['active', 'cancelled'],
		active: ['paused', 'completed', 'cancelled'],
		paused: ['active', 'completed', 'cancelled'],
		completed: [],
		cancelled: [],
	} satisfies Record<CampaignStatus, CampaignStatus[]>),
);

export const CAMPAIGN_STATUSES = [...TRANSITIONS.keys()];

/**
 * Statuses of a refusal: 400 on the English page, 409 on the Portuguese one, which also refuses `completed` while calls are left. What
 * happens if the campaign already has the status is undocumented.
 */
const REFUSED = [400, 409, 422];

/**
 * Changes the status of a campaign (endpoints/update-campaign-status). Succeeds if the campaign already has the status.
 *
 * @throws TalkoverError for every answer that is not clearly a success, and when no answer came; with the outcome `refused` when the
 * campaign cannot have the status, or there is no such campaign
 */
export async function setCampaignStatus(
	client: TalkoverClient,
	campaignId: string,
	status: string,
): Promise<UpdatedCampaign> {
	const uncertain = ({ message, explanation }: TalkoverError) =>
		new TalkoverError(`The campaign "${campaignId}" may have become ${status}: ${message}`, {
			...explanation,
			advice: 'Run this again: it succeeds if the campaign already has the status.',
		});

	const answer = await client
		.patch(['campaigns', campaignId, 'status'], { status })
		.catch((error: TalkoverError) => {
			throw explanationOf(error).sent === 'maybe' ? uncertain(error) : error;
		});
	const updated = readUpdated(answer, status);
	if (updated) return { id: campaignId, ...updated, status, alreadySet: false };
	if (isSuccess(answer.status) || isUnclear(answer.status))
		throw uncertain(client.errorFor(answer));

	const refusal = client.refusalFor(answer, noSuchCampaign(campaignId));
	if (!REFUSED.includes(answer.status) || !isObject(answer.body)) throw refusal;
	// The message may be translated, so this fetches the campaign to find the reason.
	const campaign = await fetchCampaign(client, campaignId, true);
	if (campaign.status !== status)
		throw explainRefusal(refusal, campaignId, campaign.status, status);
	const { updated_at } = campaign;
	return { id: campaignId, status, ...(updated_at && { updated_at }), alreadySet: true };
}

/** The API's fields of the campaign; undefined if the answer does not say that the campaign has the status. */
function readUpdated(answer: Answer, status: string): IDataObject | undefined {
	const data = isSuccess(answer.status) && dataOf(answer);
	return isObject(data) && (data.status ?? status) === status ? data : undefined;
}

/** The refusal with the status of the campaign, and the statuses that it may change to. */
function explainRefusal(
	{ message, explanation }: TalkoverError,
	campaignId: string,
	from: unknown,
	status: string,
): TalkoverError {
	const next = typeof from === 'string' ? TRANSITIONS.get(from) : undefined;
	if (!next || next.includes(status)) {
		const has = typeof from === 'string' ? from : 'of unknown status';
		return new TalkoverError(`The campaign "${campaignId}" is ${has}: ${message}`, explanation);
	}
	const advice =
		next.length > 0
			? `It may become ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(next)}.`
			: 'This status is final. Choose another campaign, or create one in Talkover.';
	return new TalkoverError(
		`The campaign "${campaignId}" is ${from as string}, so it cannot become ${status}`,
		{ ...explanation, advice },
	);
}
