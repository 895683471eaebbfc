import once = require('./once.cts');

type Core = typeof import('libphonenumber-js/core');

export = once(
	'libphonenumber-js/core',
	() => require('../../../node_modules/libphonenumber-js/core') as Core,
);
