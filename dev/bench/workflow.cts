import type { Workflow, WorkflowNode } from '../n8n/instance.cts';

/** A node without its name. */
export type BenchNode = Omit<WorkflowNode, 'name'>;

/** One node's run in the workflow. */
export type Turn = [name: string, node: BenchNode];

export const phoneOf = (index: number) => `+1555${1_000_000 + index}`;

/** @param options the parameter of that name */
export const talkover = (options: object = {}): BenchNode => ({
	type: 'n8n-nodes-talkover.talkover',
	typeVersion: 1,
	parameters: {
		agentId: { __rl: true, mode: 'id', value: 'sales-agent' },
		phone: '={{ $json.phone }}',
		options,
	},
	credentials: { talkoverApi: { id: 'talkover', name: 'Talkover account' } },
});

/** What builders use without the node. It accepts a 404 as an answer, as it must at least. */
export const httpRequest = (baseUrl: string, batching?: object): BenchNode => ({
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		url: `=${baseUrl}/agents/sales-agent/active-call/{{ encodeURIComponent($json.phone) }}`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
		options: { response: { response: { neverError: true } }, ...(batching && { batching }) },
	},
	credentials: { httpHeaderAuth: { id: 'header', name: 'Header' } },
});

/** The nodes to compare. */
export const contestants = (baseUrl: string): Record<string, BenchNode> => ({
	Talkover: talkover(),
	'HTTP Request': httpRequest(baseUrl),
	'HTTP Request, batches of 50': httpRequest(baseUrl, {
		batch: { batchSize: 50, batchInterval: 0 },
	}),
});

/** A turn that only waits. */
export const settle = (ms: number): Turn => [
	'Settle',
	{
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		parameters: { amount: ms / 1000, unit: 'seconds' },
		webhookId: 'settle',
	},
];

/**
 * A workflow that gives all contacts to one node after the other.
 *
 * @param size how many contacts
 */
export function benchWorkflow(name: string, size: number, turns: Turn[]): Workflow {
	const contacts = Array.from({ length: size }, (_, index) => ({ phone: phoneOf(index) }));
	const list = { mode: 'raw', jsonOutput: JSON.stringify({ contacts }), options: {} };
	const nodes: WorkflowNode[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{ name: 'List', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: list },
		{
			name: 'Contacts',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'contacts', options: {} },
		},
		...turns.map(([turn, node]) => ({ name: turn, ...node })),
	];
	const to = (node: string) => ({ node, type: 'main', index: 0 });
	return {
		name,
		nodes: nodes.map((node, index) => ({ id: node.name, position: [200, index * 200], ...node })),
		connections: {
			Start: { main: [[to('List')]] },
			List: { main: [[to('Contacts')]] },
			Contacts: { main: [turns.map(([turn]) => to(turn))] },
		},
	};
}
