import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import { shorten, show } from '../../../../api/text';
import type { ItemParameters } from '../itemParameters';

export const useListField: INodeProperties = {
	displayName: 'Use Do-Not-Call List',
	name: 'doNotCallEnabled',
	type: 'boolean',
	// Who adds the field wants a list.
	default: true,
	description: 'Whether to look in a do-not-call list before a person is called',
};

export const listSourceField: INodeProperties = {
	displayName: 'Do-Not-Call List Source',
	name: 'doNotCallListSource',
	type: 'options',
	options: [
		{ name: 'Custom', value: 'custom', description: 'The numbers in Do-Not-Call Numbers' },
		{
			name: 'Environment',
			value: 'environment',
			description: 'The list that the campaigns of the environment share',
		},
		{ name: 'Global', value: 'global', description: 'The list of Talkover' },
	],
	default: 'environment',
	description: 'Which do-not-call list to use',
};

export const numbersField: INodeProperties = {
	displayName: 'Do-Not-Call Numbers',
	name: 'doNotCallCustomList',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	placeholder: 'e.g. +55 11 98765-4321, +1 555 123 4501',
	description:
		'The whole list, as an array, or separated by commas or line breaks. Talkover does not show the list it has: an update replaces all of it.',
};

export const addToListField: INodeProperties = {
	displayName: 'Add to Do-Not-Call List',
	name: 'autoAddToDncEnabled',
	type: 'boolean',
	default: false,
	description: 'Whether Talkover adds people to the list by the two triggers',
};

export const triggerStatusesField: INodeProperties = {
	displayName: 'Do-Not-Call Trigger Statuses',
	name: 'autoDncTriggerStatuses',
	type: 'string',
	default: '',
	placeholder: 'e.g. completed, voicemail',
	description: 'Statuses of a call that add the person to the list, separated by commas',
};

export const triggerErrorsField: INodeProperties = {
	displayName: 'Do-Not-Call Trigger Errors',
	name: 'autoDncTriggerErrors',
	type: 'string',
	default: '',
	placeholder: 'e.g. invalid_number, disconnected',
	description: 'Errors of a call that add the person to the list, separated by commas',
};

/**
 * Statuses or errors, as Talkover names them.
 *
 * @throws InputError for anything but names: a trigger that is none would add nobody to the list
 */
export function readNames(parameters: ItemParameters, field: INodeProperties): string[] {
	return parameters.list(field).map((name) => {
		if (typeof name === 'string' && /^[\w .:-]+$/.test(name)) return name;
		throw new InputError(
			`'${field.displayName}' cannot be ${shorten(show(parameters.value(field)), 60)}`,
			'It takes names such as completed, separated by commas, or an array of them.',
		);
	});
}

/**
 * Talkover ignores the numbers unless the campaign uses a list of its own: then it would call people who are not to be called.
 *
 * @param isNew whether the settings that are not given have Talkover's defaults
 * @throws InputError when there are numbers, and the settings say that they are not used
 */
export function checkNumbersAreUsed(settings: IDataObject, isNew: boolean): void {
	const {
		do_not_call_custom_list: numbers,
		do_not_call_enabled: isOn = !isNew,
		do_not_call_list_source: source = isNew ? '' : 'custom',
	} = settings;
	if (!numbers || (isOn === true && source === 'custom')) return;
	throw new InputError(
		`Talkover would not use the '${numbersField.displayName}', and call these people`,
		`Turn on '${useListField.displayName}', and choose Custom as '${listSourceField.displayName}'.`,
	);
}
