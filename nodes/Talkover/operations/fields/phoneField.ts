import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { countries } from '../../phone';
import { notice } from './notice';

export const phoneField: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. +55 11 98765-4321',
	description: 'The phone number of the other person, in any usual format',
	hint: 'With plus and country code. For numbers without them, add Options → Default Country.',
};

/** The first field of operations that dial, because Execute Step in the editor dials, too. */
export const dialsNotice = notice(
	'dialsNotice',
	'This rings a real phone, even when you click Execute step',
);

export const defaultCountryOption: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'options',
	options: countryOptions(),
	default: '',
	description: 'The country of phone numbers that are written without a country code',
};

function countryOptions(): INodePropertyOptions[] {
	const names = new Intl.DisplayNames('en', { type: 'region' });
	const options = countries().map(({ code, callingCode }) => ({
		name: `${names.of(code) ?? code} (+${callingCode})`,
		value: code,
	}));
	return [
		{ name: 'None: Numbers Need Their Country Code', value: '' },
		...options.sort((a, b) => a.name.localeCompare(b.name, 'en')),
	];
}
