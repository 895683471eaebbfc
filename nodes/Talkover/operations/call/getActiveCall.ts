import type { INodeProperties } from 'n8n-workflow';
import { findActiveCalls } from '../../../../api/calls/activeCalls';
import { findActiveNumbers } from '../../../../api/calls/activeNumbers';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';
import { defaultCountryOption, phoneField, readPhone } from '../fields/phoneField';

const LOOKUP: INodeProperties = {
	displayName: 'Lookup',
	name: 'lookup',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All Active Calls at Once',
			value: 'allAtOnce',
			description:
				"Read the agent's active calls once for all items, and look up only the numbers in that list. Takes far fewer requests for many items, but may miss a call that begins in the meantime.",
		},
		{
			name: 'Each Number',
			value: 'eachNumber',
			description: 'Send one request for each number',
		},
	],
	default: 'eachNumber',
	description: 'How to find the active calls',
};

export const getActiveCall = defineOperation({
	resource: 'call',
	value: 'getActiveCall',
	name: 'Get Active Call',
	action: 'Get active call',
	description:
		'Find out whether an agent is on a call with a person right now, and which call it is. Dials nobody.',
	outputs: { active: 'Active', notFound: 'Not Found' },
	emptyHint: (items) =>
		items === 1
			? 'No active call for this person: the item is on the output Not Found.'
			: `No active call for any of the ${items} items: they are on the output Not Found.`,
	sharesCredential: true,
	fields: [
		{ ...agentField, description: 'The voice agent to check' },
		phoneField,
		optionsField([defaultCountryOption, LOOKUP]),
	],
	async execute({ client, parameters }) {
		const agentId = parameters.id(agentField);
		const phone = readPhone(parameters);
		const isAllAtOnce = parameters.options.option(LOOKUP) === 'allAtOnce';
		const numbers = isAllAtOnce ? await findActiveNumbers(client, agentId) : undefined;
		const mayBeActive = numbers?.has(phone) ?? true;
		const calls = mayBeActive ? await findActiveCalls(client, agentId, phone) : [];
		if (calls.length > 0) {
			return calls.map((call) => ({ output: 'active', json: call, toolAnswer: call }));
		}
		const message = `The agent ${agentId} is not on a call with ${phone} right now.`;
		return [
			{
				output: 'notFound',
				passOn: true,
				toolAnswer: { active: false, agent_id: agentId, phone, message },
			},
		];
	},
});
