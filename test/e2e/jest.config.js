/** `npm run test:e2e`: the packed package in real n8n, one version after the other. The first run installs them, which takes minutes. */
module.exports = {
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.test.cts'],
	transform: { '\\.c?ts$': '@swc/jest' },
	testSequencer: '<rootDir>/test/sequencer.js',
	globalSetup: '<rootDir>/test/helpers/e2e/prepareAll.cts',
	globalTeardown: '<rootDir>/test/helpers/e2e/removePack.cts',
	// Much of the time, a test waits for n8n's or Talkover's clock.
	maxWorkers: 2,
	testTimeout: 1_800_000,
};
