/**
 * All tests in a real n8n at once, for `.ci/run`: those of e2e, of the queue mode and of the editor. Most of the time they wait, for
 * n8n or for a clock, so more of them run than there are cores.
 */
const e2e = require('./e2e/jest.config');

module.exports = {
	...e2e,
	rootDir: '..',
	testMatch: ['<rootDir>/test/{e2e,queue,editor}/**/*.test.cts'],
	maxWorkers: 4,
};
