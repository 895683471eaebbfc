import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startPostgres } from '../../dev/n8n/services/postgres.cts';
import { versions } from '../../dev/n8n/versions.cts';
import type { Workflow } from '../../dev/n8n/instance.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import { example } from '../helpers/e2e/example.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';

const page = readFileSync(path.resolve(__dirname, '../../docs/recipes.md'), 'utf8');
const [, recipe] = /^## Postgres$(.*?)^## /ms.exec(page) ?? [];

/** @param of what is between the name of the node and its query, to choose one of two */
function queryOf(name: string, of = '') {
	const start = recipe.indexOf(`**${name}**${of}`);
	const [text] = recipe.slice(start + 1).split('\n**', 1);
	const [, query] = /```sql\n(.*?)\n```/s.exec(text) ?? [];
	const [, parameters] = /Query Parameters: `(.*)`/.exec(text) ?? [];
	return {
		operation: 'executeQuery',
		query,
		options: parameters ? { queryReplacement: `=${parameters}` } : {},
	};
}

/**
 * @param file in examples, without its data table nodes, as the recipe says
 * @param credentials of the Postgres nodes
 */
function withPostgres(file: string, credentials: object): Workflow {
	const { id: _id, ...workflow } = example(file);
	const nodes = workflow.nodes.map((node) => {
		if (node.type !== 'n8n-nodes-base.dataTable') return node;
		const isInBoth = node.name === 'Save the Problem';
		return {
			...node,
			type: 'n8n-nodes-base.postgres',
			typeVersion: 2.6,
			parameters: queryOf(node.name, isInBoth ? ` (in \`${file}\`)` : ''),
			credentials,
		};
	});
	return { ...workflow, nodes };
}

const LEADS = [
	{ name: 'Ana Lima', phone: '+1 555 123 4501' },
	{ name: 'Davi Costa', phone: '+1 555 123 4504' },
	{ name: 'Elisa Melo', phone: '(555) 123-4505' },
];

describe.each(versions)('in n8n %s, the recipe for Postgres', (version) => {
	const stage = new TriggerStage({ version });
	let postgres: Awaited<ReturnType<typeof startPostgres>>;
	let credentials: object;

	beforeAll(async () => {
		postgres = await startPostgres();
		const { host, port, database, user, password } = postgres;
		const data = { host, port, database, user, password, ssl: 'disable' };
		const leads = { name: 'Leads', type: 'postgres', data };
		const id = await stage.client.createCredential(leads);
		credentials = { postgres: { id, name: leads.name } };
	});

	afterAll(async () => await postgres?.stop());

	/** @returns the rows */
	const query = async (sql: string) => {
		const parameters = { operation: 'executeQuery', query: sql, options: {} };
		const result = await stage.client.run({
			name: 'Query',
			nodes: [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
				{
					name: 'Query',
					type: 'n8n-nodes-base.postgres',
					typeVersion: 2.6,
					parameters,
					credentials,
				},
			].map((node) => ({ ...node, id: node.name, position: [0, 0] })),
			connections: { Start: { main: [[{ node: 'Query', type: 'main', index: 0 }]] } },
		});
		expect(result.error).toBeUndefined();
		return result.json('Query');
	};

	const run = async (id: string, trigger: string) => {
		const { status, error } = await stage.client.runSaved(id, trigger);
		expect({ status, error }).toMatchObject({ status: 'success', error: undefined });
	};

	test('saves each lead’s call and outcome, and calls nobody twice', async () => {
		const [, table] = /```sql\n(.*?)\n```/s.exec(recipe) ?? [];
		await query(table);
		const values = LEADS.map(({ name, phone }) => `('${name}', '${phone}')`).join();
		await query(`INSERT INTO leads (name, phone) VALUES ${values}`);
		stage.talkover.setOutcomes(({ to }) =>
			to.endsWith('4501') ? outcome('completed', 3_000) : outcome('busy', 1_000),
		);
		const davi = stage.talkover.startCall({
			agentId: 'other',
			to: '+15551234504',
			...outcome('busy', 1_000),
		});
		const calling = await stage.create(withPostgres('call-new-leads', credentials));
		const logging = await stage.createActive(withPostgres('log-ended-calls', credentials));

		await run(calling, 'When clicking ‘Execute workflow’');
		const rows = async () => await query('SELECT * FROM leads ORDER BY id');
		await until(async () => (await rows())[0].outcome !== null);
		await run(calling, 'When clicking ‘Execute workflow’');
		await run(logging, 'Every Hour');

		const [ana, ...more] = stage.talkover.placedCalls;
		expect(more).toEqual([]);
		const sales = { agent_id: 'sales-agent' };
		expect(await rows()).toMatchObject([
			{ name: 'Ana Lima', call_id: ana.id, ...sales, outcome: 'completed', note: null },
			{ call_id: davi.id, agent_id: 'other', outcome: 'busy', note: 'called_recently' },
			{ call_id: null, note: expect.stringContaining('plus and the country code') },
		]);
	});
});
