import type { IDataObject } from 'n8n-workflow';
import { readCreatedCall } from '../calls/dial';
import type { CallRequest } from '../calls/dial';
import type { TalkoverClient } from '../http/client';
import { isObject } from '../json';
import { noSuchCampaign } from './campaigns';

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
