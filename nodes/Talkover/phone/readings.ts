import { callingCodeOf, nationalReadings, read, readingFromAbroad } from './numberingPlan';
import type { CountryCode, Reading } from './numberingPlan';
import type { Written } from './written';

/** Digits of the longest landline numbers in use, with the calling code. Some numbering plans have room for more. */
const LONGEST_LANDLINE = 12;

/** All numbers that a text may mean, including impossible ones. A 00 is read as a plus. */
export function allReadings({ hasPlus, digits }: Written, country?: CountryCode): Reading[] {
	return readAll(
		digits.flatMap((all) => {
			if (hasPlus) return [`+${all}`];
			if (all.startsWith('00')) return readingsOf00(all, country);
			return country ? readingsWithoutPlus(all, country) : [];
		}),
	);
}

/**
 * The most likely readings; more than one means that the number is ambiguous. Valid numbers are preferred to possible ones, unless
 * a 00 could lead to two countries.
 */
export function likelyReadings(readings: Reading[], { hasPlus, digits }: Written): Reading[] {
	const possible = readings.filter(({ isPossible }) => isPossible);
	const valid = readings.filter(({ isValid }) => isValid);
	const callingCodes = new Set(possible.map(({ callingCode }) => callingCode));
	const isUnclear00 = !hasPlus && digits[0].startsWith('00') && callingCodes.size > 1;
	return valid.length > 0 && !isUnclear00 ? valid : possible;
}

/**
 * What a text that begins with 00 may mean if the 00 is not a plus: a number after 00 and a carrier code (Brazil, Singapore), or a
 * national number (Indonesia). These only make the number ambiguous, and are never chosen: any number with one digit too many after a
 * 00 can look like them.
 */
export function rivalsOf00(
	{ hasPlus, digits: [digits] }: Written,
	country?: CountryCode,
): Reading[] {
	if (hasPlus || !country || !digits.startsWith('00')) return [];
	const callingCode = callingCodeOf(country);
	if (digits.startsWith(`00${callingCode}`)) return [];
	const international = `+${digits.slice(2)}`;
	const abroad = readingFromAbroad(digits, country);
	const afterCarrier = readAll(abroad && !abroad.isUsual ? [abroad.e164] : []);
	const national = readAll(nationalReadings(digits, callingCode));
	return [
		...afterCarrier.filter(({ e164, isPossible }) => isPossible && e164 !== international),
		...national.filter(({ isValid }) => isValid),
	];
}

/**
 * The valid number that an invalid one probably means: the calling code is there twice or before a trunk prefix, a national number
 * has a plus, an international one has none, or a spreadsheet has dropped the 0 with which the number begins, as in Italy.
 */
export function correction(
	reading: Reading,
	{ hasPlus, digits: [digits] }: Written,
	country?: CountryCode,
): Reading | undefined {
	const { callingCode, nationalNumber } = reading;
	const afterSecondCode = nationalNumber.startsWith(callingCode)
		? nationalReadings(nationalNumber.slice(callingCode.length), callingCode)
		: [];
	if (reading.isValid) {
		if (!isTooLongForLandline(reading)) return undefined;
		return readAll(afterSecondCode).find(({ isMobile }) => isMobile);
	}
	return readAll(
		[
			...nationalReadings(nationalNumber, callingCode),
			...afterSecondCode,
			`+${callingCode}0${nationalNumber}`,
			...(hasPlus && country ? readingsWithoutPlus(digits, country) : [`+${digits}`]),
		].filter((e164) => e164 !== reading.e164),
	).find(({ isValid }) => isValid);
}

/** Whether a number is not mobile, but longer than landline numbers: +49 49151… probably means +49 151…. */
function isTooLongForLandline({ e164, isMobile }: Reading): boolean {
	return !isMobile && e164.length > 1 + LONGEST_LANDLINE;
}

function readingsWithoutPlus(digits: string, country: CountryCode): string[] {
	const callingCode = callingCodeOf(country);
	const abroad = readingFromAbroad(digits, country);
	return [
		...nationalReadings(digits, callingCode),
		...(digits.startsWith(callingCode) ? [`+${digits}`] : []),
		...(abroad ? [abroad.e164] : []),
	];
}

function readingsOf00(digits: string, country?: CountryCode): string[] {
	const international = `+${digits.slice(2)}`;
	const abroad = country && readingFromAbroad(digits, country);
	return abroad?.isUsual ? [international, abroad.e164] : [international];
}

function readAll(e164s: string[]): Reading[] {
	return [...new Set(e164s)].map(read).filter((reading) => reading !== undefined);
}
