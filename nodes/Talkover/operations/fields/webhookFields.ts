import type { INodeProperties } from 'n8n-workflow';
import type { OwnedWebhook } from '../../../../api/webhooks/deliveries';
import { agentField, campaignField, webhookField } from '../../../shared/idFields';
import { forAgent, forCampaign, readOwner, sourceField } from '../../../shared/ownerFields';
import type { ItemParameters } from '../itemParameters';

/** The fields for a webhook: whose it is, and which one. */
export const webhookFields: INodeProperties[] = [
	sourceField,
	{ ...agentField, description: 'The voice agent that has the webhook', displayOptions: forAgent },
	{
		...campaignField,
		description: 'The campaign that has the webhook',
		displayOptions: forCampaign,
	},
	{
		...webhookField,
		description:
			'The webhook. That of a Talkover Trigger is named like its workflow, after “n8n:”.',
	},
];

/** @throws InputError when one of the fields is empty or not valid */
export function readWebhook(parameters: ItemParameters): OwnedWebhook {
	return { owner: readOwner(parameters), id: parameters.id(webhookField) };
}
