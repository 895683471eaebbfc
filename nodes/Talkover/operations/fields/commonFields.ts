import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ItemParameters } from '../itemParameters';

export const callIdField: INodeProperties = {
	displayName: 'Call ID',
	name: 'callId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 550e8400-e29b-41d4-a716-446655440000',
	description: 'The ID of the call, from Get Active Call, Make Call or Get Many',
};

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/**
 * How to show a result: simplified, unless the builder has turned that off.
 *
 * @param simplify gives the most important fields of a result, ten at most: n8n's limit
 * @throws InputError when the field is not a boolean
 */
export function readSimplify(
	parameters: ItemParameters,
	simplify: (result: IDataObject) => IDataObject,
): (result: IDataObject) => IDataObject {
	return parameters.boolean(simplifyField) ? simplify : (result) => result;
}

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

/** A highlighted text in the panel. */
export function notice(
	name: string,
	text: string,
	displayOptions?: INodeProperties['displayOptions'],
): INodeProperties {
	return { displayName: text, name, type: 'notice', default: '', displayOptions };
}
