import type { INodeProperties } from 'n8n-workflow';
import type { CalledWithin } from '../../../../api/calls/calledWithin';
import { InputError } from '../../../../api/errors';
import type { ItemParameters } from '../itemParameters';

const IF_ALREADY_ON_CALL: INodeProperties = {
	displayName: 'If Already on a Call',
	name: 'ifAlreadyOnCall',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Skip',
			value: 'skip',
			description:
				'Do not call, and put the active call on the output Skipped. Takes one more request for each number.',
		},
		{
			name: 'Call Anyway',
			value: 'callAnyway',
			description:
				'Call without checking, once for each item, even if several items have the same number. As a tool of an AI agent: once for each number in an execution.',
		},
	],
	default: 'skip',
	description: 'What to do when the agent is already on a call with the person',
};

const SKIP_IF_CALLED_WITHIN: INodeProperties = {
	displayName: 'Skip If Called Within (Hours)',
	name: 'skipIfCalledWithin',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 8760 },
	default: 0,
	description:
		'Do not call a person who was called within this many hours, by this or any other workflow. 0 turns the option off; 0.5 is half an hour. Takes one more request for each number, or fewer for many items.',
};

const CALLS_THAT_COUNT: INodeProperties = {
	displayName: 'Calls That Count',
	name: 'callsThatCount',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Any Attempt', value: 'anyAttempt', description: 'Also calls that nobody answered' },
		{
			name: 'Answered Calls Only',
			value: 'answered',
			description: 'Not calls that failed, were busy, were not answered, or reached a voicemail',
		},
	],
	default: 'anyAttempt',
	description: 'Which calls count for Skip If Called Within. Test calls never count.',
};

const WHOSE_CALLS: INodeProperties = {
	displayName: 'Whose Calls',
	name: 'whoseCalls',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Any Agent', value: 'anyAgent', description: 'Calls of all agents of the environment' },
		{
			name: 'This Agent',
			value: 'thisAgent',
			description: 'Only calls of the agent that is chosen above',
		},
	],
	default: 'anyAgent',
	description: 'Whose calls count for Skip If Called Within',
};

/** The options that decide whether a person is called. */
export const skipOptions = [
	CALLS_THAT_COUNT,
	IF_ALREADY_ON_CALL,
	SKIP_IF_CALLED_WITHIN,
	WHOSE_CALLS,
];

export interface SkipRules {
	callAnyway: boolean;
	/** Undefined if Skip If Called Within is off. */
	within?: CalledWithin;
}

/**
 * @throws InputError when an option has a value that it does not take, or Skip If Called Within is used with Call Anyway
 */
export function readSkipRules({ options }: ItemParameters, agentId: string): SkipRules {
	const hours = options.number(SKIP_IF_CALLED_WITHIN);
	const callAnyway = options.option(IF_ALREADY_ON_CALL) === 'callAnyway';
	const answeredOnly = options.option(CALLS_THAT_COUNT) === 'answered';
	const isThisAgent = options.option(WHOSE_CALLS) === 'thisAgent';
	if (hours === 0) return { callAnyway };
	if (callAnyway) {
		throw new InputError(
			`Skip If Called Within (${hours} hours) and Call Anyway contradict each other`,
			'Remove one of the two options: Call Anyway calls without checking.',
		);
	}
	return { callAnyway, within: { hours, answeredOnly, ...(isThisAgent && { agentId }) } };
}
