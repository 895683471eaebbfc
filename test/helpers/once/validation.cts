import once = require('./once.cts');

type Validation = typeof import('../../../dev/simulator/contract/validation.cts');

export = once(
	'validation',
	() => require('../../../dev/simulator/contract/validation.cts') as Validation,
);
