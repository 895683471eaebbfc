import { describe, expect, test } from '@jest/globals';
import { getCountries } from 'libphonenumber-js/max';
import { toE164 } from '../../nodes/Talkover/phone';

/** Countries that write their own numbers like some dates: 31.01.25 and 31 01 2025. */
const LIKE_DATES = ['NC', 'HT'];

/** The default countries with which a text is read as a phone number. */
function countriesThatRead(written: string): string[] {
	return ['', ...getCountries()].filter((country) => {
		try {
			return toE164(written, country);
		} catch {
			return false;
		}
	});
}

const TIMES = ['', ' 10:30', ' 10.30', 'T10:30:00Z', ' 1030', ', 8h30', ' 10'];

describe('a date is an error in each country', () => {
	test.each([
		'31.01.2025',
		'31/01/2025',
		'31-01-2025',
		'31 01 2025',
		'31. 1. 2025',
		'1.2.2025',
		'01/31/2025',
		'2025-01-31',
		'2025/01/31',
		'2025.31.01',
		'2025 01 31',
		'31.01.25',
		'31/01/25',
		'31-1-25',
		'01/31/25',
		'25-01-31',
		'(31/01/2025)',
	])('%s', (date) => {
		for (const time of TIMES) {
			const read = countriesThatRead(date + time);
			expect(read.filter((country) => !LIKE_DATES.includes(country))).toEqual([]);
		}
	});

	test.each([
		'31.01.25',
		'2025. 01. 31.',
		'10:30 31.01.2025',
		'01/2025',
		'2025-01',
		'20250131103000',
	])('%s', (date) => {
		// New Caledonia writes its numbers with six digits and dots.
		expect(countriesThatRead(date).filter((country) => country !== 'NC')).toEqual([]);
	});
});

describe('an amount is an error in each country', () => {
	test.each([
		'1.234.567,89',
		'12.345.678,9',
		'119.876.543,21',
		'1.198.765.432,10',
		'1 234 567,89',
		'12 345 678.90',
		'1,234,567.89',
		"1'234'567.89",
		'1234567,89',
		'11987654.32',
		'1198765432,10',
		'-1.234.567,89',
		'-11987654321',
		'-1198765.4321',
		'(1.234.567,89)',
		'R$ 1.234.567,89',
		'+1.234.567,89',
	])('%s', (amount) => {
		expect(countriesThatRead(amount)).toEqual([]);
	});
});

describe('an identity or tax number in its written form is an error in each country', () => {
	test.each([
		['CPF', '111.444.777-35'],
		['CPF', '012.345.678-90'],
		['CNPJ', '11.222.333/0001-81'],
		['CNPJ', '11222333/0001-81'],
		['RG', '12.345.678-9'],
		['PIS', '120.12345.67-8'],
		['RUT', '12.345.678-5'],
		['RUT without dots', '12345678-5'],
		['NIT', '900.123.456-7'],
		['NIT without dots', '900123456-7'],
		['cédula of Uruguay', '9.412.345-6'],
		['CUIT', '30-12345678-0'],
		['SSS', '34-1234567-8'],
		['CNIC', '61101-1234567-1'],
		['AHV', '756.1234.5678.97'],
		['Rijksregisternummer', '85.07.30-033.28'],
		['BSN', '1234.56.789'],
		['Steuernummer', '21/815/08150'],
		['Steuernummer', '181/815/08155'],
		['adószám', '12345678-1-42'],
		['personnummer', '19850709-9805'],
		['SNILS', '712-345-678 90'],
		['NRIC', '601231-14-1234'],
		['NPWP', '12.345.678.9-012.345'],
		['Thai ID', '1-2345-67890-12-1'],
		['Thai ID, as on the card', '1 2345 67890 12 1'],
		['Emirates ID', '784-1985-1234567-1'],
		['bank card', '4111 1111 1111 1111'],
	])('%s: %s', (_, identity) => {
		expect(countriesThatRead(identity)).toEqual([]);
	});

	test.each([
		['BR', '224/3658792'],
		['BR', '529982247-25'],
		['BR', '529982.247-25'],
		['BR', '012 345 678-90'],
		['BR', '529 982 247 25'],
		['BR', '529.982.247.25'],
		['AR', '20-12.345.678-9'],
		['AR', '20 12345678 9'],
		['EC', '091234567-8'],
		['IL', '01234567-8'],
		['IL', '0-1234567-8'],
		['BE', '0403.227.515'],
		['BE', '0477.472.701'],
		['JP', '1234 5678 9012'],
		['JP', '1234-5678-9012'],
		['PH', '1234-5678-9012'],
		['PH', '12-345678901-2'],
		['PH', '0111-1234567-8'],
		['PA', '8-123-4567'],
		['PE', '12.873.661'],
		['CO', '1.012.345.678'],
		['FR', '732 829 320'],
		['AT', '1234 010180'],
		['CZ', '850709/1234'],
		['SE', '556036-0793'],
		['SE', '050709-9805'],
		['FI', '131052-3081'],
		['RU', '45 08 123456'],
		['IN', '9123 4567 8901'],
		['KR', '123-45-67890'],
		['PL', '179-851-89-19'],
		['DE', '46 114 461 792'],
		['AU', '123 456 782'],
		['GB', '701 234 5675'],
	])('in its country, %s: %s', (country, identity) => {
		expect(() => toE164(identity, country)).toThrow(`"${identity}" cannot be read`);
	});
});

describe('a date in the calendar of its country is an error', () => {
	test.each([
		['TH', '31/01/2567'],
		['TH', '31-1-2567 10:30'],
		['TH', '31 01 2567'],
		['TH', '2567-01-31'],
		['TW', '114/01/31'],
		['TW', '114.1.31'],
	])('%s: %s', (country, date) => {
		expect(() => toE164(date, country)).toThrow('it looks like a date');
	});
});

describe('what looks like something else, and is not assigned, is an error', () => {
	test.each([
		['NL', '52.520008', 'a coordinate'],
		['CN', '13.404954', 'a coordinate'],
		['DE', '52.5200 13.4050', 'a coordinate'],
		['AU', '2024/2025', 'a date'],
		['DE', '1990 - 1995', 'a date'],
		['AT', '2024/25', 'a date'],
		['DE', '31.01 2025', 'a date'],
		['DE', '10.15 - 11.15', 'a time'],
		['AU', '9.00-17.00', 'a time'],
	])('%s: %s', (country, written, what) => {
		expect(() => toE164(written, country)).toThrow(`it looks like ${what}`);
	});

	test.each([
		['ES', '91.1234567', '+34911234567'],
		['BR', '11.987654321', '+5511987654321'],
		['DE', '2024-2025', '+4920242025'],
		['DK', '20.12-13.14', '+4520121314'],
	])('but read if it is assigned, %s: %s', (country, written, number) => {
		expect(toE164(written, country)).toBe(number);
	});
});

describe('a number that is assigned is not taken for an identity number of another country', () => {
	test.each([
		['AU', '0403.227.515', '+61403227515'],
		['GB', '740 005 2683', '+447400052683'],
		['GB', '740-005-2683', '+447400052683'],
		['JP', '8190 1234 5678', '+819012345678'],
		['PH', '6391-7123-4567', '+639171234567'],
	])('%s: %s', (country, written, number) => {
		expect(toE164(written, country)).toBe(number);
	});
});

describe('more than one number is an error in each country', () => {
	test.each([
		'030 1234567,7654321',
		'030 1234567; 7654321',
		'030 123456,654321',
		'+15551234567;5559876',
		'+15551234567, 5559876',
		'+55 11 98765-4321,98765-4322',
	])('%s', (numbers) => {
		expect(countriesThatRead(numbers)).toEqual([]);
	});
});

test.each(['+61 412 345 678#', '0412 345 678#', '+1 (555) 123-4567-910#'])(
	'a # at the end takes no digits away: %s is an error',
	(written) => {
		expect(countriesThatRead(written)).toEqual([]);
	},
);

describe('an extension is dropped', () => {
	test.each([
		'+15551234567,123',
		'+15551234567,,1234#',
		'+15551234567;12',
		'+15551234567;ext=1234567',
		'+1 555 123 4567 #89',
		'+1 555 123 4567 x89#',
		'+1 555 123 4567, ext. 1234567',
		'+1 555 123 4567 доб. 89',
		'+1 555 123 4567 anexo 89',
		'+1 555 123 4567 extensión 89',
	])('%s', (written) => {
		expect(toE164(written)).toBe('+15551234567');
	});
});

describe('a 0 that a spreadsheet has dropped', () => {
	test.each([
		[658743885, 'IT', '+390658743885'],
		['658743885', 'IT', '+390658743885'],
		['+39 658743885', '', '+390658743885'],
		[549886377, 'SM', '+3780549886377'],
		[67654321, 'CG', '+242067654321'],
	])('%j, default country %j: the error names %s', (written, country, meant) => {
		expect(() => toE164(written, country)).toThrow(`it might be ${meant}`);
	});
});

test('decimal digits of every script are read', () => {
	const zeros = Array.from({ length: 0x110000 }, (_, code) => code)
		.filter((code) => code < 0xd800 || code > 0xdfff)
		.filter((code) => /\p{Nd}/u.test(String.fromCodePoint(code)))
		.filter((_, index) => index % 10 === 0);
	expect(zeros.length).toBeGreaterThanOrEqual(60);
	for (const zero of zeros) {
		const written = [...'15551234567'].map((digit) => String.fromCodePoint(zero + Number(digit)));
		expect(toE164(`+${written.join('')}`)).toBe('+15551234567');
	}
});

test('UK as the default country means GB', () => {
	expect(toE164('020 7946 0958', 'UK')).toBe('+442079460958');
	expect(toE164('020 7946 0958', ' uk ')).toBe('+442079460958');
});

test('the error says what the text looks like', () => {
	expect(() => toE164('31.01.2025', 'DE')).toThrow(
		expect.objectContaining({
			message: '"31.01.2025" cannot be read as a phone number: it looks like a date',
			description: expect.stringContaining(
				"Check that the field 'Phone' refers to the phone number",
			),
		}),
	);
});

describe('without a plus, an unassigned number is an error in a country whose numbers have many lengths', () => {
	test.each([
		['10115', 'DE'],
		['978-3-16-148410-0', 'DE'],
		['978-3-16-148410-0', 'JP'],
		['1738281600.123', 'IN'],
		['529.982.24725', 'BR'],
		['900-123-456-7', 'CO'],
		['123 456 32 18', 'PL'],
	])('%s, default country %s', (written, country) => {
		expect(() => toE164(written, country)).toThrow(`"${written}" cannot be read`);
	});

	test.each([
		['+49 9783161484100', 'DE', '+499783161484100'],
		['0049 9783161484100', 'DE', '+499783161484100'],
		['(555) 123-4567', 'US', '+15551234567'],
	])('but %s, default country %s, is read', (written, country, number) => {
		expect(toE164(written, country)).toBe(number);
	});
});

test.each([
	['20.12.34.56', 'DK', '+4520123456'],
	['22.11.33.44', 'NO', '+4722113344'],
])(
	'four pairs of digits are no IP address where numbers are written so: %s',
	(written, country, number) => {
		expect(toE164(written, country)).toBe(number);
	},
);
