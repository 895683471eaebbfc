import { test } from '@jest/globals';
import fc from 'fast-check';
import examples from 'libphonenumber-js/examples.mobile.json';
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import { toE164 } from '../../nodes/Talkover/phone';

const RUNS = { numRuns: 1500 };

/** A number that the numbering plan of its country assigns: an example with other digits at its end. */
const realNumber = fc
	.constantFrom<CountryCode>(...getCountries())
	.chain((country) =>
		fc.tuple(
			fc.constant(getExampleNumber(country, examples) as PhoneNumber),
			fc.nat({ max: 12 }),
			fc.stringMatching(/^\d{12}$/),
		),
	)
	.map(([{ number, nationalNumber, country }, changed, digits]) => {
		const kept = Math.max(0, nationalNumber.length - changed);
		const written = number.slice(0, number.length - nationalNumber.length + kept);
		const other = parsePhoneNumberFromString(
			written + digits.slice(0, nationalNumber.length - kept),
		);
		return other?.isValid() && other.country === country ? other : undefined;
	})
	.filter((number) => number !== undefined);

const WAYS: Record<string, (number: PhoneNumber) => string> = {
	'E.164': ({ number }) => number,
	international: (number) => number.formatInternational(),
	national: (number) => number.formatNational(),
	'national, with the trunk prefix': (number) => number.formatNational({ nationalPrefix: true }),
	URI: (number) => number.getURI(),
};

/** A few national numbers begin with 00, which is the international prefix elsewhere. */
const REFUSED = /without guessing|is not possible|^"00[^"]+" cannot be read as a phone number$/;

/** What a number is read as, or the error's message. */
function read(written: string, country?: CountryCode): { e164?: string; error?: string } {
	try {
		return { e164: toE164(written, country) };
	} catch (error) {
		return { error: (error as Error).message };
	}
}

test.each(Object.entries(WAYS))(
	'no assigned number of any country is taken for something else: %s',
	(_, write) => {
		fc.assert(
			fc.property(realNumber, (number) => {
				const written = write(number);
				const { e164, error = '' } = read(written, number.country);
				// No `expect`: it takes longer than reading the number.
				if (e164 !== number.number && !REFUSED.test(error))
					throw new Error(`"${written}" gives "${e164 ?? error}" instead of "${number.number}"`);
			}),
			RUNS,
		);
	},
);
