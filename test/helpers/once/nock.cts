import once = require('./once.cts');

export = once('nock', () => require('../../../node_modules/nock') as typeof import('nock'));
