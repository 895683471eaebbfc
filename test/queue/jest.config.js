/**
 * `npm run test:queue`: the packed package in real n8n in queue mode, one version after the other, with the PostgreSQL and Redis of the
 * machine.
 */
module.exports = {
	...require('../e2e/jest.config'),
	testMatch: ['<rootDir>/test/queue/**/*.test.cts'],
};
