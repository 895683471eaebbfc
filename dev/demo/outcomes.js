const { outcome } = require('../simulator');

/** @type {Record<string, import('../simulator/outcome').Outcome | undefined>} */
const byLastDigit = {
	4: outcome('no-answer', 30_000),
	6: outcome('busy', 6_000),
	8: outcome('failed', 3_000),
};
const answered = outcome('completed', 45_000);

/**
 * The outcome of a call that the user makes in the demo. The last digit of the number decides, so that the user can choose.
 *
 * @type {import('../simulator/environment').DecideOutcome}
 */
const demoOutcome = ({ to }) => byLastDigit[to.slice(-1)] ?? answered;

const explanation = `Calls that you make here end by themselves within a minute: a number that ends in 4 is not answered,
in 6 is busy, in 8 fails; all others are answered and talk for half a minute.`;

module.exports = { demoOutcome, explanation };
