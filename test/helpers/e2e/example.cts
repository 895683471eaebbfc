import { chooseAgent } from '../../../dev/demo/examples.cts';
import type { Workflow } from '../../../dev/n8n/instance.cts';

const AGENT = { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' };

/**
 * @param name of a file in `examples`
 * @returns the workflow, with the agent `sales-agent` chosen in its nodes
 */
export function example(name: string): Workflow {
	return chooseAgent(require(`../../../examples/${name}.json`), AGENT);
}

/**
 * Replaces the phone numbers of an example, because n8n remembers whom it has just called.
 *
 * @param exchange the fifth to seventh digits of the new ones
 */
export function withExchange(workflow: Workflow, exchange: number): Workflow {
	const nodes = JSON.stringify(workflow.nodes).replace(/123(?=[ .-]45)/g, String(exchange));
	return { ...workflow, nodes: JSON.parse(nodes) };
}
