// Jest loads a sequencer as it is, without a transform: so this is JavaScript.
const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that take the longest, mostly waiting. Jest would begin with the largest files, and end with one of these alone. */
const LONGEST = [
	'queueMode',
	'burst',
	'demo',
	'missedEvents',
	'outcomeExamples',
	'talkover',
	'trigger',
	'triggerRestarts',
	'editor',
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
const isLong = ({ path }) => LONGEST.some((name) => path.includes(`/${name}.test.`));

module.exports = class extends Sequencer {
	/**
	 * @template {{ path: string }} Test
	 * @param {Test[]} tests
	 * @override
	 */
	sort(tests) {
		return [...tests].sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
	}
};
