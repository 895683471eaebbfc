import Sequencer from '@jest/test-sequencer';

/** Those that take the longest, in this order. Jest would begin with the largest files, and end with one of these alone. */
const LONGEST = [
	'queueMode',
	'talkover',
	'trigger',
	'burst',
	'missedEvents',
	'editor',
	'demo',
	'outcomeExamples',
	'betweenExecutions',
	'leadTable',
	'triggerRestarts',
	'operations',
	'triggerExamples',
	'environmentToken',
	'campaignExample',
	'cancel',
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

function rank({ path }: { path: string }): number {
	const index = LONGEST.findIndex((name) => path.includes(`/${name}.test.`));
	return index === -1 ? LONGEST.length : index;
}

export default class LongestFirst extends Sequencer {
	override sort<Test extends { path: string }>(tests: Test[]): Test[] {
		return [...tests].sort((a, b) => rank(a) - rank(b));
	}
}
