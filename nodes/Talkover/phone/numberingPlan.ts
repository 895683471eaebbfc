import { getCountries, isSupportedCountry, parseDigits, PhoneNumber } from 'libphonenumber-js/core';
import type { CountryCode } from 'libphonenumber-js/core';
import { callingCodeAt, kindsOf, metadata, planOf, plansOf } from './plans';

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

/** How many digits libphonenumber takes for a national number. */
const FEWEST_DIGITS = 2;
const MOST_DIGITS = 17;

/** How many digits E.164 allows, with the calling code. */
const LONGEST_E164 = 15;

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
	return planOf(country).callingCode;
}

/** How many lengths the numbers of the main country with a calling code have. */
export function lengthsOf(callingCode: string): number {
	return plansOf(callingCode)[0].lengths.length;
}

/**
 * What the numbering plan says about a number, in any of the countries that share its calling code.
 *
 * @param e164 a plus and digits
 * @returns undefined if the digits do not begin with a calling code, or are far too few or too many
 */
export function read(e164: string): Reading | undefined {
	const digits = e164.slice(1);
	const callingCode = callingCodeAt(digits);
	if (callingCode === undefined) return undefined;
	const nationalNumber = digits.slice(callingCode.length);
	const { length } = nationalNumber;
	if (length < FEWEST_DIGITS || length > MOST_DIGITS) return undefined;
	const isRefused = callingCode === '55' && !BRAZILIAN.test(nationalNumber);
	const kinds = isRefused ? [] : kindsOf(callingCode, nationalNumber);
	const isMobile = kinds.includes('mobile');
	const isValid = kinds.length > 0;
	// Only some numbers that nobody can dial from abroad are longer, in Japan.
	const mayBeUnassigned = !isRefused && digits.length <= LONGEST_E164;
	const isPossible = isValid || (mayBeUnassigned && hasPossibleLength(callingCode, nationalNumber));
	return { e164, callingCode, nationalNumber, isPossible, isValid, isMobile };
}

/** Whether a number that is not assigned has the length of one, and no trunk prefix. */
function hasPossibleLength(callingCode: string, nationalNumber: string): boolean {
	return (
		withoutPrefix(callingCode, nationalNumber) === nationalNumber &&
		lengthsFor(callingCode, nationalNumber).includes(nationalNumber.length)
	);
}

/** A national number as libphonenumber reads it: see {@link Plan.withoutPrefix}. */
function withoutPrefix(callingCode: string, digits: string): string {
	return plansOf(callingCode)[0].withoutPrefix(digits, (rest) => {
		const lengths = lengthsFor(callingCode, rest);
		return lengths.includes(rest.length) || rest.length > lengths[lengths.length - 1];
	});
}

/** The lengths of numbers in the country that a number belongs to. */
function lengthsFor(callingCode: string, nationalNumber: string): number[] {
	const plans = plansOf(callingCode);
	const plan = plans.length > 1 ? plans.find((one) => one.has(nationalNumber)) : undefined;
	return (plan ?? plans[0]).lengths;
}

/**
 * The numbers that the digits of a national number may mean, as E.164: with all digits, and without a trunk prefix. Not included is
 * a number for which libphonenumber would change other digits: in Argentina, 0 11 15… would become +54 9 11….
 *
 * @param callingCode of the country, without a plus
 */
export function nationalReadings(digits: string, callingCode: string): string[] {
	const { trunkPrefix } = plansOf(callingCode)[0];
	const readings = [`+${callingCode}${digits}`];
	const nationalNumber = withoutPrefix(callingCode, digits);
	if (digits.endsWith(nationalNumber)) {
		const prefix = digits.slice(0, digits.length - nationalNumber.length);
		// Other prefixes have another purpose, like Brazil's 90 for collect calls.
		const isTrunkPrefix = prefix.length === 1 || (trunkPrefix && prefix.startsWith(trunkPrefix));
		if (isTrunkPrefix) readings.push(`+${callingCode}${nationalNumber}`);
	}
	// Digits that libphonenumber reads as a carrier code may belong to the number, as in Colombia.
	const shorter = `+${callingCode}${digits.slice(trunkPrefix?.length ?? 1)}`;
	const hasPrefix =
		trunkPrefix === undefined ? isNationalForm(digits, shorter) : digits.startsWith(trunkPrefix);
	if (hasPrefix && read(shorter)?.isValid) readings.push(shorter);
	return readings;
}

/** Whether a valid number is written with exactly these digits in its country: some numbers of Gabon get a 0. */
function isNationalForm(digits: string, e164: string): boolean {
	return read(e164)?.isValid === true && parseDigits(nationalFormat(e164)) === digits;
}

/** A number as libphonenumber writes it in its own country. @param e164 a valid number */
export function nationalFormat(e164: string): string {
	return new PhoneNumber(e164, metadata).formatNational();
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
	const { internationalPrefix, usualInternationalPrefix } = planOf(country);
	const [prefix] = internationalPrefix.exec(digits) ?? [];
	if (!prefix) return undefined;
	return { e164: `+${digits.slice(prefix.length)}`, isUsual: prefix === usualInternationalPrefix };
}
