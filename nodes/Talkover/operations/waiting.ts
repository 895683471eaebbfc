import type { INodeProperties } from 'n8n-workflow';
import type { StillActiveReason, WaitOptions, WaitResult } from '../../../api/calls/watcher';
import type { Item, Result } from './operation';

/** What all operations that wait for the end of a call have in common. */
export const waiting = {
	outputs: { ended: 'Ended', stillActive: 'Still Active' },
	emptyHint: (items: number) =>
		items === 1
			? 'The call is not over: the item is on the output Still Active.'
			: `None of the ${items} calls is over: the items are on the output Still Active.`,
	sharesCredential: true,
	waits: true,
} as const;

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
};

/** @param cost how many requests a check takes */
export function waitFields(cost: string): INodeProperties[] {
	const description = `How often to check whether calls are over. ${cost}`;
	return [{ ...CHECK_EVERY, description }, MAX_WAIT];
}

/** @throws InputError when a field is not a number, or too small or too large */
export function readWaitOptions({ parameters, timeLimit }: Item): WaitOptions {
	const { options } = parameters;
	return {
		maxWait: Math.min(options.number(MAX_WAIT) * 60_000, timeLimit()),
		checkEvery: options.number(CHECK_EVERY) * 1000,
	};
}

/**
 * The result of a wait, on one of the outputs of {@link waiting}.
 *
 * @param which what identifies the call, for an AI agent
 * @param whyNot tells an AI agent why the call may not be over, other than that it is not over yet
 */
export function presentWait(
	result: WaitResult,
	which: { call_id: string; [id: string]: string },
	whyNot: Partial<Record<StillActiveReason, (status: string) => string>>,
): Array<Result<keyof typeof waiting.outputs>> {
	if ('ended' in result) {
		const { ended: call } = result;
		const seconds = typeof call.duration === 'number' ? ` after ${call.duration} seconds` : '';
		const message = `The call ${which.call_id} is over${seconds}: ${String(call.status)}.`;
		return [{ output: 'ended', json: call, toolAnswer: { ended: true, ...which, message, call } }];
	}
	const { stillActive: call, reason } = result;
	const notYet = (status: string) => `The call ${which.call_id} is not over yet: ${status}.`;
	const message = (whyNot[reason] ?? notYet)(String(call.status ?? 'not listed'));
	return [
		{
			output: 'stillActive',
			json: { ...call, still_active_reason: reason },
			toolAnswer: { ended: false, ...which, reason, message, call },
		},
	];
}
