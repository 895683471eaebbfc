const { outcome } = require('../simulator');

/** @type {Record<string, import('../simulator/outcome').Outcome | undefined>} */
const byLastDigit = {
	4: outcome('no-answer', 30_000),
	6: outcome('busy', 6_000),
	8: outcome('failed', 3_000),
};
const answered = outcome('completed', 45_000);

/**
 * How a call goes that somebody makes in the demo: the number decides, so that each outcome can be had at will.
 *
 * @type {import('../simulator/environment').DecideOutcome}
 */
const demoOutcome = ({ to }) => byLastDigit[to.slice(-1)] ?? answered;

const explanation =
	'Calls that you make there end by themselves: nobody answers a number that ends in 4, one in 6 is busy, one in 8 fails; others talk for half a minute.';

module.exports = { demoOutcome, explanation };
