import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import type { ItemParameters } from '../itemParameters';

/** A setting of a campaign that the API takes. */
export interface Setting {
	field: INodeProperties;
	/** In the API. */
	name: string;
	/** @throws InputError when the value is not valid */
	read: (parameters: ItemParameters, field: INodeProperties) => IDataObject[string];
}

/** A collection of settings, of which the builder adds some. */
export function settingsField(
	displayName: string,
	name: string,
	fields: INodeProperties[],
): INodeProperties {
	return {
		displayName,
		name,
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: fields
			// n8n would require it also when it is not added (2.41.1).
			.map((field) => ({ ...field, required: false }))
			.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/**
 * The values of settings, by the API's names.
 *
 * @throws InputError when one is empty or not valid. An empty expression must not change who is called, or when.
 */
export function readSettings(parameters: ItemParameters, settings: Setting[]): IDataObject {
	const values = settings.map(({ field, name, read }) => {
		checkIsSet(parameters, field);
		const value = read(parameters, field);
		if (Array.isArray(value) && value.length === 0) throw emptyError(field);
		return [name, value];
	});
	return Object.fromEntries(values) as IDataObject;
}

/** @throws InputError when a field is empty, for one whose default must not count then */
export function checkIsSet(parameters: ItemParameters, field: INodeProperties): void {
	if (parameters.isEmpty(field)) throw emptyError(field);
}

function emptyError({ displayName }: INodeProperties): InputError {
	return new InputError(
		`'${displayName}' is empty`,
		'Fill it in, or check that its expression refers to a field that the item has.',
	);
}

/** The values of the settings that the builder has added to a collection. @throws InputError as {@link readSettings} does */
export function readAddedSettings(parameters: ItemParameters, settings: Setting[]): IDataObject {
	return readSettings(
		parameters,
		settings.filter(({ field }) => parameters.isAdded(field)),
	);
}
