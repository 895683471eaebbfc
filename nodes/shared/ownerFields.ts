import type { INodeProperties } from 'n8n-workflow';
import type { Owner } from '../../api/webhooks/webhooks';
import { agentField, campaignField } from './idFields';
import type { Parameters } from './parameters';

export const sourceField: INodeProperties = {
	displayName: 'Source',
	name: 'source',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Agent', value: 'agent', description: 'Events of the calls of one agent' },
		{ name: 'Campaign', value: 'campaign', description: 'Events of a campaign and its calls' },
	],
	default: 'agent',
};

export const forAgent = { show: { source: ['agent'] } };
export const forCampaign = { show: { source: ['campaign'] } };

/** The agent or campaign whose events it is about. @throws InputError when none is chosen */
export function readOwner(parameters: Parameters): Owner {
	return parameters.option(sourceField) === 'campaign'
		? { kind: 'campaigns', id: parameters.id(campaignField) }
		: { kind: 'agents', id: parameters.id(agentField) };
}
