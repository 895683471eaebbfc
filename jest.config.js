const { availableParallelism } = require('node:os');

/** What each process loads once, instead of again for each test file. */
const ONCE = '<rootDir>/test/helpers/once';

/** `npm test`: all tests that need no installed n8n. Those in a real n8n have configurations of their own, in test/e2e,
 * test/queue and test/editor. */
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.{ts,cts}'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(e2e|queue|editor|versions)/'],
	transform: { '\\.c?ts$': '@swc/jest' },
	// Some tests wait for a clock. Jest leaves one core free by default: on two cores, it would run one file at a time.
	maxWorkers: Math.max(3, availableParallelism()),
	testSequencer: '<rootDir>/test/sequencer.js',
	// n8n's packages, from one file that each process loads once.
	globalSetup: `${ONCE}/bundle.cts`,
	testEnvironment: `${ONCE}/environment.cts`,
	moduleNameMapper: {
		'^n8n-core(/.*)?$': `${ONCE}/core.cts`,
		'^n8n-workflow$': `${ONCE}/workflow.cts`,
		'^nock$': `${ONCE}/nock.cts`,
		'^libphonenumber-js/core$': `${ONCE}/phoneNumbers.cts`,
		'^libphonenumber-js/max/metadata$': `${ONCE}/phoneMetadata.cts`,
		// Only as the simulated Talkover imports them: tests of the contract load their own.
		'^\\.\\.?/contract/contract\\.cts$': `${ONCE}/contract.cts`,
		'^\\.\\.?/contract/validation\\.cts$': `${ONCE}/validation.cts`,
		// The mocked wire's answers take time on the clock of the test.
		'^timers$': '<rootDir>/test/helpers/nockTimers.cts',
	},
	setupFiles: ['<rootDir>/dev/engine/silentN8n.cts'],
	// A build must not start the watched tests.
	watchPathIgnorePatterns: ['<rootDir>/dist/'],
	// Only for tests that hang: far more than a slow and busy machine needs.
	testTimeout: 900_000,
};
