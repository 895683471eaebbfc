/**
 * @typedef {object} Release An n8n that the node is run in.
 * @property {number} node the major version of the Node that it runs on
 * @property {Record<string, string>} [overrides] packages that npm is to take in place of what n8n asks for
 * @property {NodeJS.ProcessEnv} [env] what it needs in its environment
 * @property {number[]} agentVersions versions of its AI Agent node that run tools in different ways
 */

/** @type {Record<string, Release>} */
const releases = {
	'2.41.1': {
		node: 24,
		agentVersions: [2.2, 3.1],
		// It asks n8n's own server for a list, whatever else is switched off.
		env: { N8N_DISABLED_MODULES: 'mcp-registry' },
	},
	'1.123.81': {
		node: 20,
		agentVersions: [1.9, 2.2, 3],
		// The xlsx that it asks for comes from a host that is not npm.
		overrides: { xlsx: '0.18.5' },
		// Its default engine needs isolated-vm, of which npm has no build for Node 20, and a compiler may not be there.
		env: { N8N_EXPRESSION_ENGINE: 'legacy', N8N_RUNNERS_ENABLED: 'true' },
	},
};

/** The newest first. */
const versions = Object.keys(releases);

/** The one that `npm start` shows. */
const [newest] = versions;

module.exports = { releases, versions, newest };
