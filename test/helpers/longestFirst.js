// Jest loads a sequencer as it is, without a transform: so this is JavaScript.
const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that take the longest, in this order. Jest would begin with the largest files, and end with one of these alone. */
const LONGEST = [
	'queueMode',
	'trigger',
	'burst',
	'missedEvents',
	'talkover',
	'demo',
	'editor',
	'outcomeExamples',
	'triggerRestarts',
	'leadTable',
	'randomBatches',
	'package',
	'faults',
	'properties',
	'allActiveCalls',
	'recentCallsList',
	'pacing',
	'waitForEnd',
	'waitForCampaignEnd',
	'memory',
	'processes',
	'sharedRateLimit',
	'callTwice',
	'randomExecutions',
	'callsAtSameMoment',
];

/** @param {{ path: string }} test */
function rank({ path }) {
	const index = LONGEST.findIndex((name) => path.includes(`/${name}.test.`));
	return index === -1 ? LONGEST.length : index;
}

module.exports = class extends Sequencer {
	/**
	 * @template {{ path: string }} Test
	 * @param {Test[]} tests
	 * @override
	 */
	sort(tests) {
		return [...tests].sort((a, b) => rank(a) - rank(b));
	}
};
