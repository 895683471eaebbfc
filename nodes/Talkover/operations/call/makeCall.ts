import type { INodeProperties } from 'n8n-workflow';
import { findActiveCalls, findActiveCallsAnew } from '../../client/activeCalls';
import { makeCall as dial } from '../../client/makeCall';
import { agentField, readAgentId } from '../idFields';
import { defineOperation } from '../operation';
import { checkNumber, optionsField } from '../options';
import { defaultCountryOption, dialsNotice, phoneField, readPhone } from '../phoneField';
import { readTestCall, testCallOption } from '../testCallOption';
import { readVariables, variableFields } from '../variableFields';

const DELAY: INodeProperties = {
	displayName: 'Delay (Seconds)',
	name: 'delay',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 3600, numberPrecision: 0 },
	default: 0,
	description: 'How long Talkover waits before it dials, up to an hour',
};

export const makeCall = defineOperation({
	resource: 'call',
	value: 'makeCall',
	name: 'Make Call',
	action: 'Make a call that rings a real phone',
	description:
		'Have an agent call a person, unless they are on a call already. Rings a real phone, once for each number.',
	outputs: { called: 'Called', alreadyOnCall: 'Already on a Call' },
	emptyHint: (items) =>
		items === 1
			? 'Nobody was called: the item is on the output Already on a Call.'
			: `Nobody was called: the ${items} items are on the output Already on a Call.`,
	fields: [
		dialsNotice,
		{ ...agentField, description: 'The voice agent that calls' },
		{ ...phoneField, description: 'The phone number to call, in any usual way of writing' },
		...variableFields,
		optionsField([
			defaultCountryOption,
			DELAY,
			{
				displayName: 'If Already on a Call',
				name: 'ifAlreadyOnCall',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Skip',
						value: 'skip',
						description:
							'Do not call, and put the active call on the other output. Takes one more request for each number.',
					},
					{
						name: 'Call Anyway',
						value: 'callAnyway',
						description:
							'Call without looking, each item once, also when several have the same number. As a tool of an AI agent: each number once in an execution.',
					},
				],
				default: 'skip',
				description: 'What to do when the agent is already on a call with the person',
			},
			testCallOption,
		]),
	],
	async execute(item) {
		const agentId = readAgentId(item);
		const phone = readPhone(item);
		const delay = checkNumber(DELAY, item.parameter('options.delay', 0));
		const request = {
			to: phone,
			...readVariables(item),
			...(delay > 0 && { delay_seconds: delay }),
			...readTestCall(item),
		};
		const callAnyway = item.parameter('options.ifAlreadyOnCall', 'skip') === 'callAnyway';
		const key = `call ${agentId} ${phone}`;
		// Equal lookups are one request, so that asking twice for the active calls costs nothing.
		const findCalls = async () => await findActiveCalls(item.client, agentId, phone);
		const { result, byThisItem } = await item.once(
			key,
			callAnyway ? 'thisItem' : 'allItems',
			async () => {
				if (!callAnyway && (await findCalls()).length > 0) return undefined;
				return await dial(item.client, agentId, request, async () => {
					return (
						callAnyway || (await findActiveCallsAnew(item.client, agentId, phone)).length === 0
					);
				});
			},
		);

		const who = { agent_id: agentId, phone };
		if (result && byThisItem) {
			const message = `The agent ${agentId} is calling ${phone} now. Do not call again.`;
			const toolAnswer = { called: true, ...who, message, call: result };
			return [{ output: 'called', json: result, toolAnswer }];
		}
		const calls = result ? [result] : await findCalls();
		const message = `Not called: the agent ${agentId} is already on a call with ${phone}.`;
		return calls.map((call) => ({
			output: 'alreadyOnCall',
			json: call,
			toolAnswer: { called: false, ...who, message, call },
		}));
	},
});
