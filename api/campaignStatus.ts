import type { IDataObject } from 'n8n-workflow';
import type { Answer } from './answers';
import { isObject, isSuccess, isUnclear } from './answers';
import { fetchCampaign, noSuchCampaign } from './campaigns';
import type { TalkoverClient } from './client';
import { RefusedError, TalkoverError } from './errors';
import { NoAnswerError } from './failures';

export interface UpdatedCampaign extends IDataObject {
	status: string;
	/** Whether it had the status before the request that was answered. */
	alreadySet: boolean;
}

/** What a campaign may become, by its status. */
const TRANSITIONS = new Map([
	['draft', ['active', 'cancelled']],
	['active', ['paused', 'completed', 'cancelled']],
	['paused', ['active', 'completed', 'cancelled']],
	['completed', []],
	['cancelled', []],
]);

/** How the API may refuse a status. It documents 400 only, and not what it says to the status that the campaign has already. */
const REFUSED = [400, 409, 422];

/**
 * Changes the status of a campaign (endpoints/update-campaign-status). The status that it has already is a success.
 *
 * @throws RefusedError when the campaign cannot have the status, or there is no such campaign
 * @throws TalkoverError for every other answer that is not clearly a success, and when no answer came
 */
export async function setCampaignStatus(
	client: TalkoverClient,
	campaignId: string,
	status: string,
): Promise<UpdatedCampaign> {
	const uncertain = ({ message, explanation }: TalkoverError) =>
		new TalkoverError(`The campaign "${campaignId}" may have become ${status}: ${message}`, {
			...explanation,
			advice: 'Run this again: a campaign that has the status already is a success.',
		});

	const answer = await client
		.patch(['campaigns', campaignId, 'status'], { status })
		.catch((error: Error) => {
			throw error instanceof NoAnswerError && !error.neverSent ? uncertain(error) : error;
		});
	const updated = readUpdated(answer, status);
	if (updated) return { id: campaignId, ...updated, status, alreadySet: false };
	if (isSuccess(answer.status) || isUnclear(answer.status))
		throw uncertain(client.errorFor(answer));

	const refusal = client.refusalFor(answer, noSuchCampaign(campaignId));
	if (!REFUSED.includes(answer.status) || !isObject(answer.body)) throw refusal;
	// Its words may be translated, so the campaign itself tells.
	const campaign = await fetchCampaign(client, campaignId, true);
	if (campaign.status !== status)
		throw explainRefusal(refusal, campaignId, campaign.status, status);
	const { updated_at } = campaign;
	return { id: campaignId, status, ...(updated_at && { updated_at }), alreadySet: true };
}

/** What the API gives of the campaign; undefined if the answer does not say that it has the status now. */
function readUpdated({ status: code, body }: Answer, status: string): IDataObject | undefined {
	if (!isSuccess(code) || !isObject(body) || body.success === false) return undefined;
	const { data } = body;
	return isObject(data) && (data.status ?? status) === status ? data : undefined;
}

/** Names the status that the campaign has, and what it may become. */
function explainRefusal(
	{ message, explanation }: TalkoverError,
	campaignId: string,
	from: unknown,
	status: string,
): RefusedError {
	const next = typeof from === 'string' ? TRANSITIONS.get(from) : undefined;
	if (!next || next.includes(status)) {
		const has = typeof from === 'string' ? from : 'of unknown status';
		return new RefusedError(`The campaign "${campaignId}" is ${has}: ${message}`, explanation);
	}
	const advice =
		next.length > 0
			? `It may become ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(next)}.`
			: 'This status is final. Choose another campaign, or create one in Talkover.';
	return new RefusedError(
		`The campaign "${campaignId}" is ${from as string}, so it cannot become ${status}`,
		{ ...explanation, advice },
	);
}
