import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../http/answers';
import { objectOf } from '../http/answers';
import type { TalkoverClient } from '../http/client';
import type { Freshness } from '../http/requests';

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
	const campaign = objectOf(answer);
	if (answer.status === 200 && campaign && String(campaign.id) === campaignId) return campaign;
	throw client.errorFor(answer, noSuchCampaign(campaignId));
}

/** Error message for a 404 about a campaign. */
export function noSuchCampaign(campaignId: string): string {
	return `No campaign with the ID "${campaignId}"`;
}
