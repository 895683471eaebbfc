import { waitForCall } from '../../../../api/calls/waitForCall';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { callIdField, notice } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { presentWait, readWaitOptions, waitFields, waiting } from '../waiting';

const NOTICE = notice(
	'waitNotice',
	'The execution keeps running while it waits. For long calls, or many at a time, use the Talkover Trigger: it starts a workflow when a call ends.',
);

export const waitForEnd = defineOperation({
	resource: 'call',
	value: 'waitForEnd',
	name: 'Wait for End',
	action: 'Wait for end of call',
	description: 'Wait until a call is over, and return its outcome. Dials nobody.',
	...waiting,
	fields: [
		NOTICE,
		{ ...agentField, description: 'The voice agent that is on the call' },
		callIdField,
		optionsField(
			waitFields(
				'A check takes one request for all calls of an agent, or a few if the agent makes very many calls.',
			),
		),
	],
	async execute(item) {
		const { client, parameters } = item;
		const agentId = parameters.id(agentField);
		const callId = parameters.id(callIdField);
		const result = await waitForCall(client, agentId, callId, readWaitOptions(item));
		return presentWait(
			result,
			{ agent_id: agentId, call_id: callId },
			{ not_in_list: () => `Talkover lists no call ${callId} of the agent ${agentId}.` },
		);
	},
});
