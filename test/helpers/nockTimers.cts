import timers = require('node:timers');

/** Node's timers, for nock: it keeps those that it finds when it is loaded, and these are the ones of the clock that runs later. */
export = {
	...timers,
	setTimeout: (...timer: Parameters<typeof setTimeout>) => setTimeout(...timer),
	clearTimeout: (...timer: Parameters<typeof clearTimeout>) => clearTimeout(...timer),
};
