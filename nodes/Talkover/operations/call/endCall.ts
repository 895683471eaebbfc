import { hangUp } from '../../../../api/calls/hangUp';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { callIdField } from '../fields/commonFields';
import { optionsField } from '../fields/options';

export const endCall = defineOperation({
	resource: 'call',
	value: 'endCall',
	name: 'End Call',
	action: 'End call',
	description: 'Hang up an active call. A call that is already over counts as ended.',
	outputs: { ended: 'Ended' },
	fields: [
		{ ...agentField, description: 'The voice agent that is on the call' },
		callIdField,
		optionsField(),
	],
	async execute({ client, parameters, once }) {
		const agentId = parameters.id(agentField);
		const callId = parameters.id(callIdField);
		const action = { key: `end ${agentId} ${callId}` };
		const { result: call, byThisItem } = await once(
			action,
			async () => await hangUp(client, agentId, callId),
		);
		const alreadyEnded = !byThisItem || call.alreadyEnded;
		return [{ output: 'ended', json: { ...call, alreadyEnded } }];
	},
});
