import type { INodeProperties } from 'n8n-workflow';
import { waitUntilOver } from '../../../../api/calls/waitUntilOver';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { callIdField, notice } from '../fields/commonFields';
import { optionsField } from '../fields/options';

const NOTICE = notice(
	'waitNotice',
	'The execution keeps running while it waits. For long calls, or many at a time, use the Talkover Trigger: it starts a workflow when a call ends.',
);

const MAX_WAIT: INodeProperties = {
	displayName: 'Max Wait (Minutes)',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1440 },
	default: 30,
	description:
		'The longest time to wait for a call. If it is not over by then, it comes out on Still Active. With 0, the call is checked once.',
};

const CHECK_EVERY: INodeProperties = {
	displayName: 'Check Every (Seconds)',
	name: 'checkEvery',
	type: 'number',
	typeOptions: { minValue: 2, maxValue: 3600 },
	default: 10,
	description:
		'How often to check whether calls are over. A check takes one request for all calls of an agent, or a few if the agent makes very many calls.',
};

export const waitForEnd = defineOperation({
	resource: 'call',
	value: 'waitForEnd',
	name: 'Wait for End',
	action: 'Wait for the end of a call',
	description: 'Wait until a call is over, and return its outcome. Dials nobody.',
	outputs: { ended: 'Ended', stillActive: 'Still Active' },
	emptyHint: (items) =>
		items === 1
			? 'The call is not over: the item is on the output Still Active.'
			: `None of the ${items} calls is over: the items are on the output Still Active.`,
	sharesCredential: true,
	waits: true,
	fields: [
		NOTICE,
		{ ...agentField, description: 'The voice agent that is on the call' },
		callIdField,
		optionsField([CHECK_EVERY, MAX_WAIT]),
	],
	async execute({ client, parameters, timeLimit }) {
		const agentId = parameters.id(agentField);
		const callId = parameters.id(callIdField);
		const { options } = parameters;
		const result = await waitUntilOver(client, agentId, callId, {
			maxWait: Math.min(options.number(MAX_WAIT) * 60_000, timeLimit()),
			checkEvery: options.number(CHECK_EVERY) * 1000,
		});
		const which = { agent_id: agentId, call_id: callId };
		if ('ended' in result) {
			const { ended: call } = result;
			const seconds = typeof call.duration === 'number' ? ` after ${call.duration} seconds` : '';
			const message = `The call ${callId} is over${seconds}: ${String(call.status)}.`;
			return [
				{ output: 'ended', json: call, toolAnswer: { ended: true, ...which, message, call } },
			];
		}
		const { stillActive: call, reason } = result;
		const message =
			reason === 'not_in_list'
				? `Talkover lists no call ${callId} of the agent ${agentId}.`
				: `The call ${callId} is not over yet: ${String(call.status ?? 'not listed')}.`;
		return [
			{
				output: 'stillActive',
				json: { ...call, still_active_reason: reason },
				toolAnswer: { ended: false, ...which, reason, message, call },
			},
		];
	},
});
