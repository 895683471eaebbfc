import { withoutInvisible } from '../../../api/text';

/** A number as it was written, without punctuation and extension. */
export interface Written {
	hasPlus: boolean;
	/** All digits. If one is a 0 in parentheses, also the digits without it: only some countries dial it. */
	digits: string[];
}

const IS_ASCII = /^[ -~]*$/;

const SPACE = /[\t\p{Zs}]/gu;

/** All dashes of Unicode, and the Japanese long vowel mark, which is often typed instead of a dash. */
const DASH = /[\p{Dash}\u30fc]/gu;

/** The full-width characters that Japanese keyboards type, and the distance of their codes from those of ASCII. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_DISTANCE = 0xfee0;

/** A decimal digit of any script. */
const DIGIT = /\p{Nd}/u;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;

const SCHEME = /^(tel|whatsapp): */i;

/** The 0 of `+44 (0)20 7946 0958`, and what is before it. */
const OPTIONAL_ZERO = /^(.*?\d.*?)\( *0 *\)/;

/** A plus, digits and punctuation, and the rest, which may be an extension. */
const PARTS = /^(\+?)([\d ().[\]/-]+)(.*)$/;

/** A text that is more than one number, or a number and something else. */
const NOT_ONE_NUMBER = [
	// A spreadsheet's 5511987654321.0 would gain a zero.
	/\d{7}[.,]00?$/,
	// Two numbers that differ in the last digits: 030 1234567/68. After an area code, there are more digits: 030/1234567.
	/^([^\d/]*\d){8,}[^\d/]*\/ ?\d{1,4}$/,
	/^[^/]*\/ ?\d$/,
	// A count after or before the number: 030 123456 (2), 1. 030 123456.
	/\d ?\(\d{1,3}\)$/,
	/^\d{1,2}[.)] /,
];

/**
 * What may follow a number. After a comma or a semicolon, more digits than an extension has are probably a second number. A lone `#`
 * is no extension: it may end the number, or the digits before it may be one.
 */
const EXTENSION = [
	/^;ext=\d{1,7}$/i,
	/^[ ,]*(?:e?xt(?:ensi(?:o\u0301?|ó))?n?|доб|anexo|ramal|int|[x#~])[.:]?[ ,-]*\d{1,7}#?$/i,
	/^ *(?:,+|;)[ -]*\d{1,4}#?$/,
];

/**
 * Reads the digits of a text, without those of an extension.
 *
 * @param plain as {@link toPlain} gives it
 * @returns undefined if the text is not exactly one number, with or without an extension
 */
export function readWritten(plain: string): Written | undefined {
	if (NOT_ONE_NUMBER.some((pattern) => pattern.test(plain))) return undefined;
	const [, plus, number, rest] = PARTS.exec(plain) ?? [];
	if (!number) return undefined;
	if (rest && !EXTENSION.some((pattern) => pattern.test(rest))) return undefined;
	const withoutZero = number.replace(OPTIONAL_ZERO, '$1');
	const parts = withoutZero === number ? [number] : [number, withoutZero];
	return { hasPlus: plus === '+', digits: parts.map((part) => part.replace(/\D/g, '')) };
}

/** A text with the digits, spaces and punctuation of ASCII, and without what may stand around a number. */
export function toPlain(text: string): string {
	return toAscii(text)
		.trim()
		.replace(SCHEME, '')
		.replace(/^[([ ]+\+/, '+');
}

function toAscii(text: string): string {
	if (IS_ASCII.test(text)) return text;
	return withoutInvisible(text)
		.replace(SPACE, ' ')
		.replace(DASH, '-')
		.replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - FULL_WIDTH_DISTANCE))
		.replace(OTHER_DIGITS, valueOfDigit);
}

/** Unicode has the ten digits of a script in one row, from 0 to 9. */
function valueOfDigit(digit: string): string {
	const code = digit.codePointAt(0) ?? 0;
	let first = code;
	while (DIGIT.test(String.fromCodePoint(first - 1))) first--;
	return String((code - first) % 10);
}
