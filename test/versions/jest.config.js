/** `npm run test:versions`: what works in older versions of n8n. The first run installs them, which takes minutes for each. */
module.exports = {
	...require('../e2e/jest.config'),
	globalSetup: '<rootDir>/test/helpers/e2e/packOnce.cts',
	testMatch: ['<rootDir>/test/versions/**/*.test.cts'],
};
