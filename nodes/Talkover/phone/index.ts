import { InputError } from '../../../api/errors';
import { shorten, withoutInvisible } from '../../../api/text';
import { findLookalike } from './lookalikes';
import type { Lookalike } from './lookalikes';
import { isCountry, lengthsOf, nationalFormat } from './numberingPlan';
import type { CountryCode, Reading } from './numberingPlan';
import { allReadings, correction, likelyReadings, rivalsOf00 } from './readings';
import { readWritten, toPlain } from './written';
import type { Written } from './written';

export { countries } from './numberingPlan';

const WHAT_TO_DO =
	"Write it with a plus and the country code, like +55 11 98765-4321, or choose the country of your national numbers under 'Default Country' in Options.";

/** No phone number is longer, with any punctuation and extension. */
const LONGEST_TEXT = 250;

/** A country with more lengths of numbers has no usual one. */
const FEW_LENGTHS = 2;

/** What people write instead of the ISO 3166-1 code. */
const OTHER_CODES: Record<string, CountryCode> = { UK: 'GB' };

export interface PhoneNumber {
	e164: string;
	/** Whether it was written without its country code, and so read with the default country. */
	isNational: boolean;
}

/**
 * Converts a phone number in any usual format to E.164 (`+5511987654321`). Drops an extension and a trunk prefix. No other digit is
 * added or removed: a number that would need this, or a guess, is an error. The rules of each country come from libphonenumber's
 * metadata.
 *
 * @param value a text, or a JSON number with the same digits
 * @param defaultCountry ISO 3166-1 alpha-2 code of the country of national numbers; empty if there is none
 * @throws InputError when it is empty, unreadable, impossible, or could be read as more than one number
 */
export function readPhoneNumber(value: unknown, defaultCountry = ''): PhoneNumber {
	const country = readCountry(defaultCountry);
	const plain = toPlain(readText(value));
	const written = readWritten(plain);
	const readings = written ? allReadings(written, country) : [];
	const likely = written ? likelyReadings(readings, written) : [];
	const lookalike = findLookalike(plain, country);
	if (lookalike && !likely.some((reading) => isNumber(reading, plain, lookalike))) {
		throw notNumber(value, lookalike.what);
	}
	if (!written || readings.length === 0) {
		throw new InputError(`${quote(value)} cannot be read as a phone number`, WHAT_TO_DO);
	}
	const rivals = rivalsOf00(written, country);
	if (likely.length > 1 || rivals.length > 0) throw ambiguous(value, [...likely, ...rivals]);
	const [reading = readings[0]] = likely;
	const meant = correction(reading, written, country);
	if (meant) throw ambiguous(value, [meant]);
	if (!reading.isPossible) throw impossible(value, reading);
	const { e164 } = reading;
	if (isInternational(written)) return { e164, isNational: false };
	if (mayBeAnything(reading)) throw unassigned(value, reading);
	return { e164, isNational: `+${written.digits[0]}` !== e164 };
}

/** The E.164 of {@link readPhoneNumber}. */
export function toE164(value: unknown, defaultCountry = ''): string {
	return readPhoneNumber(value, defaultCountry).e164;
}

/** Whether a text begins with a plus, or a 00 in its place. */
function isInternational({ hasPlus, digits: [digits] }: Written): boolean {
	return hasPlus || digits.startsWith('00');
}

/**
 * Whether a number is unassigned in a country whose numbers have many lengths. Without a plus, it is probably no phone number there:
 * in Germany, nearly any digits have the length of one.
 */
function mayBeAnything({ isValid, callingCode }: Reading): boolean {
	return !isValid && lengthsOf(callingCode) > FEW_LENGTHS;
}

/** Whether a text that looks like something else is an assigned number, written as its country writes it. */
function isNumber({ isValid, e164 }: Reading, plain: string, { isWeak }: Lookalike): boolean {
	return isValid && (isWeak || plain === nationalFormat(e164));
}

function readCountry(defaultCountry: string): CountryCode | undefined {
	const given = String(defaultCountry ?? '')
		.trim()
		.toUpperCase();
	if (given === '') return undefined;
	const code = OTHER_CODES[given] ?? given;
	if (!isCountry(code)) {
		throw new InputError(
			`The default country ${quote(defaultCountry)} is not a country code`,
			"Choose a country from the list of 'Default Country' in Options, or give its two letters, like BR.",
		);
	}
	return code;
}

function readText(value: unknown): string {
	const isDigits = typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
	if (Array.isArray(value)) {
		throw new InputError(
			`${quote(value)} is a list, not a phone number`,
			'Refer to one entry of the list, like {{ $json.phone[0].value }} or {{ $json.phone[0] }}, or split the list into items with Split Out.',
		);
	}
	if (typeof value !== 'string' && !isDigits && value !== null && value !== undefined) {
		throw new InputError(`${quote(value)} is not a phone number`, WHAT_TO_DO);
	}
	if (typeof value === 'string' && value.length > LONGEST_TEXT) {
		throw new InputError(`${quote(value)} is too long for a phone number`, WHAT_TO_DO);
	}
	const text = String(value ?? '');
	if (withoutInvisible(text).trim() === '') {
		throw new InputError(
			`The phone number is empty (${quote(value)})`,
			"Check that the field 'Phone' refers to a field that the item has.",
		);
	}
	return text;
}

function notNumber(value: unknown, what: string): InputError {
	return new InputError(
		`${quote(value)} cannot be read as a phone number: it looks like ${what}`,
		`Check that the field 'Phone' refers to the phone number. If this is one: ${WHAT_TO_DO.replace('Write', 'write')}`,
	);
}

function ambiguous(value: unknown, readings: Reading[]): InputError {
	const numbers = readings.map(({ e164 }) => e164).join(' or ');
	return new InputError(
		`The phone number ${quote(value)} cannot be read without guessing: it might be ${numbers}`,
		'Find out which number is meant, and write it with a plus and the country code, as in this message.',
	);
}

function unassigned(value: unknown, { callingCode, nationalNumber }: Reading): InputError {
	return new InputError(
		`${quote(value)} cannot be read as a phone number: +${callingCode} ${nationalNumber} is not assigned to anybody`,
		"Check that the field 'Phone' refers to the phone number. If the number is right, write it with a plus and the country code.",
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
	return shorten(text, 60);
}
