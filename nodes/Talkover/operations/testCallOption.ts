import type { INodeProperties } from 'n8n-workflow';
import type { Item } from './operation';

export const testCallOption: INodeProperties = {
	displayName: 'Test Call',
	name: 'testCall',
	type: 'boolean',
	default: false,
	description:
		'Whether this is a test, which Talkover neither bills nor counts. The phone rings all the same.',
};

/** The part of a call's request that says whether it is a test. */
export function readTestCall(item: Item): { is_testing?: true } {
	return item.parameter('options.testCall', false) === true ? { is_testing: true } : {};
}
