import { findActiveCalls } from '../../../../api/calls/activeCalls';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';
import { defaultCountryOption, phoneField } from '../fields/phoneField';

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
		{ ...agentField, description: 'The voice agent whose calls to look at' },
		phoneField,
		optionsField([defaultCountryOption]),
	],
	async execute({ client, parameters }) {
		const agentId = parameters.id(agentField);
		const phone = parameters.phone(phoneField);
		const calls = await findActiveCalls(client, agentId, phone);
		if (calls.length > 0) return calls.map((call) => ({ output: 'active', json: call }));
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
