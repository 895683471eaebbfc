import once = require('./once.cts');

type Contract = typeof import('../../../dev/simulator/contract/contract.cts');

export = once(
	'contract',
	() => require('../../../dev/simulator/contract/contract.cts') as Contract,
);
