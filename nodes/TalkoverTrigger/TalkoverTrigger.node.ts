import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { readToken } from '../../api/http/credential';
import { MAIN } from '../shared/connections';
import { searchAgents, searchCampaigns } from '../shared/listSearch';
import { readCredential } from '../shared/talkoverClient';
import { receive } from './delivery';
import type { UnreadRequest } from './delivery';
import { getAgentEvents, getCampaignEvents, subtitleExpression } from './events';
import { fields, includeHeadersField } from './fields';
import { openHook, readIsTest, readTrigger } from './hook';
import { register, unregister } from './registration';

export class TalkoverTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkover Trigger',
		name: 'talkoverTrigger',
		icon: { light: 'file:../../icons/talkover.svg', dark: 'file:../../icons/talkover.dark.svg' },
		group: ['trigger'],
		// n8n leaves the body of a request unread only in version 1: see `unreadBodyField` in fields.ts.
		version: 1,
		subtitle: subtitleExpression(),
		description:
			'Starts the workflow when something happens on a call of a Talkover agent or campaign',
		defaults: { name: 'Talkover Trigger' },
		inputs: [],
		outputs: [MAIN],
		credentials: [{ name: 'talkoverApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'noData',
				path: 'webhook',
				// The node registers the address itself, so nobody has to copy it.
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
			/** Always false, so that n8n calls `create`: somebody may have changed the webhook in the dashboard. */
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await register(openHook(this));
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await unregister(openHook(this));
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const outcome = await receive(this.getRequestObject() as unknown as UnreadRequest, {
			triggerKey: readTrigger(this).key,
			isTest: readIsTest(this),
			includeHeaders: this.getNodeParameter(includeHeadersField.name, false) === true,
			readToken: async () => readToken(await readCredential(this)),
		});
		if ('item' in outcome) return { workflowData: [[{ json: outcome.item }]] };
		const { status, message } = outcome;
		this.getResponseObject().status(status).json({ message });
		return { noWebhookResponse: true };
	}
}
