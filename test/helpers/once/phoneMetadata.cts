import once = require('./once.cts');

type Metadata = typeof import('libphonenumber-js/max/metadata');

export = once(
	'libphonenumber-js/max/metadata',
	() => require('../../../node_modules/libphonenumber-js/max/metadata') as Metadata,
);
