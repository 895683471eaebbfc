import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../http/answers';
import { dataOf } from '../http/answers';
import { isObject } from '../json';
import type { TalkoverClient } from '../http/client';
import type { Freshness } from '../http/requests';
import { readCreatedCall } from '../calls/dial';
import type { CallRequest } from '../calls/dial';

export interface CampaignCallRequest extends Omit<CallRequest, 'delay_seconds'> {
	allow_duplicates?: boolean;
}

export type CampaignCall = {
	/** The call as the API gives it, with its campaign under `campaign` where the API names it. */
	call: IDataObject;
	/** Whether the campaign already had this call to the number, so that nothing was queued. */
	isDuplicate: boolean;
};

/**
 * Queues a call in a campaign (endpoints/make-campaign-call), which dials a phone in its hours.
 *
 * @throws TalkoverError as {@link TalkoverClient.post} does
 */
export async function queueCall(
	client: TalkoverClient,
	campaignId: string,
	request: CampaignCallRequest,
): Promise<CampaignCall> {
	return await client.post<CampaignCall>({
		path: ['campaigns', campaignId, 'call'],
		body: { ...request },
		readResult: ({ body }) => readQueuedCall(body),
		readRefusal: ({ body }) => readExistingCall(body),
		uncertainMessage: `The call to ${request.to} may have been queued`,
		uncertainAdvice:
			'It is not queued again. Before you queue this number again, look in Talkover, or with Get Calls, whether the campaign has the call: Talkover refuses a second one only while the first is queued or active.',
		notFound: () => noSuchCampaign(campaignId),
	});
}

/** Also reads the formats of the published openapi.json, and of the page before 2026-04-28. */
function readQueuedCall(body: unknown): CampaignCall | undefined {
	const { campaign_call: queued, campaign, ...others } = isObject(body) ? body : {};
	const call = readCreatedCall(isObject(queued) ? { ...others, data: queued } : body);
	return call && { call: { ...call, ...(isObject(campaign) && { campaign }) }, isDuplicate: false };
}

function readExistingCall(body: unknown): CampaignCall | undefined {
	const existing = isObject(body) ? body.existing_call : undefined;
	return isObject(existing) ? { call: existing, isDuplicate: true } : undefined;
}

/**
 * Fetches one campaign (endpoints/get-campaign).
 *
 * @throws TalkoverError for every answer without this campaign
 */
export async function fetchCampaign(
	client: TalkoverClient,
	campaignId: string,
	{ isFresh }: Freshness = {},
): Promise<IDataObject> {
	return await client.get({ path: ['campaigns', campaignId], campaignId, isFresh }, readCampaign);
}

function readCampaign(
	answer: Answer,
	{ campaignId }: { campaignId: string },
	client: TalkoverClient,
): IDataObject {
	const campaign = dataOf(answer);
	if (answer.status === 200 && isObject(campaign) && String(campaign.id) === campaignId)
		return campaign;
	throw client.errorFor(answer, noSuchCampaign(campaignId));
}

/** Error message for a 404 about a campaign. */
export function noSuchCampaign(campaignId: string): string {
	return `No campaign with the ID "${campaignId}"`;
}
