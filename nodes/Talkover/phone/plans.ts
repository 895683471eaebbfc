import type { CountryCode } from 'libphonenumber-js/core';
// The `min` metadata lacks the mobile numbers of most countries, and accepts many unassigned numbers as valid.
import metadata from 'libphonenumber-js/max/metadata';
import { getOrCreate } from '../../../api/getOrCreate';

export { metadata };

type NumberType = [pattern: string, lengths?: number[]] | 0;

/** A country in libphonenumber's metadata, version 4 (METADATA.md of libphonenumber-js). A 0 stands for a missing value. */
type Row = [
	callingCode: string,
	internationalPrefix: string | 0,
	pattern: string,
	lengths: number[],
	formats: unknown,
	trunkPrefix: string | 0 | undefined,
	trunkPrefixFormat: unknown,
	trunkPrefixPattern: string | 0 | undefined,
	trunkPrefixReplacement: string | 0 | undefined,
	isTrunkPrefixOptional: unknown,
	leadingDigits: string | 0 | undefined,
	types: NumberType[] | undefined,
	usualInternationalPrefix?: string | 0,
];

/** The kind of an assigned number, as far as it matters here. */
export type Kind = 'mobile' | 'other';

interface TypePattern {
	pattern: RegExp;
	lengths: number[];
}

/**
 * The numbering plan of a country. libphonenumber-js compiles its patterns for each number, which took most of the node's time. Here,
 * they are compiled once, and used as libphonenumber-js 1.13 does (getNumberType, getCountryByNationalNumber, extractNationalNumber).
 */
export class Plan {
	readonly callingCode: string;
	readonly lengths: number[];
	/** What is dialed before a national number: 0, 1, 8 or 06; undefined if there is none, as in Italy. */
	readonly trunkPrefix?: string;
	/** What is dialed before a number of another country, for all carriers. */
	readonly internationalPrefix: RegExp;
	/** The only or the usual international prefix. In Russia's 8~10, the ~ means to wait for a tone. */
	readonly usualInternationalPrefix: string;
	private readonly pattern: RegExp;
	private readonly leadingDigits?: RegExp;
	private readonly prefix?: RegExp;
	private readonly prefixReplacement: string;
	/** Fixed lines, mobile phones, and all others. */
	private readonly types: Array<TypePattern | undefined>;

	constructor(row: Row) {
		const [callingCode, internationalPrefix, pattern, lengths, , trunkPrefix] = row;
		const { 7: prefix, 8: replacement, 10: leadingDigits, 11: types = [], 12: usual } = row;
		this.callingCode = callingCode;
		this.lengths = lengths;
		this.trunkPrefix = trunkPrefix || undefined;
		this.internationalPrefix = new RegExp(`^(?:${internationalPrefix || '(?!)'})`);
		this.usualInternationalPrefix = (usual || internationalPrefix || '').replace('~', '');
		this.pattern = whole(pattern);
		this.leadingDigits = leadingDigits ? new RegExp(`^(?:${leadingDigits})`) : undefined;
		const anyPrefix = prefix || trunkPrefix;
		this.prefix = anyPrefix ? new RegExp(`^(?:${anyPrefix})`) : undefined;
		this.prefixReplacement = replacement || '';
		this.types = types.map((type) =>
			type && type[0] ? { pattern: whole(type[0]), lengths: type[1] ?? lengths } : undefined,
		);
	}

	/** The kind of an assigned number; undefined if the plan does not assign it. */
	kindOf(nationalNumber: string): Kind | undefined {
		if (!this.pattern.test(nationalNumber)) return undefined;
		const index = this.types.findIndex(
			(type) =>
				type && type.lengths.includes(nationalNumber.length) && type.pattern.test(nationalNumber),
		);
		if (index === -1) return undefined;
		return index === 1 ? 'mobile' : 'other';
	}

	/** The patterns of all kinds of numbers that the plan assigns. */
	get patterns(): string[] {
		return this.types.filter((type) => type !== undefined).map(({ pattern }) => pattern.source);
	}

	/** Whether a number belongs to this country rather than to another one with its calling code. */
	has(nationalNumber: string): boolean {
		return this.leadingDigits
			? this.leadingDigits.test(nationalNumber)
			: this.kindOf(nationalNumber) !== undefined;
	}

	/**
	 * A number as libphonenumber reads it: without a trunk prefix or a carrier code, or with other digits, where the plan says so.
	 *
	 * @param isLongEnough whether what is left has enough digits for a number
	 */
	withoutPrefix(digits: string, isLongEnough: (rest: string) => boolean): string {
		const { prefix, prefixReplacement } = this;
		const match = prefix?.exec(digits);
		if (!prefix || !match) return digits;
		const isReplaced = prefixReplacement !== '' && match.length > 1 && match.at(-1);
		const rest = isReplaced
			? digits.replace(prefix, prefixReplacement)
			: digits.slice(match[0].length);
		// The first digit may be one of the number: 8 in Belarus.
		const isPartOfNumber = this.pattern.test(digits) && !this.pattern.test(rest);
		return isPartOfNumber || !isLongEnough(rest) ? digits : rest;
	}
}

const byCountry = new Map<CountryCode, Plan>();
const byCallingCode = new Map<string, Plan[]>();
const patternByCallingCode = new Map<string, RegExp>();

/** The numbering plan of a country that libphonenumber knows. */
export function planOf(country: CountryCode): Plan {
	return getOrCreate(byCountry, country, () => new Plan(metadata.countries[country] as Row));
}

/** The numbering plans of all countries with a calling code, the main one first; empty if there is no such calling code. */
export function plansOf(callingCode: string): Plan[] {
	return getOrCreate(byCallingCode, callingCode, () => {
		const { country_calling_codes: countries, nonGeographic } = metadata;
		if (Object.hasOwn(countries, callingCode)) return countries[callingCode].map(planOf);
		const row = Object.hasOwn(nonGeographic, callingCode) && nonGeographic[callingCode];
		return row ? [new Plan(row as Row)] : [];
	});
}

/**
 * The kinds of a number in all countries that share its calling code. One pattern for all of them comes first: most of the 25 countries
 * with +1 have the same patterns, and would all look at a number that nobody has.
 */
export function kindsOf(callingCode: string, nationalNumber: string): Kind[] {
	const plans = plansOf(callingCode);
	const anyKind = getOrCreate(patternByCallingCode, callingCode, () => {
		const patterns = new Set(plans.flatMap((plan) => plan.patterns));
		return new RegExp([...patterns].join('|'));
	});
	if (!anyKind.test(nationalNumber)) return [];
	return plans.map((plan) => plan.kindOf(nationalNumber)).filter((kind) => kind !== undefined);
}

/** The calling code that the digits of an international number begin with. No calling code begins with another one. */
export function callingCodeAt(digits: string): string | undefined {
	return [1, 2, 3]
		.map((length) => digits.slice(0, length))
		.find((code) => plansOf(code).length > 0);
}

function whole(pattern: string): RegExp {
	return new RegExp(`^(?:${pattern})$`);
}
