/** `npm test`: everything that needs no installed n8n. The tests in a real n8n have a configuration of their own, in test/e2e. */
module.exports = {
	testMatch: ['<rootDir>/test/**/*.test.{ts,js}'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
	transform: { '\\.ts$': '@swc/jest' },
	// Jest leaves one core free by default: on two cores, it would run one file at a time.
	maxWorkers: '100%',
	setupFiles: ['<rootDir>/test/helpers/silentN8n.js'],
	// The build is no reason for a watched test to run.
	watchPathIgnorePatterns: ['<rootDir>/dist/'],
	// Far more than a slow machine takes that does much else: only against a test that hangs.
	testTimeout: 900_000,
};
