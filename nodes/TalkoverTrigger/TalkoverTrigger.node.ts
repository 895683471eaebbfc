import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IHookFunctions,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { searchAgents, searchCampaigns } from '../Talkover/listSearch';
import { agentField, campaignField } from '../Talkover/operations/idFields';
import { receive } from './delivery';
import { getAgentEvents, getCampaignEvents } from './events';
import { register, unregister } from './registration';

const ofAgent = { show: { source: ['agent'] } };
const ofCampaign = { show: { source: ['campaign'] } };

const properties: INodeProperties[] = [
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
	{
		displayName: 'Event Names or IDs',
		name: 'events',
		type: 'multiOptions',
		required: true,
		typeOptions: { loadOptionsMethod: 'getAgentEvents', loadOptionsDependsOn: ['agentId.value'] },
		default: ['event_phone_call_ended'],
		description:
			'What starts the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: ofAgent,
	},
	{
		displayName: 'Event Names or IDs',
		name: 'campaignEvents',
		type: 'multiOptions',
		required: true,
		typeOptions: {
			loadOptionsMethod: 'getCampaignEvents',
			loadOptionsDependsOn: ['campaignId.value'],
		},
		default: ['campaign_call.completed'],
		description:
			'What starts the workflow. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		displayOptions: ofCampaign,
	},
	{
		displayName: 'Include Call Events',
		name: 'includeCallEvents',
		type: 'boolean',
		default: false,
		description: "Whether the events of the campaign's single calls start the workflow, too",
		displayOptions: ofCampaign,
	},
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

export class TalkoverTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkover Trigger',
		name: 'talkoverTrigger',
		icon: { light: 'file:../../icons/talkover.svg', dark: 'file:../../icons/talkover.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ [].concat($parameter["source"] === "campaign" ? $parameter["campaignEvents"] : $parameter["events"]).join(", ") }}',
		description:
			'Starts the workflow when something happens on a call of a Talkover agent or campaign',
		defaults: { name: 'Talkover Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'talkoverApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'noData',
				path: 'webhook',
				// Nobody has to copy it.
				ndvHideUrl: true,
			},
		],
		properties,
	};

	methods = {
		listSearch: { searchAgents, searchCampaigns },
		loadOptions: { getAgentEvents, getCampaignEvents },
	};

	webhookMethods = {
		default: {
			/** Never: what is registered may have been changed in the dashboard, so that it is registered anew. */
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await register(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await unregister(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}
}
