import type { IDataObject } from 'n8n-workflow';
import type { Answer } from './answers';
import { isObject } from './answers';
import type { TalkoverClient } from './client';
import { readCreatedCall } from './calls/dial';
import type { CallRequest } from './calls/dial';

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
export async function queueCall(
	client: TalkoverClient,
	campaignId: string,
	request: CampaignCallRequest,
): Promise<CampaignCall> {
	return await client.post<CampaignCall>({
		path: ['campaigns', campaignId, 'call'],
		body: { ...request },
		readResult: ({ body }) => readQueuedCall(body),
		readConflict: ({ body }) => readExistingCall(body),
		uncertainMessage: `The call to ${request.to} may have been queued`,
		uncertainAdvice:
			'It is not queued again. Look in Talkover, or queue it in a new execution without Allow Duplicates: a number that the campaign has comes out on Duplicate.',
		notFound: () => noSuchCampaign(campaignId),
	});
}

/** Also in the shapes of the published openapi.json and of the page before 2026-04-28. */
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
 * One campaign, as the API gives it (endpoints/get-campaign).
 *
 * @param isFresh whether to ask again what this run has asked before
 * @throws TalkoverError unless the API says that it has this campaign
 */
export async function fetchCampaign(
	client: TalkoverClient,
	campaignId: string,
	isFresh = false,
): Promise<IDataObject> {
	const read = (answer: Answer) => {
		const { status, body } = answer;
		const campaign = isObject(body) && body.success !== false ? body.data : undefined;
		if (status === 200 && isObject(campaign) && String(campaign.id) === campaignId) return campaign;
		throw client.errorFor(answer, noSuchCampaign(campaignId));
	};
	return await client.get(['campaigns', campaignId], read, {}, isFresh);
}

/** What to say of a 404 for a campaign. */
export function noSuchCampaign(campaignId: string): string {
	return `No campaign with the ID "${campaignId}"`;
}
