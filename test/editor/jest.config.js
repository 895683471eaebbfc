/** `npm run test:editor`: the packed package in the editor of the newest n8n, in a headless browser. */
module.exports = {
	rootDir: '../..',
	testMatch: ['<rootDir>/test/editor/**/*.test.cts'],
	// The tests read the table of operations, which is TypeScript.
	transform: { '\\.c?ts$': '@swc/jest' },
	maxWorkers: 1,
	// Only for tests that hang: the waits in the page give up earlier, and say what they waited for.
	testTimeout: 900_000,
};
