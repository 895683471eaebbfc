import parsePhoneNumber, {
	getCountries,
	getCountryCallingCode,
	isSupportedCountry,
	Metadata,
	parseDigits,
} from 'libphonenumber-js/min';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/min';
import { InputError } from './errors';

const WHAT_TO_DO =
	'Write it with a plus and the country code, like +55 11 98765-4321, or choose the country of your national numbers in Options → Default Country.';

/** Direction marks and zero-width characters, which come along when a number is copied from a contact or a chat. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** What is dialled before a national number: a trunk prefix (0, 1, 8, 06), perhaps with a carrier code (015). */
const TRUNK_PREFIX = /^(\d|0\d{1,3})?$/;

/** What is dialled before a country code, where it is not 00, which is read as a plus: 011 (North America), 010 (Japan), 810 (Russia), 09 (Mexico), 119 (Cuba). */
const WAY_ABROAD = /^(01[01]|810|09|119)$/;

/**
 * An area code (DDD) and eight digits, or nine that begin with a 9. libphonenumber also takes `98765-4321` as it stands, and
 * an American number without a plus, which ring nobody, or a stranger.
 */
const BRAZILIAN = /^\d{10}$|^\d{2}9\d{8}$/;

/** The longest text that libphonenumber looks at, and a longer extension than any: more than that is another number. */
const LONGEST_TEXT = 250;
const LONGEST_EXTENSION = 7;

/** The countries that Default Country offers, as ISO 3166-1 alpha-2 codes with their calling codes. */
export function countries(): Array<{ code: string; callingCode: string }> {
	return getCountries().map((code) => ({ code, callingCode: getCountryCallingCode(code) }));
}

/**
 * A phone number, in any usual way of writing, as E.164 (`+5511987654321`). An extension is dropped. No digit of the number
 * is ever added or left out: where libphonenumber-js would do so, it is an error.
 *
 * @param value what the builder gave: text, or a JSON number, which stands for its digits
 * @param defaultCountry ISO 3166-1 alpha-2 code of the country of national numbers; empty if there is none
 * @throws InputError when it is empty, unreadable, impossible, or could be read as more than one number
 */
export function toE164(value: unknown, defaultCountry = ''): string {
	const country = readCountry(defaultCountry);
	const text = readText(value);
	const parsed = parse(text, value, country);
	const { countryCallingCode, nationalNumber } = parsed;
	const isBrazil = countryCallingCode === '55';
	if (!parsed.isPossible() || (isBrazil && !BRAZILIAN.test(nationalNumber))) {
		throw new InputError(
			`The phone number ${quote(value)} is not possible: +${countryCallingCode} ${nationalNumber} has too few, too many or wrong digits`,
			isBrazil
				? `A Brazilian number has an area code (DDD), and eight digits or nine that begin with a 9. ${WHAT_TO_DO}`
				: WHAT_TO_DO,
		);
	}
	if (!keepsDigits(text, parsed, country) || isDialledByCarrier(value, country)) {
		throw new InputError(
			`The phone number ${quote(value)} cannot be read without guessing: it might be ${parsed.number}`,
			'Write it with a plus, the country code and the number as it is dialled from abroad, without a 0 or other prefix in between.',
		);
	}
	return parsed.number;
}

function readCountry(defaultCountry: string): CountryCode | undefined {
	const code = String(defaultCountry ?? '')
		.trim()
		.toUpperCase();
	if (code === '') return undefined;
	if (!isSupportedCountry(code)) {
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
	const text = String(value ?? '')
		.replace(INVISIBLE, '')
		.trim()
		.replace(/^tel:/i, '')
		.replace(/\s*\bramal[.:]?\s*(\d+)$/i, ' ext. $1')
		.replace('＋', '+')
		.replace(/^0[ ().-]*0/, '+');
	if (text === '') {
		throw new InputError(
			`The phone number is empty (${quote(value)})`,
			'Check that the field Phone refers to a field that the item has.',
		);
	}
	return text;
}

function parse(text: string, value: unknown, defaultCountry?: CountryCode): PhoneNumber {
	// A spreadsheet's 5511987654321.0 would gain a zero.
	const isDecimal = /\d{7}[.,]00?$/.test(text);
	// Without `extract: false`, the first of two numbers would silently be taken.
	const parsed = isDecimal ? undefined : parsePhoneNumber(text, { defaultCountry, extract: false });
	if (!parsed) throw new InputError(`${quote(value)} cannot be read as a phone number`, WHAT_TO_DO);
	return parsed;
}

function keepsDigits(text: string, parsed: PhoneNumber, defaultCountry?: CountryCode): boolean {
	const { countryCallingCode, nationalNumber, ext = '' } = parsed;
	const isInternational = text.startsWith('+');
	const withExtension = parseDigits(isInternational ? text.replace('(0)', '') : text);
	if (!withExtension.endsWith(ext) || ext.length > LONGEST_EXTENSION) return false;
	const typed = withoutTail(withExtension, ext);
	const international = countryCallingCode + nationalNumber;
	if (typed === international) return true;
	if (isInternational) return false;
	if (typed.endsWith(international)) return WAY_ABROAD.test(withoutTail(typed, international));
	const isHome = defaultCountry && getCountryCallingCode(defaultCountry) === countryCallingCode;
	if (!isHome || !typed.endsWith(nationalNumber)) return false;
	return TRUNK_PREFIX.test(withoutTail(typed, nationalNumber));
}

/**
 * Whether a number that begins with 00, which has been read as a plus, may as well be dialled abroad with more than 00 before
 * the country code, as in Brazil (00 and a carrier) or Singapore (001).
 */
function isDialledByCarrier(value: unknown, defaultCountry?: CountryCode): boolean {
	const digits = typeof value === 'string' ? parseDigits(value) : '';
	if (!defaultCountry || !digits.startsWith('00')) return false;
	if (digits.startsWith(`00${getCountryCallingCode(defaultCountry)}`)) return false;
	const plan = new Metadata();
	plan.selectNumberingPlan(defaultCountry);
	const [prefix = '00'] = new RegExp(`^(?:${plan.numberingPlan?.IDDPrefix()})`).exec(digits) ?? [];
	const rest = parsePhoneNumber(`+${digits.slice(prefix.length)}`);
	return prefix !== '00' && rest?.isPossible() === true;
}

function withoutTail(digits: string, tail: string): string {
	return digits.slice(0, digits.length - tail.length);
}

function quote(value: unknown): string {
	const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
