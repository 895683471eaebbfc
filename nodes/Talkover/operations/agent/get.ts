import { fetchAgent } from '../../../../api/agents';
import { agentField, readAgentId } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';
import { simplify, simplifyField } from './simplify';

export const getAgent = defineOperation({
	resource: 'agent',
	value: 'get',
	name: 'Get',
	action: 'Get an agent',
	description: 'Read one voice agent',
	outputs: { agent: 'Agent' },
	fields: [
		{ ...agentField, description: 'The voice agent to read' },
		simplifyField,
		optionsField(),
	],
	async execute(item) {
		const agent = await fetchAgent(item.client, readAgentId(item));
		return [{ output: 'agent', json: simplify(item, agent) }];
	},
});
