/** `npm run test:versions`: what works in older versions of n8n. The first run installs them, which takes minutes for each. */
module.exports = {
	...require('../e2e/jest.config'),
	testMatch: ['<rootDir>/test/versions/**/*.test.cts'],
};
