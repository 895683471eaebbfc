import { fetchAgent } from '../../../../api/agents/agents';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { simplifyAgent } from './simplify';

export const getAgent = defineOperation({
	resource: 'agent',
	value: 'get',
	name: 'Get',
	action: 'Get agent',
	description: 'Retrieve an agent',
	outputs: { agent: 'Agent' },
	fields: [
		{ ...agentField, description: 'The voice agent to retrieve' },
		simplifyField,
		optionsField(),
	],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyAgent);
		const agent = await fetchAgent(client, parameters.id(agentField));
		return [{ output: 'agent', json: show(agent) }];
	},
});
