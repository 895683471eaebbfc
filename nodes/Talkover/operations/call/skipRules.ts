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

/** Shown once hours are set, because alone these options do nothing. */
const withHours = { show: { skipIfCalledWithin: [{ _cnd: { gt: 0 } }] } };

const CALLS_THAT_COUNT: INodeProperties = {
	displayName: 'Calls That Count',
	name: 'callsThatCount',
	type: 'options',
	displayOptions: withHours,
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
	displayOptions: withHours,
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

const CHECK_AFTER_CALLING: INodeProperties = {
	displayName: 'Check Again After Calling',
	name: 'checkAfterCalling',
	type: 'boolean',
	default: false,
	description:
		'Whether to look again after the call was made. If another n8n process or person called at the same moment, only the first call goes on. For queue mode. Takes two more requests and four seconds for each call.',
};

/** The options that decide whether a person is called. */
export const skipOptions = [
	CALLS_THAT_COUNT,
	CHECK_AFTER_CALLING,
	IF_ALREADY_ON_CALL,
	SKIP_IF_CALLED_WITHIN,
	WHOSE_CALLS,
];

export interface SkipRules {
	callAnyway: boolean;
	checkAfterCalling: boolean;
	/** Undefined if Skip If Called Within is off. */
	within?: CalledWithin;
}

/**
 * @param delay in seconds, until Talkover dials
 * @throws InputError when an option has a value that it does not take, or two options contradict each other
 */
export function readSkipRules(
	{ options }: ItemParameters,
	agentId: string,
	delay: number,
): SkipRules {
	const checkAfterCalling = options.boolean(CHECK_AFTER_CALLING);
	const hours = options.number(SKIP_IF_CALLED_WITHIN);
	const callAnyway = options.option(IF_ALREADY_ON_CALL) === 'callAnyway';
	const answeredOnly = options.option(CALLS_THAT_COUNT) === 'answered';
	const isThisAgent = options.option(WHOSE_CALLS) === 'thisAgent';
	const check =
		hours > 0 ? `'Skip If Called Within' (${hours} hours)` : "'Check Again After Calling'";
	if (callAnyway && (hours > 0 || checkAfterCalling)) {
		throw new InputError(
			`${check} and 'Call Anyway' contradict each other`,
			"Remove one of the two options: 'Call Anyway' calls without checking.",
		);
	}
	if (checkAfterCalling && delay > 0) {
		throw new InputError(
			`'Check Again After Calling' cannot be used with a 'Delay' (${delay} seconds)`,
			'Talkover may not show a call before it is dialed. Remove one of the two options, or put a Wait node before this one.',
		);
	}
	const within = { hours, answeredOnly, ...(isThisAgent && { agentId }) };
	return { callAnyway, checkAfterCalling, ...(hours > 0 && { within }) };
}
