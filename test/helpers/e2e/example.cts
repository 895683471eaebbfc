import { chooseIn } from '../../../dev/demo/examples.cts';
import type { Workflow } from '../../../dev/n8n/instance.cts';

const CHOICE = {
	agent: { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' },
	campaign: { id: 'spring-campaign', name: 'Spring Campaign' },
};

/**
 * @param name of a file in `examples`
 * @returns the workflow, with the agent `sales-agent` and the campaign `spring-campaign` chosen in its nodes
 */
export function example(name: string): Workflow {
	return chooseIn(require(`../../../examples/${name}.json`), CHOICE);
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
