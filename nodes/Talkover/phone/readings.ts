import { callingCodeOf, nationalReadings, read, readingFromAbroad } from './numberingPlan';
import type { CountryCode, Reading } from './numberingPlan';
import type { Written } from './written';

/** Digits of the longest landline numbers in use, with the calling code. Some numbering plans have room for more. */
const LONGEST_LANDLINE = 12;

/** All numbers that a text may stand for, the impossible ones too. A 00 is read as a plus. */
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
 * The readings to choose from; more than one means that nobody can tell. A valid number is preferred to one that is only
 * possible, but not where a 00 would lead to two countries.
 */
export function likelyReadings(readings: Reading[], { hasPlus, digits }: Written): Reading[] {
	const possible = readings.filter(({ isPossible }) => isPossible);
	const valid = readings.filter(({ isValid }) => isValid);
	const callingCodes = new Set(possible.map(({ callingCode }) => callingCode));
	const isUnclear00 = !hasPlus && digits[0].startsWith('00') && callingCodes.size > 1;
	return valid.length > 0 && !isUnclear00 ? valid : possible;
}

/**
 * What a text that begins with 00 may stand for if that is no plus: a number behind 00 and a carrier code (Brazil, Singapore),
 * or a national number (Indonesia). They are never chosen: with a digit too many behind a 00, any number may look like that.
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
	const behindCarrier = readAll(abroad && !abroad.isUsual ? [abroad.e164] : []);
	const national = readAll(nationalReadings(digits, callingCode));
	return [
		...behindCarrier.filter(({ e164, isPossible }) => isPossible && e164 !== international),
		...national.filter(({ isValid }) => isValid),
	];
}

/**
 * The valid number that was probably meant, where the one that was read is not valid: it has the calling code twice or a trunk
 * prefix behind it, or a national number has a plus or an international one has none.
 */
export function correction(
	reading: Reading,
	{ hasPlus, digits: [digits] }: Written,
	country?: CountryCode,
): Reading | undefined {
	const { callingCode, nationalNumber } = reading;
	const behindCodes = nationalNumber.startsWith(callingCode)
		? nationalReadings(nationalNumber.slice(callingCode.length), callingCode)
		: [];
	if (reading.isValid) {
		if (!isLikeNoLandline(reading)) return undefined;
		return readAll(behindCodes).find(({ isMobile }) => isMobile);
	}
	return readAll([
		...nationalReadings(nationalNumber, callingCode),
		...behindCodes,
		...(hasPlus && country ? readingsWithoutPlus(digits, country) : [`+${digits}`]),
	]).find(({ isValid }) => isValid);
}

/** A valid number, not of a mobile phone, that is longer than landline numbers are: +49 49151… is rather +49 151…. */
function isLikeNoLandline({ e164, isMobile }: Reading): boolean {
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
