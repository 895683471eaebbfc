import once = require('./once.cts');

const nock = once('nock', () => require('../../../node_modules/nock') as typeof import('nock'));

// As if this test file had loaded it, whatever the one before has left.
nock.restore();
nock.cleanAll();
nock.enableNetConnect();
nock.activate();

export = nock;
