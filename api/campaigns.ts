import type { IDataObject } from 'n8n-workflow';
import { isObject } from './answers';
import type { Deed, TalkoverClient } from './client';
import { readCreatedCall } from './calls/makeCall';
import type { CallRequest } from './calls/makeCall';

export interface CampaignCallRequest extends Omit<CallRequest, 'delay_seconds'> {
	allow_duplicates?: boolean;
}

export type CampaignCall = {
	/** The call as the API gives it, with its campaign under `campaign` where the API names it. */
	call: IDataObject;
	/** Whether it is one that the campaign already had for the number, and nothing was queued. */
	isDuplicate: boolean;
};

/**
 * Queues a call in a campaign (endpoints/make-campaign-call), which dials a phone in its hours.
 *
 * @throws RefusedError, UncertainError and TalkoverError as {@link TalkoverClient.post} does
 */
export async function makeCampaignCall(
	client: TalkoverClient,
	campaignId: string,
	request: CampaignCallRequest,
): Promise<CampaignCall> {
	const deed: Deed = {
		mayHave: `The call to ${request.to} may have been queued`,
		findOut:
			'It is not queued again. Look in Talkover, or queue it in a new execution without Allow Duplicates: a number that the campaign has comes out on Duplicate.',
		notFound: () => noSuchCampaign(campaignId),
		accept: [409],
	};
	const answer = await client.post(['campaigns', campaignId, 'call'], { ...request }, deed);
	const { status, body } = answer;
	if (status === 409) {
		const existing = isObject(body) ? body.existing_call : undefined;
		if (!isObject(existing)) throw client.refusalFor(answer, deed);
		return { call: existing, isDuplicate: true };
	}
	const { campaign_call: queued, campaign, ...others } = isObject(body) ? body : {};
	// Also in the shapes of the published openapi.json and of the page before 2026-04-28.
	const call = readCreatedCall(isObject(queued) ? { ...others, data: queued } : body);
	if (!call) throw client.uncertainFor(answer, deed);
	return { call: { ...call, ...(isObject(campaign) && { campaign }) }, isDuplicate: false };
}

/** What to say of a 404 for a campaign. */
export function noSuchCampaign(campaignId: string): string {
	return `No campaign with the ID "${campaignId}"`;
}
