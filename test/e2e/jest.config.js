/** `npm run test:e2e`: the packed package in real n8n, one version after the other. The first run installs them, which takes minutes. */
module.exports = {
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.test.js'],
	transform: { '\\.c?ts$': '@swc/jest' },
	maxWorkers: 1,
	testTimeout: 1_800_000,
};
