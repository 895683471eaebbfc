const { chooseAgent } = require('../../../dev/demo/examples.cts');

const AGENT = { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' };

/**
 * @param {string} name of a file in `examples`
 * @returns {import('../../../dev/n8n/instance.cts').Workflow} the workflow, with the agent `sales-agent` chosen in its nodes
 */
function example(name) {
	return chooseAgent(require(`../../../examples/${name}.json`), AGENT);
}

/**
 * Replaces the phone numbers of an example, because n8n remembers whom it has just called.
 *
 * @param {import('../../../dev/n8n/instance.cts').Workflow} workflow
 * @param {number} exchange the fifth to seventh digits of the new ones
 * @returns {import('../../../dev/n8n/instance.cts').Workflow}
 */
function withExchange(workflow, exchange) {
	const nodes = JSON.stringify(workflow.nodes).replace(/123(?=[ -]45)/g, String(exchange));
	return { ...workflow, nodes: JSON.parse(nodes) };
}

module.exports = { example, withExchange };
