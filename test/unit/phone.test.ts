import { describe, expect, test } from '@jest/globals';
import { toE164 } from '../../nodes/Talkover/phone';

describe('any usual way of writing', () => {
	test.each<[unknown, string, string]>([
		['+15551234567', '', '+15551234567'],
		['  +1 (555) 123-4567 ', '', '+15551234567'],
		['+55 11 98765-4321', '', '+5511987654321'],
		['+55.11.98765.4321', '', '+5511987654321'],
		['+55 (0)11 98765-4321', '', '+5511987654321'],
		['+44 (0)20 7946 0958', '', '+442079460958'],
		['0055 11 98765-4321', 'BR', '+5511987654321'],
		['00 55 11 98765-4321', '', '+5511987654321'],
		['0-0 55 11 98765-4321', '', '+5511987654321'],
		['8 10 55 11 98765-4321', 'RU', '+5511987654321'],
		['tel:+55-11-98765-4321', '', '+5511987654321'],
		['\u202a+55 11 98765-4321\u202c', '', '+5511987654321'],
		['＋55 11 98765-4321', '', '+5511987654321'],
		['٠١١٩٨٧٦٥٤٣٢١', 'BR', '+5511987654321'],
		['(11) 98765-4321', 'BR', '+5511987654321'],
		['(11) 98765-4321', 'br', '+5511987654321'],
		['011 98765-4321', 'BR', '+5511987654321'],
		['0 15 11 98765-4321', 'BR', '+5511987654321'],
		['(11) 3456-7890', 'BR', '+551134567890'],
		['5511987654321', 'BR', '+5511987654321'],
		['(55) 98765-4321', 'BR', '+5555987654321'],
		['0800 123 4567', 'BR', '+558001234567'],
		['15551234567', 'US', '+15551234567'],
		['(555) 123-4567', 'US', '+15551234567'],
		['1-555-123-4567', 'US', '+15551234567'],
		['011 55 11 98765-4321', 'US', '+5511987654321'],
		['8 (495) 123-45-67', 'RU', '+74951234567'],
		['06 1234 5678', 'IT', '+390612345678'],
		[5511987654321, 'BR', '+5511987654321'],
		[5551234567, 'US', '+15551234567'],
		['+1 555 123 4567 ext. 89', '', '+15551234567'],
		['+1 555 123 4567 x89', '', '+15551234567'],
		['+55 11 98765-4321 ramal 12', '', '+5511987654321'],
		['(11) 98765-4321 Ramal: 12', 'BR', '+5511987654321'],
		['+55 11 98765-4321;ext=5', '', '+5511987654321'],
		['+1 555 123 4560.0'.slice(0, -2), '', '+15551234560'],
	])('%j, default country %j', (written, country, e164) => {
		expect(toE164(written, country)).toBe(e164);
	});
});

describe('an error that quotes the number and says what to do', () => {
	test.each<[unknown, string]>([
		['', 'BR'],
		['   ', 'BR'],
		['\u200b', 'BR'],
		[null, 'BR'],
		[undefined, 'BR'],
		['n/a', 'BR'],
		['+', ''],
		['+1', ''],
		['190', 'BR'],
		['(11) 98765-4321', ''],
		['5511987654321', ''],
		[5511987654321, ''],
		['+999 1234567', ''],
		['++5511987654321', ''],
		['+55 +11 987654321', ''],
		['+55 11 98765-4321 / +55 11 98765-4322', ''],
		['+55 11 98765-4321/4322', ''],
		['call +1 555 123 4567', ''],
		['1-800-FLOWERS', 'US'],
		['5.511987654321E12', 'BR'],
		[5.5, 'BR'],
		[-5511987654321, 'BR'],
		[Number.MAX_SAFE_INTEGER * 10, 'BR'],
		[NaN, 'BR'],
		[true, 'BR'],
		[{ phone: '+15551234567' }, ''],
		[['+15551234567'], ''],
	])('%j, default country %j', (written, country) => {
		const quoted =
			typeof written === 'string' ? written : String(JSON.stringify(written) ?? written);
		expect(() => toE164(written, country)).toThrow(
			expect.objectContaining({
				message: expect.stringContaining(quoted),
				description: expect.stringMatching(/\w/),
			}),
		);
	});

	test.each<[string, string, string]>([
		['without its area code, which libphonenumber takes for a whole number', '98765-4321', 'BR'],
		['international, without its area code', '+55 98765-4321', ''],
		['with a trunk 0, which libphonenumber drops', '+55 011 98765-4321', ''],
		['with a trunk 0, which libphonenumber drops', '+44 020 7946 0958', ''],
		['with a second country code', '+1 1 555 123 4567', ''],
		['to which libphonenumber would add a 9, and take 15 away', '011 15 1234-5678', 'AR'],
		["with Mexico's old 1", '+52 1 55 1234 5678', ''],
		[
			'with the prefix of collect calls, which is also Turkey’s country code',
			'9011987654321',
			'BR',
		],
		['that a spreadsheet made a decimal', '4915112345678.0', 'DE'],
		['with a country code and a trunk 0', '5501198765432', 'BR'],
		['dialled abroad with a carrier, which is also the Netherlands', '00 31 1 212 555 0100', 'BR'],
		['dialled abroad with a carrier, which is also Switzerland', '0041 351 912 345 678', 'BR'],
		['dialled abroad with 001, which is also North America', '001 65 6123 4567', 'SG'],
		['without a plus, of another country than it seems', '15551234567', 'BR'],
		['with a second number where an extension would be', '+1 555 123 4567;5559990000', ''],
		['that a spreadsheet made a decimal', '+49301234567.00', ''],
		['dialled abroad, with a trunk 0', '09 31 0 20 123 4567', 'MX'],
	])('a number %s: %j', (_, written, country) => {
		expect(() => toE164(written, country)).toThrow(`"${written}"`);
	});

	test('a text that is too long to be a number, at once', () => {
		expect(() => toE164(`1${' '.repeat(1_000_000)}1`, 'BR')).toThrow(
			'is too long for a phone number',
		);
	});

	test('a default country that is none', () => {
		expect(() => toE164('+15551234567', 'Brazil')).toThrow(
			'The default country "Brazil" is not a country code',
		);
	});
});
