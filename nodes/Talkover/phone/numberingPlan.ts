import {
	getCountries,
	getCountryCallingCode,
	isSupportedCountry,
	Metadata,
	parseDigits,
	parsePhoneNumberFromString,
	PhoneNumber,
} from 'libphonenumber-js/core';
import type { CountryCode } from 'libphonenumber-js/core';
// The `min` metadata lacks the mobile numbers of most countries, and accepts many unassigned numbers as valid.
import metadata from 'libphonenumber-js/max/metadata';

export type { CountryCode };

/** A number, and what its numbering plan says about it. */
export interface Reading {
	/** E.164, with exactly the digits that were read. */
	e164: string;
	callingCode: string;
	nationalNumber: string;
	/** It has the right length and no trunk prefix, but may be unassigned: `+15551234567` is possible, but not valid. */
	isPossible: boolean;
	/** It is in a range that the numbering plan assigns. */
	isValid: boolean;
	/** It is valid, and only mobile phones have such numbers. */
	isMobile: boolean;
}

/**
 * An area code (DDD) and eight digits, or nine that begin with a 9. libphonenumber also accepts `98765-4321` without an area code,
 * and an American number without a plus: they would ring nobody, or a stranger.
 */
const BRAZILIAN = /^\d{10}$|^\d{2}9\d{8}$/;

/** All countries that libphonenumber knows, as ISO 3166-1 alpha-2 codes with their calling codes. */
export function countries(): Array<{ code: CountryCode; callingCode: string }> {
	return getCountries(metadata).map((code) => ({ code, callingCode: callingCodeOf(code) }));
}

/** Whether a text is the ISO 3166-1 alpha-2 code, in upper case, of a country that libphonenumber knows. */
export function isCountry(code: string): code is CountryCode {
	return isSupportedCountry(code as CountryCode, metadata);
}

/** The calling code of a country, without a plus. */
export function callingCodeOf(country: CountryCode): string {
	return getCountryCallingCode(country, metadata);
}

/**
 * The digits of the extension that libphonenumber finds at the end of a number.
 *
 * @param country of a national number; without it, libphonenumber reads only international numbers
 */
export function extensionOf(text: string, country?: CountryCode): string | undefined {
	// Without `extract: false`, libphonenumber would silently take the first of two numbers.
	const options = { defaultCountry: country, extract: false };
	return parsePhoneNumberFromString(text, options, metadata)?.ext;
}

/**
 * What the numbering plan says about a number, in any of the countries that share its calling code.
 *
 * @param e164 a plus and digits
 * @returns undefined if the digits do not begin with a calling code, or are far too few or too many
 */
export function read(e164: string): Reading | undefined {
	const parsed = parsePhoneNumberFromString(e164, metadata);
	if (!parsed) return undefined;
	// Unlike `parsed`, this keeps a trunk prefix.
	const number = new PhoneNumber(e164, metadata);
	const { countryCallingCode: callingCode, nationalNumber } = number;
	const isRefused = callingCode === '55' && !BRAZILIAN.test(nationalNumber);
	const countriesToTry = isRefused ? [] : [undefined, ...number.getPossibleCountries()];
	const types = countriesToTry.map((country) => {
		number.country = country;
		return number.getType();
	});
	const isValid = types.some((type) => type !== undefined);
	const hasPossibleLength = parsed.number === e164 && parsed.isPossible();
	const isPossible = isValid || (hasPossibleLength && !isRefused);
	const isMobile = types.includes('MOBILE');
	return { e164, callingCode, nationalNumber, isPossible, isValid, isMobile };
}

/**
 * The numbers that the digits of a national number may mean, as E.164: with all digits, and without a trunk prefix. Not included is
 * a number for which libphonenumber would change other digits: in Argentina, 0 11 15… would become +54 9 11….
 *
 * @param callingCode of the country, without a plus
 */
export function nationalReadings(digits: string, callingCode: string): string[] {
	const trunkPrefix = trunkPrefixOf(callingCode);
	const readings = [`+${callingCode}${digits}`];
	const parsed = parsePhoneNumberFromString(readings[0], metadata);
	if (parsed && digits.endsWith(parsed.nationalNumber)) {
		const prefix = digits.slice(0, digits.length - parsed.nationalNumber.length);
		// Other prefixes have another purpose, like Brazil's 90 for collect calls.
		const isTrunkPrefix = prefix.length === 1 || (trunkPrefix && prefix.startsWith(trunkPrefix));
		if (isTrunkPrefix) readings.push(parsed.number);
	}
	// Digits that libphonenumber reads as a carrier code may belong to the number, as in Colombia.
	const withoutPrefix = `+${callingCode}${digits.slice(trunkPrefix?.length ?? 1)}`;
	const beginsWithPrefix = trunkPrefix !== undefined && digits.startsWith(trunkPrefix);
	const isRead = beginsWithPrefix
		? read(withoutPrefix)?.isValid
		: isNationalForm(digits, withoutPrefix);
	if (isRead) readings.push(withoutPrefix);
	return readings;
}

/** Whether libphonenumber's national format of a valid number has exactly these digits, as for some numbers of Gabon, with a 0. */
function isNationalForm(digits: string, e164: string): boolean {
	if (!read(e164)?.isValid) return false;
	return parseDigits(new PhoneNumber(e164, metadata).formatNational()) === digits;
}

/** The trunk prefix that is dialled before a national number: 0, 1, 8 or 06; undefined if there is none, as in Italy. */
function trunkPrefixOf(callingCode: string): string | undefined {
	const [mainCountry] = metadata.country_calling_codes[callingCode] ?? [];
	// libphonenumber-js reads it from the same place, but has no function for it.
	const prefix: unknown = mainCountry && metadata.countries[mainCountry]?.[5];
	return typeof prefix === 'string' ? prefix : undefined;
}

/**
 * The number after the international prefix of a country, if the digits begin with one: 011 (North America), 810 (Russia), 0011
 * (Australia).
 *
 * @returns `isUsual`: whether it is the only or the usual prefix of the country, and not that of a carrier (00 15 in Brazil)
 */
export function readingFromAbroad(
	digits: string,
	country: CountryCode,
): { e164: string; isUsual: boolean } | undefined {
	const plan = new Metadata(metadata);
	plan.selectNumberingPlan(country);
	const pattern = plan.numberingPlan?.IDDPrefix() ?? '';
	const [prefix] = new RegExp(`^(?:${pattern})`).exec(digits) ?? [];
	if (!prefix) return undefined;
	// If there is none, it is 0, not undefined. In Russia's 8~10, the ~ means to wait for a tone.
	const usual = (plan.numberingPlan?.defaultIDDPrefix() || pattern).replace('~', '');
	return { e164: `+${digits.slice(prefix.length)}`, isUsual: prefix === usual };
}
