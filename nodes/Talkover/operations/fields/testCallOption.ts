import type { INodeProperties } from 'n8n-workflow';
import type { Item } from '../operation';
import { checkBoolean } from '../../../shared/booleans';

export const testCallOption: INodeProperties = {
	displayName: 'Test Call',
	name: 'testCall',
	type: 'boolean',
	default: false,
	description:
		'Whether this is a test, which Talkover neither bills nor counts. The phone rings all the same.',
};

/**
 * The part of a call's request that says whether it is a test.
 *
 * @throws InputError as {@link checkBoolean} does
 */
export function readTestCall(item: Item): { is_testing?: true } {
	const isTest = checkBoolean(testCallOption, item.parameter('options.testCall', false));
	return isTest ? { is_testing: true } : {};
}
