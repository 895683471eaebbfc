// Jest loads a sequencer without a transform, so its configurations name this file. tsx reads the one in TypeScript, and is gone
// again before Jest loads anything else. `require.resolve`, because TypeScript's "node10" does not find the types of tsx.
const tsx = require(require.resolve('tsx/cjs/api')).register({ namespace: 'sequencer' });

module.exports = tsx.require('./helpers/longestFirst.cts', __filename).default;
tsx.unregister();
