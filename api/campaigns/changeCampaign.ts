import type { IDataObject } from 'n8n-workflow';
import { objectOf } from '../http/answers';
import { changeState } from '../http/changeState';
import type { TalkoverClient } from '../http/client';
import { noSuchCampaign } from './campaigns';

/**
 * Changes settings of a campaign (endpoints/update-campaign). Although it is a PUT, the others keep their values.
 *
 * @param settings with the API's names: `CampaignSettings` in the contract
 * @param fieldNames the builder's names of the settings: see {@link StateChange}
 * @returns the campaign as the API gives it
 * @throws TalkoverError as {@link changeState} does
 */
export async function changeCampaign(
	client: TalkoverClient,
	campaignId: string,
	settings: IDataObject,
	fieldNames: Record<string, string>,
): Promise<IDataObject> {
	return await changeState<IDataObject>(client, {
		request: { method: 'PUT', path: ['campaigns', campaignId], body: settings },
		readResult: (answer) => {
			const campaign = objectOf(answer);
			return campaign && { id: campaignId, ...campaign };
		},
		uncertainMessage: `The campaign "${campaignId}" may have been changed`,
		uncertainAdvice: 'Run this again: it does no harm to change it twice.',
		notFound: noSuchCampaign(campaignId),
		fieldNames,
	});
}
