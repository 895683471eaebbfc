import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callIfFree } from '../../../../api/calls/callIfFree';
import { dial } from '../../../../api/calls/dial';
import type { Skipped } from '../../../../api/calls/dial';
import { keepFirstCall } from '../../../../api/calls/keepFirstCall';
import { agentField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import type { Result } from '../operation';
import { readTestCall, testCallOption } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { defaultCountryOption, dialsNotice, phoneField, readPhone } from '../fields/phoneField';
import { readVariables, variableFields, variableOptions } from '../fields/variableFields';
import { readSkipRules, skipOptions } from './skipRules';

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
	action: 'Make call (rings a real phone)',
	description:
		'Have an agent call a person who is not on a call with it already. Rings a real phone.',
	outputs: { called: 'Called', skipped: 'Skipped' },
	emptyHint: (items) =>
		items === 1
			? 'Nobody was called: the item is on the output Skipped.'
			: `Nobody was called: the ${items} items are on the output Skipped.`,
	fields: [
		dialsNotice,
		{ ...agentField, description: 'The voice agent that calls' },
		{ ...phoneField, description: 'The phone number to call, in any usual format' },
		...variableFields,
		optionsField([defaultCountryOption, DELAY, testCallOption, ...variableOptions, ...skipOptions]),
	],
	async execute({ client, parameters, once, finish }) {
		const agentId = parameters.id(agentField);
		const phone = readPhone(parameters);
		const delay = parameters.options.number(DELAY);
		const rules = readSkipRules(parameters, agentId, delay);
		const { callAnyway, checkAfterCalling, within } = rules;
		const request = {
			to: phone,
			...readVariables(parameters),
			...(delay > 0 && { delay_seconds: delay }),
			...readTestCall(parameters),
		};
		const { result: dialed, byThisItem } = await once(
			{
				key: `call ${agentId} ${phone}`,
				eachItem: callAnyway,
				isDone: (outcome) => 'done' in outcome,
			},
			async () =>
				callAnyway
					? await dial(client, agentId, request)
					: await callIfFree(client, agentId, request, within),
		);

		// An action of its own, so that the call is remembered before it: after a failure, only the check is repeated.
		const check = async (call: IDataObject) =>
			await once(
				{ key: `check ${agentId} ${phone} ${String(call.id)}` },
				async () =>
					await finish(
						async (lasting, pause) => await keepFirstCall(lasting, agentId, phone, call, pause),
					),
			);
		const { result } =
			'done' in dialed && checkAfterCalling ? await check(dialed.done) : { result: dialed };

		const who = { agent_id: agentId, phone };
		if ('skipped' in result)
			return presentSkipped(who, result.skipped.reason, result.skipped.calls);
		if (!byThisItem) return presentSkipped(who, 'called_in_this_run', [result.done]);
		const message = `The agent ${agentId} is calling ${phone} now. Do not call again.`;
		const toolAnswer = { called: true, ...who, message, call: result.done };
		return [{ output: 'called', json: result.done, toolAnswer }];
	},
});

/** @param calls that are the reason */
function presentSkipped(
	who: { agent_id: string; phone: string },
	reason: Skipped['reason'] | 'called_in_this_run',
	calls: IDataObject[],
): Array<Result<'called' | 'skipped'>> {
	const { agent_id: agentId, phone } = who;
	const why = {
		on_a_call: `the agent ${agentId} is already on a call with ${phone}`,
		called_recently: `${phone} has been called recently`,
		called_at_same_moment: `another call to ${phone} began at the same moment and goes on, so this one was ended`,
		called_in_this_run: `the agent ${agentId} has already called ${phone} in this execution`,
	}[reason];
	const message = `Not called: ${why}.`;
	return calls.map((call) => ({
		output: 'skipped',
		json: { ...call, skip_reason: reason },
		toolAnswer: { called: false, ...who, skip_reason: reason, message, call },
	}));
}
