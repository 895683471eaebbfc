import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';
import { switchAgent } from './switchAgent';

export const publishAgent = defineOperation({
	resource: 'agent',
	value: 'publish',
	name: 'Publish',
	action: 'Publish agent (it takes and makes calls)',
	description: 'Let an agent take and make calls. Starts no call by itself.',
	outputs: { agent: 'Agent' },
	fields: [{ ...agentField, description: 'The voice agent to publish' }, optionsField()],
	async execute(item) {
		return [{ output: 'agent', json: await switchAgent(item, 'published') }];
	},
});
