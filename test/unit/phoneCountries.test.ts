import { describe, expect, test } from '@jest/globals';
import examples from 'libphonenumber-js/examples.mobile.json';
import {
	getCountries,
	getExampleNumber,
	isValidPhoneNumber,
	parsePhoneNumber,
} from 'libphonenumber-js/max';
import type { PhoneNumber } from 'libphonenumber-js/max';
import { InputError } from '../../api/errors';
import { toE164 } from '../../nodes/Talkover/phone';

type Way = (number: PhoneNumber) => string | number;

const numbers = getCountries().flatMap((country) => getExampleNumber(country, examples) ?? []);

describe.each<[string, Way]>([
	['as E.164', ({ number }) => number],
	['with spaces', (number) => number.formatInternational()],
	['with dots', (number) => grouped(number, '.')],
	['with non-breaking spaces', (number) => grouped(number, '\u00a0')],
	['with narrow non-breaking spaces', (number) => grouped(number, '\u202f')],
	['with tabs', (number) => grouped(number, '\t')],
	['with dashes', (number) => grouped(number, '-')],
	['with en dashes', (number) => grouped(number, '\u2013')],
	['with non-breaking hyphens', (number) => grouped(number, '\u2011')],
	['with 00', ({ number }) => number.replace('+', '00')],
	['with 00 and spaces', (number) => number.formatInternational().replace('+', '00 ')],
	['with the calling code in parentheses', (number) => `(${code(number)})${behindCode(number)}`],
	['with 00 in parentheses', (number) => `(00${code(number).slice(1)}) ${behindCode(number)}`],
	['with tel:', ({ number }) => `tel:${number}`],
	['with tel: and a space', (number) => `tel: ${number.formatInternational()}`],
	['with whatsapp:', ({ number }) => `whatsapp:${number}`],
])('a number of every country, international, %s', (_, write) => {
	test.each([
		['no default country', () => ''],
		['its own', ({ country }: PhoneNumber) => country],
	])('default country: %s', (__, defaultCountry) => {
		const read = numbers.map((number) => toE164(write(number), defaultCountry(number)));
		expect(read).toEqual(numbers.map(({ number }) => number));
	});
});

test('with another default country, a plus is read, and 00 is read or it is an error', () => {
	const refused = getCountries().filter((country, index) => {
		const number = numbers[(index * 7 + 1) % numbers.length];
		expect(toE164(number.number, country)).toBe(number.number);
		const read = readOrRefuse(number.number.replace('+', '00'), country);
		expect([number.number, undefined]).toContain(read);
		return read === undefined;
	});
	expect(refused.length).toBeLessThanOrEqual(0.02 * numbers.length);
});

test('a number of another country is read as it is dialled in the default country', () => {
	const german = parsePhoneNumber('+4915123456789');
	const refused = getCountries().filter((country) => {
		// libphonenumber writes 8~10: the ~ is a wait for a tone.
		const written = german.format('IDD', { fromCountry: country })?.replace('~', ' ');
		return readOrRefuse(written ?? german.number, country) !== german.number;
	});
	expect(refused).toEqual([]);
});

describe('a number of every country is read, or it is an error', () => {
	test.each<[string, Way, number]>([
		['in its national form', (number) => number.formatNational(), 0.98],
		['with its trunk prefix', withTrunkPrefix, 0.98],
		['digits only, with its trunk prefix', (number) => digits(withTrunkPrefix(number)), 0.98],
		['without its trunk prefix', ({ nationalNumber }) => nationalNumber, 0.98],
		['without a plus', ({ number }) => digits(number), 0.98],
		['as a JSON number, without a plus', ({ number }) => Number(digits(number)), 0.98],
		['with a 0 in parentheses', (number) => `${code(number)} (0)${behindCode(number)}`, 0.98],
		['with its first digit in parentheses, if that is 0', zeroInParentheses, 0.98],
	])('%s', (_, write, atLeast) => {
		const results = numbers.map((number) => ({
			number: number.number,
			result: readOrRefuse(write(number), number.country),
		}));
		const read = results.filter(({ number, result }) => result === number);
		const others = results.filter((one) => !read.includes(one) && one.result !== undefined);
		expect(others).toEqual([]);
		expect(read.length).toBeGreaterThanOrEqual(atLeast * numbers.length);
	});
});

describe('a number of every country is an error', () => {
	test('with the calling code twice', () => {
		for (const number of numbers) {
			const written = `${code(number)} ${digits(number.formatInternational())}`;
			expect([number.country, readOrRefuse(written, number.country)]).toEqual([
				number.country,
				undefined,
			]);
		}
	});

	test('with a trunk prefix behind the calling code', () => {
		for (const number of numbers) {
			const national = withTrunkPrefix(number);
			if (digits(national) === number.nationalNumber) continue;
			const read = readOrRefuse(`${code(number)} ${national}`, number.country);
			expect([number.country, read]).toEqual([number.country, undefined]);
		}
	});

	test('with a plus before the national number, unless that makes a valid number of another country', () => {
		for (const number of numbers) {
			const written = `+${number.nationalNumber}`;
			const isValid = isValidPhoneNumber(written) && parsePhoneNumber(written).number === written;
			const read = readOrRefuse(written, number.country);
			expect([number.country, read]).toEqual([number.country, isValid ? written : undefined]);
		}
	});
});

/** The number that is read, or undefined if it is an error that says what to do. */
function readOrRefuse(written: string | number, country?: string): string | undefined {
	try {
		return toE164(written, country);
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		expect((error as InputError).description).toMatch(/\w/);
		return undefined;
	}
}

function code({ countryCallingCode }: PhoneNumber): string {
	return `+${countryCallingCode}`;
}

function behindCode(number: PhoneNumber): string {
	return number.formatInternational().slice(code(number).length).trim();
}

function grouped(number: PhoneNumber, separator: string): string {
	return number.formatInternational().replace(/[ -]/g, separator);
}

function digits(text: string): string {
	return text.replace(/\D/g, '');
}

function withTrunkPrefix(number: PhoneNumber): string {
	return number.formatNational({ nationalPrefix: true });
}

function zeroInParentheses(number: PhoneNumber): string {
	return `${code(number)} ${behindCode(number).replace(/^0/, '(0)')}`;
}
