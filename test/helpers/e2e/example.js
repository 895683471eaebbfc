const { chooseAgent } = require('../../../dev/demo/examples.cts');

const AGENT = { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' };

/**
 * @param {string} name of a file in `examples`
 * @returns {import('../../../dev/n8n/instance.cts').Workflow} the workflow, with the agent `sales-agent` chosen in its nodes
 */
function example(name) {
	return chooseAgent(require(`../../../examples/${name}.json`), AGENT);
}

module.exports = { example };
