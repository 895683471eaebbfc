import { describe, expect, test } from '@jest/globals';
import { toE164 } from '../../nodes/Talkover/phone';

describe('each usual format is read', () => {
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
		['11.98765.4321', 'BR', '+5511987654321'],
		['11.987.654.321', 'BR', '+5511987654321'],
		['030/1234567', 'DE', '+49301234567'],
		['030/1234', 'DE', '+49301234'],
		['+43 7252/12345', '', '+43725212345'],
		['01/23/45/67/89', 'FR', '+33123456789'],
		['01.23.45.67.89', 'FR', '+33123456789'],
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
		['(+66)89-900-9000', '', '+66899009000'],
		['( +49 1512) 3456789', '', '+4915123456789'],
		['（＋49）1512 3456789', '', '+4915123456789'],
		['(0049) 1512 3456789', 'DE', '+4915123456789'],
		['(00 49) 1512 3456789', 'AU', '+4915123456789'],
		['tel: +49 1512 3456789', '', '+4915123456789'],
		['TEL:(11) 98765-4321', 'BR', '+5511987654321'],
		['whatsapp:+15551234567', '', '+15551234567'],
		['+49\t1512\u00a0345\u20076789', '', '+4915123456789'],
		['+49\u202f1512\u3000345\u20096789', '', '+4915123456789'],
		['+49\u20111512\u2012345\u20136789', '', '+4915123456789'],
		['+49\u22121512\ufe63345\uff0d6789', '', '+4915123456789'],
		['+49 (0) 1512 3456789', '', '+4915123456789'],
		['0049 (0)1512 3456789', 'DE', '+4915123456789'],
		['+39 (0)6 1234 5678', '', '+390612345678'],
		['0039 (0)6 1234 5678', 'IT', '+390612345678'],
		['+225 (0)1 23 45 67 89', '', '+2250123456789'],
		['+242 (0)6 123 4567', '', '+242061234567'],
		['(0549) 886377', 'SM', '+3780549886377'],
		['80 29 491-19-11', 'BY', '+375294911911'],
		['8 029 491-19-11', 'BY', '+375294911911'],
		['8 29 491-19-11', 'BY', '+375294911911'],
		['06 20 123 4567', 'HU', '+36201234567'],
		['0321 1234567', 'CO', '+573211234567'],
		['43 664 123456', 'AT', '+43664123456'],
		['8 (771) 000-9998', 'KZ', '+77710009998'],
		[77710009998, 'KZ', '+77710009998'],
		['07781 123456', 'GG', '+447781123456'],
		['(264) 235-1234', 'AI', '+12642351234'],
		['06 698 12345', 'VA', '+390669812345'],
		['0690 00 12 34', 'BL', '+590690001234'],
		['+1 512 345 6789', 'DE', '+15123456789'],
		['011 49 1512 3456789', 'CA', '+4915123456789'],
		['0011 49 1512 3456789', 'AU', '+4915123456789'],
		['000 49 1512 3456789', 'KE', '+4915123456789'],
	])('%j, default country %j', (written, country, e164) => {
		expect(toE164(written, country)).toBe(e164);
	});
});

describe('an error shows the number and says what to do', () => {
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
		['030 123456/7', 'DE'],
		['+49 30 123456/7', ''],
		['+49 30 1234567/68', ''],
		['030 1234567/68', 'DE'],
		['+49 30 1234-5678/9012', ''],
		['+39 06 123456/78', ''],
		['0151 12345678 (2)', 'DE'],
		['2. 030 123456', 'DE'],
		['(2) 030 123456', 'DE'],
		['2024-01-15', 'DE'],
		['2024-01-15T10:00:00', 'DE'],
		['192.168.1.100', 'DE'],
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
		['with a plus in the middle', '49+15123456789', 'DE'],
		['with a second number on the next line', '+500 12345\n67890', ''],
		['with a digit of another kind', '+55 11 98765-432¹', ''],
		['with a context that would complete it', 'tel:7042;phone-context=+4930', 'DE'],
	])('a number %s: %j', (_, written, country) => {
		expect(() => toE164(written, country)).toThrow(`"${written}"`);
	});

	test.each<[string, unknown, string, string]>([
		[
			'that may have a calling code or not',
			'4915123456789',
			'DE',
			'+494915123456789 or +4915123456789',
		],
		[
			'that may have a calling code or not',
			4915123456789,
			'DE',
			'+494915123456789 or +4915123456789',
		],
		['with a calling code and a trunk 0', '49015123456789', 'DE', '+4915123456789'],
		['with the calling code twice', '+49 491512 3456789', '', '+4915123456789'],
		['with the calling code twice', '+39 39 06 1234 5678', '', '+390612345678'],
		['with the calling code twice, and a trunk 0', '+49 49 01512 3456789', '', '+4915123456789'],
		['with a trunk 0', '+49 01512 3456789', '', '+4915123456789'],
		['with a trunk 0', '0049 01512 3456789', '', '+4915123456789'],
		['with a trunk 06 in parentheses', '+36 (06) 20 123 4567', '', '+36201234567'],
		['with a trunk 80', '+375 80 29 491-19-11', '', '+375294911911'],
		['with a trunk 0 that may seem to be a carrier code', '+57 0321 1234567', '', '+573211234567'],
		['of the default country, with a plus', '+67 212 3456', 'AL', '+355672123456'],
		['of another country, without a plus', '48512345678', 'NL', '+48512345678'],
	])(
		'a number %s: %j, default country %j, which might be %s',
		(_, written, country, suggestion) => {
			expect(() => toE164(written, country)).toThrow(
				expect.objectContaining({
					message: expect.stringContaining(`it might be ${suggestion}`),
					description: expect.stringContaining('write it with a plus'),
				}),
			);
		},
	);

	test('a text that is too long for a number, at once', () => {
		expect(() => toE164(`1${' '.repeat(1_000_000)}1`, 'BR')).toThrow(
			'is too long for a phone number',
		);
	});

	test('an unknown default country', () => {
		expect(() => toE164('+15551234567', 'Brazil')).toThrow(
			'The default country "Brazil" is not a country code',
		);
	});
});
