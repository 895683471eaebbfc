import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { MAIN } from '../shared/connections';
import { outputsExpression, properties, subtitleExpression } from './operations/description';
import { runItems } from './run/runItems';
import { searchAgents, searchCampaigns, searchWebhooks } from '../shared/listSearch';

export class Talkover implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkover',
		name: 'talkover',
		icon: { light: 'file:../../icons/talkover.svg', dark: 'file:../../icons/talkover.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleExpression(),
		description: "Make, find and end phone calls of Talkover's AI voice agents",
		defaults: { name: 'Talkover' },
		usableAsTool: true,
		inputs: [MAIN],
		outputs: outputsExpression() as INodeTypeDescription['outputs'],
		credentials: [{ name: 'talkoverApi', required: true }],
		properties: properties(),
	};

	methods = { listSearch: { searchAgents, searchCampaigns, searchWebhooks } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runItems(this);
	}
}
