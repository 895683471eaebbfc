import { parseDigits } from 'libphonenumber-js/core';
import { extensionOf } from './numberingPlan';
import type { CountryCode } from './numberingPlan';

/** A number as it was written, without punctuation and extension. */
export interface Written {
	hasPlus: boolean;
	/** All digits. If one is a 0 in parentheses, also the digits without it: only some countries dial it. */
	digits: string[];
}

/** Direction marks, zero-width characters and soft hyphens. They are often copied with a number from a contact or a chat. */
const INVISIBLE = /\p{Cf}/gu;

const SPACE = /[\t\p{Zs}]/gu;

/** All dashes of Unicode, and the Japanese long vowel mark, which is often typed instead of a dash. */
const DASH = /[\p{Dash}\u30fc]/gu;

/** The full-width characters that Japanese keyboards type, and the distance of their codes from those of ASCII. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_DISTANCE = 0xfee0;

const SCHEME = /^(tel|whatsapp): */i;

/** The 0 of `+44 (0)20 7946 0958`. */
const OPTIONAL_ZERO = /(?<=\d.*)\( *0 *\)/;

/** A plus, digits and punctuation, and the rest, which may be an extension. */
const PARTS = /^(\+?)([\d ().[\]/-]+)(.*)$/;

/** Texts that look like a number, but are not one, or are more than one. */
const NOT_ONE_NUMBER = [
	// A spreadsheet's 5511987654321.0 would gain a zero.
	/\d{7}[.,]00?$/,
	// Two numbers that differ in the last digits: 030 1234567/68. After an area code, there are more digits: 030/1234567.
	/^([^\d/]*\d){8,}[^\d/]*\/ ?\d{1,4}$/,
	/^[^/]*\/ ?\d$/,
	// A count after or before the number: 030 123456 (2), 1. 030 123456, (1) 030 123456.
	/\d ?\(\d{1,3}\)$/,
	/^\d{1,2}[.)] /,
	/^\([1-9]\d?\) ?0/,
	// A date, and an IP address.
	/^\d{4}-[01]\d-[0-3]\d\b/,
	/^(1?\d?\d|2[0-4]\d|25[0-5])(\.(1?\d?\d|2[0-4]\d|25[0-5])){3}$/,
];

/** Digits; anything longer is another number. */
const LONGEST_EXTENSION = 7;

/**
 * Reads the digits of a text, without those of an extension.
 *
 * @param country of national numbers; without it, no extension is found after one
 * @returns undefined if the text is not exactly one number, with or without an extension
 */
export function readWritten(text: string, country?: CountryCode): Written | undefined {
	const plain = toPlain(text);
	if (NOT_ONE_NUMBER.some((pattern) => pattern.test(plain))) return undefined;
	const [, plus, number, rest] = PARTS.exec(plain) ?? [];
	if (!number) return undefined;
	const extension = rest ? extensionOf(plain, country) : '';
	if (extension === undefined || extension.length > LONGEST_EXTENSION) return undefined;
	if (!extension.endsWith(parseDigits(rest))) return undefined;
	const digits = [number, number.replace(OPTIONAL_ZERO, '')].map((part) => {
		const all = parseDigits(part + rest);
		return all.slice(0, all.length - extension.length);
	});
	return { hasPlus: plus === '+', digits: [...new Set(digits)] };
}

function toPlain(text: string): string {
	return text
		.replace(INVISIBLE, '')
		.replace(SPACE, ' ')
		.replace(DASH, '-')
		.replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - FULL_WIDTH_DISTANCE))
		.replace(/\p{Nd}/gu, (digit) => parseDigits(digit) || digit)
		.trim()
		.replace(SCHEME, '')
		.replace(/^[([ ]+\+/, '+')
		.replace(/\s*\bramal[.:]?\s*(\d+)$/i, ' ext. $1');
}
