import type { INodeProperties } from 'n8n-workflow';
import { agentField, campaignField } from '../shared/idFields';
import { forAgent, forCampaign, sourceField } from '../shared/ownerFields';

export const includeCallEventsField: INodeProperties = {
	displayName: 'Include Call Events',
	name: 'includeCallEvents',
	type: 'boolean',
	default: false,
	description: "Whether events of the campaign's individual calls also start the workflow",
	displayOptions: forCampaign,
};

export const eventsField: INodeProperties = {
	displayName: 'Event Names or IDs',
	name: 'events',
	type: 'multiOptions',
	required: true,
	typeOptions: { loadOptionsMethod: 'getAgentEvents', loadOptionsDependsOn: ['agentId.value'] },
	default: ['event_phone_call_ended'],
	description:
		'What starts the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	displayOptions: forAgent,
};

export const campaignEventsField: INodeProperties = {
	...eventsField,
	name: 'campaignEvents',
	typeOptions: {
		loadOptionsMethod: 'getCampaignEvents',
		loadOptionsDependsOn: ['campaignId.value'],
	},
	default: ['campaign_call.completed'],
	displayOptions: forCampaign,
};

export const includeHeadersField: INodeProperties = {
	displayName: 'Include Headers',
	name: 'includeHeaders',
	type: 'boolean',
	default: false,
	description: 'Whether to add the headers of the request to the item, as webhook_headers',
};

/**
 * Makes n8n leave the body of a request unread, so that the node can check the secret first. Otherwise n8n would parse what a
 * stranger sends, and would itself answer a body that is not JSON.
 *
 * n8n looks for exactly this name and value, and only in a node of version 1 (`parseRequestBody` in webhook-helpers, n8n 1.123.81
 * and 2.41.1).
 */
const unreadBodyField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'hidden',
	default: { binaryData: true },
};

/** The trigger's fields, in the order in which n8n shows them. */
export const fields: INodeProperties[] = [
	sourceField,
	{
		...agentField,
		description: 'The voice agent whose events start the workflow',
		displayOptions: forAgent,
	},
	{
		...campaignField,
		description: 'The campaign whose events start the workflow',
		displayOptions: forCampaign,
	},
	eventsField,
	campaignEventsField,
	includeCallEventsField,
	includeHeadersField,
	unreadBodyField,
];
