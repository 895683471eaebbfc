import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RestClient } from '../n8n/restClient.cts';
import { chooseTable, lacksTable } from './examples.cts';
import type { Example } from './examples.cts';

const NAME = 'Talkover leads';
const file = path.resolve(__dirname, '../../examples/leads.csv');

/** The columns of the examples' data table, and its rows without what the examples write. The file needs no quotes. */
export function readLeads() {
	const [columns, ...lines] = readFileSync(file, 'utf8')
		.trim()
		.split('\n')
		.map((line) => line.split(','));
	const rows = lines.map((cells) =>
		Object.fromEntries(
			columns.map((column, nth) => [column, cells[nth]]).filter(([, cell]) => cell),
		),
	);
	return { columns, rows };
}

/**
 * Creates the data table of the examples, unless there is one, and chooses it in the examples that have none: only a running n8n has
 * tables.
 *
 * @param client signed in
 * @returns the address of the table
 */
export async function addLeadTable(client: RestClient, examples: Example[]): Promise<string> {
	const { columns, rows } = readLeads();
	const table =
		(await client.dataTable(NAME)) ?? (await client.createDataTable(NAME, columns, rows));
	for (const { id } of examples) {
		const workflow = await client.workflow(id);
		if (!workflow.nodes.some(({ parameters }) => lacksTable(parameters))) continue;
		const { nodes } = chooseTable(workflow, table);
		await client.updateWorkflow(id, { nodes });
	}
	return `${client.url}/projects/${table.projectId}/datatables/${table.id}`;
}
