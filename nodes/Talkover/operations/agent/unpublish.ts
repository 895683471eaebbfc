import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { notice } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { switchAgent } from './switchAgent';

const STOPS_NOTICE = notice(
	'stopsNotice',
	'The agent then takes and makes no calls until it is published again. Calls in progress continue.',
);

export const unpublishAgent = defineOperation({
	resource: 'agent',
	value: 'unpublish',
	name: 'Unpublish',
	action: 'Unpublish agent (stops its phone line)',
	description: 'Stop the phone line of an agent: no new calls, in or out, until it is published',
	outputs: { agent: 'Agent' },
	fields: [
		STOPS_NOTICE,
		{ ...agentField, description: 'The voice agent to unpublish' },
		optionsField(),
	],
	async execute(item) {
		return [{ output: 'agent', json: await switchAgent(item, 'draft') }];
	},
});
