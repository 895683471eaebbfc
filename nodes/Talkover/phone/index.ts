import { InputError } from '../../../api/errors';
import { isCountry } from './numberingPlan';
import type { CountryCode, Reading } from './numberingPlan';
import { allReadings, correction, likelyReadings, rivalsOf00 } from './readings';
import { readWritten } from './written';

export { countries } from './numberingPlan';

const WHAT_TO_DO =
	'Write it with a plus and the country code, like +55 11 98765-4321, or choose the country of your national numbers in Options → Default Country.';

/** The longest text that libphonenumber looks at. */
const LONGEST_TEXT = 250;

/**
 * Converts a phone number in any usual format to E.164 (`+5511987654321`). Drops an extension and a trunk prefix. No other digit is
 * added or removed: a number that would need this, or a guess, is an error. The rules of each country come from libphonenumber's
 * metadata.
 *
 * @param value a text, or a JSON number with the same digits
 * @param defaultCountry ISO 3166-1 alpha-2 code of the country of national numbers; empty if there is none
 * @throws InputError when it is empty, unreadable, impossible, or could be read as more than one number
 */
export function toE164(value: unknown, defaultCountry = ''): string {
	const country = readCountry(defaultCountry);
	const written = readWritten(readText(value), country);
	const readings = written ? allReadings(written, country) : [];
	if (!written || readings.length === 0) {
		throw new InputError(`${quote(value)} cannot be read as a phone number`, WHAT_TO_DO);
	}
	const likely = likelyReadings(readings, written);
	const rivals = rivalsOf00(written, country);
	if (likely.length > 1 || rivals.length > 0) throw ambiguous(value, [...likely, ...rivals]);
	const [reading = readings[0]] = likely;
	const meant = correction(reading, written, country);
	if (meant) throw ambiguous(value, [meant]);
	if (!reading.isPossible) throw impossible(value, reading);
	return reading.e164;
}

function readCountry(defaultCountry: string): CountryCode | undefined {
	const code = String(defaultCountry ?? '')
		.trim()
		.toUpperCase();
	if (code === '') return undefined;
	if (!isCountry(code)) {
		throw new InputError(
			`The default country ${quote(defaultCountry)} is not a country code`,
			'Choose a country from the list in Options → Default Country, or give its two letters, like BR.',
		);
	}
	return code;
}

function readText(value: unknown): string {
	const isDigits = typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
	if (typeof value !== 'string' && !isDigits && value !== null && value !== undefined) {
		throw new InputError(`${quote(value)} is not a phone number`, WHAT_TO_DO);
	}
	if (typeof value === 'string' && value.length > LONGEST_TEXT) {
		throw new InputError(`${quote(value)} is too long for a phone number`, WHAT_TO_DO);
	}
	const text = String(value ?? '');
	const isEmpty = !/[^\s\p{Cf}]/u.test(text);
	if (isEmpty) {
		throw new InputError(
			`The phone number is empty (${quote(value)})`,
			'Check that the field Phone refers to a field that the item has.',
		);
	}
	return text;
}

function ambiguous(value: unknown, readings: Reading[]): InputError {
	const numbers = readings.map(({ e164 }) => e164).join(' or ');
	return new InputError(
		`The phone number ${quote(value)} cannot be read without guessing: it might be ${numbers}`,
		'Find out which number is meant, and write it with a plus and the country code, as in this message.',
	);
}

function impossible(value: unknown, { callingCode, nationalNumber }: Reading): InputError {
	return new InputError(
		`The phone number ${quote(value)} is not possible: +${callingCode} ${nationalNumber} has too few, too many or wrong digits`,
		callingCode === '55'
			? `A Brazilian number has an area code (DDD), and eight digits or nine that begin with a 9. ${WHAT_TO_DO}`
			: WHAT_TO_DO,
	);
}

function quote(value: unknown): string {
	const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
