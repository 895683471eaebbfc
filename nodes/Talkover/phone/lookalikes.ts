import type { CountryCode } from './numberingPlan';

/** What a text without a plus probably is, if it is not a phone number. */
export interface Lookalike {
	/** As in “it looks like a date”. */
	what: string;
	pattern: RegExp;
	/** Default countries to which it applies: elsewhere, phone numbers are written like this. Left out: all. */
	countries?: CountryCode[];
	/** Tells it from a phone number that is written in the same way. @param digits of the text */
	check?: (digits: string) => boolean;
	/** Phone numbers are often written like this, too, so one that is assigned is read. */
	isWeak?: true;
}

const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
const YEAR = '(?:19|20)\\d\\d';
const TIME_BEFORE = '(?:\\d{1,2}[.:]\\d\\d,? )?';
const TIME_OR_END = '(?=$|[T ,]+\\d{1,2}(?:[.:h]|\\d\\d|$))';
const MARK = ' ?[./-] ?';

/** Day, month and year in each order. */
function orders(separator: string, year: string): string {
	const days = `(?:${DAY}${separator}${MONTH}|${MONTH}${separator}${DAY})`;
	return `${TIME_BEFORE}(?:${days}${separator}${year}|${year}${separator}${days})`;
}

const DATES: Lookalike[] = [
	`${orders(MARK, YEAR)}(?!\\d)`,
	`${orders(MARK, '\\d\\d')}${TIME_OR_END}`,
	`${orders(' ', YEAR)}${TIME_OR_END}`,
	`(?:${MONTH}[./-]${YEAR}|${YEAR}[./-]${MONTH})$`,
	// Without separators, only if a time follows: 20250131 is also a Danish phone number.
	`${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?:[T -]\\d{4,6}|\\d{6})$`,
].map((pattern) => ({ what: 'a date', pattern: new RegExp(`^${pattern}`) }));

/** The years of the Buddhist era and of the Republic of China, from 100 on. */
const OTHER_DATES: Lookalike[] = [
	{
		pattern: `(?:${orders(MARK, '2[45]\\d\\d')}|${orders(' ', '2[45]\\d\\d')})(?!\\d)`,
		country: 'TH',
	},
	{ pattern: `1[0-2]\\d${MARK}${MONTH}${MARK}${DAY}${TIME_OR_END}`, country: 'TW' },
].map(({ pattern, country }) => ({
	what: 'a date',
	pattern: new RegExp(`^${pattern}`),
	countries: [country as CountryCode],
}));

const AMOUNTS: Lookalike[] = [
	// 1.234.567,89 and 1 234 567,89
	/^-?[1-9]\d{0,2}(\.\d{3})+,\d+$/,
	/^-?[1-9]\d{0,2}( \d{3})+[.,]\d{1,2}$/,
	/^-?\d+[.,]\d{1,2}$/,
].map((pattern) => ({ what: 'an amount', pattern }));

const BELGIAN_COMPANY = /^[01]\d{3}\.\d{3}\.\d{3}$/;

function isBelgianCompany(digits: string): boolean {
	return Number(digits.slice(-2)) === 97 - (Number(digits.slice(0, -2)) % 97);
}

/** Written forms of identity, tax and registration numbers; unnamed ones occur in several countries. */
const IDENTITIES: Array<Omit<Lookalike, 'what'>> = [
	// Thousands and one or two check digits: CPF and RG (Brazil), RUT (Chile), NIT (Colombia), cédula (Uruguay).
	{ pattern: /^\d{1,3}(\.\d{3})+ ?[-/] ?\d{1,2}$/ },
	{ pattern: /^[1-9]\d{0,2}( \d{3})+ ?[-/] ?\d{1,2}$/ },
	// Seven to nine digits and a check digit: RUT, NIT and RUC without dots, Y-tunnus (Finland), NIT (Guatemala).
	{ pattern: /^[1-9]\d{6,8}-\d$/ },
	// CUIT (Argentina), CNIC (Pakistan), SSS (Philippines).
	{ pattern: /^[1-9]\d{1,4}-\d{7,8}-\d$/ },
	// CNPJ, PIS and state registrations (Brazil).
	{ pattern: /^\d{2,3}\.?\d{3}\.?\d{3}\/\d{4}(-?\d{2})?$/ },
	{ pattern: /^\d{3}\.\d{5}(\.\d{2}-\d|-\d{2})$/ },
	{ pattern: /^\d{3}\/\d{7}$/, countries: ['BR'] },
	// CPF without some of its marks, CUIT with dots or spaces, cédula (Ecuador), teudat zehut (Israel).
	{ pattern: /^\d{3}[. ]?\d{3}[. ]?\d{3}[. -]\d{2}$/, countries: ['BR'] },
	{ pattern: /^(2[0347]|3[034])[ ./-]\d{2}\.?\d{3}\.?\d{3}[ ./-]\d$/, countries: ['AR'] },
	{ pattern: /^\d{9}-\d$/, countries: ['EC'] },
	{ pattern: /^\d-?\d{7}-\d$/, countries: ['IL'] },
	// Cédula (Panama).
	{ pattern: /^\d{1,2}-\d{1,4}-\d{1,6}$/, countries: ['PA'] },
	// AHV (Switzerland), Rijksregisternummer and company number (Belgium), BSN (Netherlands), Steuernummer (Germany), adószám (Hungary).
	{ pattern: /^756[. ]\d{4}[. ]\d{4}[. ]\d{2}$/ },
	{ pattern: /^\d{2}\.\d{2}\.\d{2}[- ]\d{3}[.-]\d{2}$/ },
	// Elsewhere, 0403.227.515 may be a phone number, as in Australia.
	{ pattern: BELGIAN_COMPANY, check: isBelgianCompany, countries: ['BE'] },
	{ pattern: BELGIAN_COMPANY, check: isBelgianCompany, isWeak: true },
	{ pattern: /^[1-9]\d{3}\.\d{2}\.\d{3}$/ },
	{ pattern: /^[1-9]\d{1,2}\/(\d{3}\/\d{5}|\d{4}\/\d{4})$/ },
	{ pattern: /^\d{8}-\d-\d{2}$/ },
	// SIREN (France), social insurance number (Austria), rodné číslo (Czechia, Slovakia).
	{ pattern: /^[1-9]\d\d \d{3} \d{3}$/, countries: ['FR'] },
	{ pattern: /^[1-9]\d{3}[ -][0-3]\d[01]\d{3}$/, countries: ['AT'] },
	{ pattern: /^\d{2}[0-8]\d[0-3]\d\/\d{3,4}$/, countries: ['CZ', 'SK'] },
	// Personnummer and organisationsnummer (Sweden), henkilötunnus (Finland), CPR (Denmark), kennitala (Iceland).
	{ pattern: /^([1-9]\d{5}|0\d[01]\d[0-3]\d)-\d{4}$/, countries: ['SE'] },
	{ pattern: /^(19|20)\d{6}[- ]\d{4}$/ },
	{ pattern: /^[0-3]\d[01]\d{3}-\d{4}$/, countries: ['DK', 'FI', 'IS'] },
	// SNILS and passport (Russia).
	{ pattern: /^\d{3}-\d{3}-\d{3}[ -]\d{2}$/ },
	{ pattern: /^\d{2} \d{2} \d{6}$/, countries: ['RU'] },
	{ pattern: /^\d{4} \d{6}$/, countries: ['RU'], isWeak: true },
	// Aadhaar (India), resident and business registration (South Korea), NRIC (Malaysia), NPWP (Indonesia), Thailand, Emirates ID, TIN.
	{ pattern: /^[2-9]\d{3}[ -]\d{4}[ -]\d{4}$/, countries: ['IN'] },
	{ pattern: /^\d{6}-[1-8]\d{6}$|^\d{3}-\d{2}-\d{5}$/, countries: ['KR'] },
	{ pattern: /^\d{6}-\d{2}-\d{4}$/ },
	{ pattern: /^\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}$/ },
	{ pattern: /^\d[ -]\d{4}[ -]\d{5}[ -]\d{2}[ -]\d$/ },
	{ pattern: /^\d{3}-\d{4}-\d{7}-\d$/ },
	{ pattern: /^\d{3}-\d{3}-\d{3}-\d{3,5}$/, countries: ['PH'] },
	// PhilHealth and UMID (Philippines), Pag-IBIG (Philippines) and My Number (Japan).
	{ pattern: /^(\d{2}-\d{9}|\d{4}-\d{7})-\d$/, countries: ['PH'] },
	{ pattern: /^\d{4}[ -]\d{4}[ -]\d{4}$/, countries: ['JP', 'PH'], isWeak: true },
	// NHS number (United Kingdom). From 710 on, they are mobile numbers.
	{
		pattern: /^([4-6]\d\d|70\d)[ -]\d{3}[ -]\d{4}$/,
		countries: ['GB'],
		check: (digits) =>
			[...digits].reduce((sum, digit, nth) => sum + Number(digit) * (10 - nth), 0) % 11 === 0,
	},
	// NIP (Poland), Steuer-ID (Germany), DNI and cédula (South America), bank cards.
	{ pattern: /^\d{3}-(\d{3}-\d{2}-\d{2}|\d{2}-\d{2}-\d{3})$/, countries: ['PL'] },
	{ pattern: /^[1-9]\d( \d{3}){3}$/, countries: ['DE'] },
	{
		pattern: /^\d{1,2}\.\d{3}\.\d{3}$/,
		countries: ['AR', 'BO', 'CL', 'CO', 'PE', 'PY', 'UY', 'VE'],
	},
	{ pattern: /^\d{4}([ -]\d{4}){3}$/ },
	// Thousands only: cédula (Colombia), TFN (Australia).
	{ pattern: /^[1-9]\d{0,2}([. ]\d{3}){2,}$/, isWeak: true },
];

const OTHERS: Lookalike[] = [
	{ what: 'a coordinate', pattern: /^\d{1,3}\.\d{4,}$/, isWeak: true },
	{ what: 'a coordinate', pattern: /^\d{1,3}\.\d{4,}[ ,]+-?\d{1,3}\.\d{4,}$/ },
	// 2024/25, opening hours, and 31.01 2025.
	{ what: 'a date', pattern: /^(19|20)\d\d ?[/-] ?(19|20)?\d\d$/, isWeak: true },
	{ what: 'a time', pattern: /^\d{1,2}\.[0-5]\d ?- ?\d{1,2}\.[0-5]\d$/, isWeak: true },
	{
		what: 'a date',
		pattern: new RegExp(`^(?:${DAY}[./-]${MONTH}|${MONTH}[./-]${DAY}) ${YEAR}$`),
		isWeak: true,
	},
	// (2) 030 123456
	{ what: 'an entry of a numbered list', pattern: /^\(?[1-9]\d?\) ?0/ },
	{ what: 'a negative number', pattern: /^-\d+([.,]\d+)?$/ },
	{
		what: 'an IP address',
		// Denmark, Norway and Luxembourg write their numbers in four pairs of digits.
		pattern: /^(?!\d\d(\.\d\d){3}$)(1?\d?\d|2[0-4]\d|25[0-5])(\.(1?\d?\d|2[0-4]\d|25[0-5])){3}$/,
	},
	{ what: 'an IP address', pattern: /^\d\d(\.\d\d){3}$/, isWeak: true },
];

const LOOKALIKES: Lookalike[] = [
	...DATES,
	...OTHER_DATES,
	...AMOUNTS,
	...IDENTITIES.map((identity) => ({ what: 'an identity or tax number', ...identity })),
	...OTHERS,
];

/** All patterns in one, because most texts match none. */
const ANY = new RegExp(LOOKALIKES.map(({ pattern }) => pattern.source).join('|'));

/**
 * What a text probably is instead of a phone number.
 *
 * @param plain as `toPlain` gives it
 * @param country the default country
 */
export function findLookalike(plain: string, country?: CountryCode): Lookalike | undefined {
	const text = plain.replace(/^[([ ]+|[)\] ]+$/g, '');
	if (text.startsWith('+') || !ANY.test(text)) return undefined;
	return LOOKALIKES.find(
		({ pattern, countries, check }) =>
			pattern.test(text) &&
			(!countries || (country && countries.includes(country))) &&
			(!check || check(text.replace(/\D/g, ''))),
	);
}
