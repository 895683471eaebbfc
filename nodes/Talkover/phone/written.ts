import { parseDigits } from 'libphonenumber-js/core';
import { extensionOf } from './numberingPlan';
import type { CountryCode } from './numberingPlan';

/** A number as it was written, without punctuation and extension. */
export interface Written {
	hasPlus: boolean;
	/** All digits. If one is a 0 in parentheses, also those without it: some countries dial it, others do not. */
	digits: string[];
}

/** Direction marks, zero-width characters and soft hyphens, which come along when a number is copied from a contact or a chat. */
const INVISIBLE = /\p{Cf}/gu;

const SPACE = /[\t\p{Zs}]/gu;

/** Every dash of Unicode, and the Japanese long vowel mark, which is typed for one. */
const DASH = /[\p{Dash}\u30fc]/gu;

/** The full-width forms that Japanese keyboards type, and how far they are from their ASCII characters. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_DISTANCE = 0xfee0;

const SCHEME = /^(tel|whatsapp): */i;

/** The 0 of `+44 (0)20 7946 0958`. */
const OPTIONAL_ZERO = /(?<=\d.*)\( *0 *\)/;

/** A plus, digits and punctuation, and what is left, which may be an extension. */
const PARTS = /^(\+?)([\d ().[\]/-]+)(.*)$/;

/** What looks like a number, but is none, or more than one. */
const NOT_ONE_NUMBER = [
	// A spreadsheet's 5511987654321.0 would gain a zero.
	/\d{7}[.,]00?$/,
	// Two numbers that share all digits but the last ones: 030 1234567/68. Behind an area code come more digits: 030/1234567.
	/^([^\d/]*\d){8,}[^\d/]*\/ ?\d{1,4}$/,
	/^[^/]*\/ ?\d$/,
	// A count behind it, or in front: 030 123456 (2), 1. 030 123456, (1) 030 123456.
	/\d ?\(\d{1,3}\)$/,
	/^\d{1,2}[.)] /,
	/^\([1-9]\d?\) ?0/,
	// A date, and an IP address.
	/^\d{4}-[01]\d-[0-3]\d\b/,
	/^(1?\d?\d|2[0-4]\d|25[0-5])(\.(1?\d?\d|2[0-4]\d|25[0-5])){3}$/,
];

/** A longer one is not an extension, but another number. */
const LONGEST_EXTENSION = 7;

/**
 * Reads the digits of a text, without those of an extension.
 *
 * @param country of national numbers; without it no extension is found behind one
 * @returns undefined if the text holds anything but one number and perhaps its extension
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
