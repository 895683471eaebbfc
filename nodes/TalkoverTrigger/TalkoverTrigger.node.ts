import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { searchAgents, searchCampaigns } from '../shared/listSearch';
import { receive } from './delivery';
import { getAgentEvents, getCampaignEvents } from './events';
import { fields } from './fields';
import { register, unregister } from './registration';

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
		properties: fields,
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
