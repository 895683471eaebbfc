import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import { countries, readPhoneNumber } from '../../phone';
import type { ItemParameters } from '../itemParameters';
import { notice } from './commonFields';

export const phoneField: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. +55 11 98765-4321',
	description: 'The phone number of the other person, in any usual format',
	hint: "Write + and the country code. For local numbers, set 'Default Country' in Options.",
};

/** Calls to or from one number. */
export const phoneFilter: INodeProperties = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	placeholder: 'e.g. +55 11 98765-4321',
	description: 'Only calls to or from this number, in any usual format',
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

/**
 * The field Phone as E.164; a number without a country code is of the country in the option Default Country.
 *
 * @throws InputError as {@link readPhoneNumber} does
 */
export function readPhone(parameters: ItemParameters): string {
	return read(parameters.value(phoneField), parameters.options);
}

/**
 * The filter Phone as E.164, as {@link readPhone} reads the field.
 *
 * @returns undefined if it is not added
 * @throws InputError also when it is added, but empty: without the number, the calls of everybody would be listed
 */
export function readPhoneFilter({ filters, options }: ItemParameters): string | undefined {
	if (!filters.isAdded(phoneFilter)) return undefined;
	return read(filters.value(phoneFilter), options);
}

/**
 * A list of numbers as E.164, each once, as {@link readPhone} reads one. The builder is told how many entries of an array were empty:
 * an expression may have missed their numbers.
 *
 * @throws InputError that names the field
 */
export function readPhones(parameters: ItemParameters, field: INodeProperties): string[] {
	const given = parameters.value(field);
	const entries = Array.isArray(given) ? given.length : 0;
	const empty = entries - parameters.list(field).length;
	if (empty > 0) {
		parameters.hint(
			`Entries of '${field.displayName}' that are empty were left out: …. If these are people, their numbers are missing.`,
			`${empty} of ${entries}`,
		);
	}
	const phones = parameters.list(field).map((value) => readEntry(value, parameters.options, field));
	return [...new Set(phones)];
}

function readEntry(
	value: unknown,
	options: ItemParameters,
	{ displayName }: INodeProperties,
): string {
	let problem: unknown;
	try {
		return read(value, options);
	} catch (error) {
		problem = error;
	}
	if (!(problem instanceof InputError)) throw problem;
	const advice = problem.description?.replace("'Phone'", `'${displayName}'`);
	throw new InputError(`'${displayName}': ${problem.message}`, advice);
}

/** With a wrong default country, a stranger's phone would ring, so the builder is shown what became of the number. */
function read(value: unknown, options: ItemParameters): string {
	const country = options.text(defaultCountryOption);
	const { e164, isNational } = readPhoneNumber(value, country);
	if (isNational) {
		options.hint(
			`Numbers without a country code were read as ${nameOf(country)}: …. If that is wrong, correct 'Default Country' in Options, or write the numbers with a plus.`,
			`${String(value)} as ${e164}`,
		);
	}
	return e164;
}

function nameOf(country: string): string {
	const { options = [] } = defaultCountryOption;
	const option = options.find((one) => 'value' in one && one.value === country.toUpperCase());
	return option?.name ?? country;
}

function countryOptions(): INodePropertyOptions[] {
	const names = new Intl.DisplayNames('en', { type: 'region' });
	const options = countries().map(({ code, callingCode }) => ({
		name: `${names.of(code) ?? code} (+${callingCode})`,
		value: code,
	}));
	return [
		{ name: 'None (Numbers Need a Country Code)', value: '' },
		...options.sort((a, b) => a.name.localeCompare(b.name, 'en')),
	];
}
