import type { INodeProperties } from 'n8n-workflow';

export const agentField = locator('agent', {
	displayName: 'Agent',
	name: 'agentId',
	description: 'The voice agent',
	searchListMethod: 'searchAgents',
	placeholder: 'Select an agent…',
});

export const campaignField = locator('campaign', {
	displayName: 'Campaign',
	name: 'campaignId',
	description: 'The campaign',
	searchListMethod: 'searchCampaigns',
	placeholder: 'Select a campaign…',
});

export const webhookField = locator('webhook', {
	displayName: 'Webhook',
	name: 'webhookId',
	description: 'The webhook',
	searchListMethod: 'searchWebhooks',
	placeholder: 'Select a webhook…',
});

interface Locator {
	displayName: string;
	name: string;
	description: string;
	searchListMethod: string;
	placeholder: string;
}

function locator(
	resource: string,
	{ searchListMethod, placeholder, ...names }: Locator,
): INodeProperties {
	return {
		...names,
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder,
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 550e8400-e29b-41d4-a716-446655440000',
				hint: `You find it in Talkover, on the ${resource}'s page`,
			},
		],
	};
}
