import type { INodeProperties } from 'n8n-workflow';
import type { ItemParameters } from '../itemParameters';

export const testCallOption: INodeProperties = {
	displayName: 'Test Call',
	name: 'testCall',
	type: 'boolean',
	default: false,
	description:
		'Whether this is a test, which Talkover neither bills nor counts. The phone still rings.',
};

/** The part of the request body for a test call; empty for a real call. @throws InputError when the option is not a boolean */
export function readTestCall({ options }: ItemParameters): { is_testing?: true } {
	return options.boolean(testCallOption) ? { is_testing: true } : {};
}
