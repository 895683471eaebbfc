import type { INodeProperties } from 'n8n-workflow';
import { agentField, campaignField } from '../shared/idFields';

const ofAgent = { show: { source: ['agent'] } };
const ofCampaign = { show: { source: ['campaign'] } };

export const includeCallEventsField: INodeProperties = {
	displayName: 'Include Call Events',
	name: 'includeCallEvents',
	type: 'boolean',
	default: false,
	description: "Whether the events of the campaign's single calls start the workflow, too",
	displayOptions: ofCampaign,
};

const eventsField: INodeProperties = {
	displayName: 'Event Names or IDs',
	name: 'events',
	type: 'multiOptions',
	required: true,
	typeOptions: { loadOptionsMethod: 'getAgentEvents', loadOptionsDependsOn: ['agentId.value'] },
	default: ['event_phone_call_ended'],
	description:
		'What starts the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	displayOptions: ofAgent,
};

/** The trigger's fields, in the order of its panel. */
export const fields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Agent', value: 'agent', description: 'Events of the calls of one agent' },
			{ name: 'Campaign', value: 'campaign', description: 'Events of a campaign and its calls' },
		],
		default: 'agent',
	},
	{
		...agentField,
		description: 'The voice agent whose events start the workflow',
		displayOptions: ofAgent,
	},
	{
		...campaignField,
		description: 'The campaign whose events start the workflow',
		displayOptions: ofCampaign,
	},
	eventsField,
	{
		...eventsField,
		name: 'campaignEvents',
		typeOptions: {
			loadOptionsMethod: 'getCampaignEvents',
			loadOptionsDependsOn: ['campaignId.value'],
		},
		default: ['campaign_call.completed'],
		displayOptions: ofCampaign,
	},
	includeCallEventsField,
	{
		displayName: 'Include Headers',
		name: 'includeHeaders',
		type: 'boolean',
		default: false,
		description: 'Whether to pass on the headers of the request, as webhook_headers',
	},
	{
		// By this name and value, n8n leaves a request's body unread (parseRequestBody, n8n 2.41.1 and 1.123.81): what is no JSON
		// would otherwise be answered by n8n, before anybody asks for the secret.
		displayName: 'Options',
		name: 'options',
		type: 'hidden',
		default: { binaryData: true },
	},
];
