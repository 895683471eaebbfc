import os from 'node:os';
import { createInstance } from '../n8n/instance.cts';
import type { Instance, Workflow } from '../n8n/instance.cts';
import { packTarball } from '../n8n/pack.cts';
import { step } from '../n8n/progress.cts';
import { startSimulator } from '../simulator/index.cts';
import type { SimulatorOptions } from '../simulator/index.cts';

const TOKEN = 'bench_token';

export type Stage = Awaited<ReturnType<typeof startStage>>;

/**
 * A real n8n with the packed package, and a Talkover whose token the credentials of both nodes have.
 *
 * @param options.talkover the token and the agent "sales-agent" are given
 * @param options.env added to n8n's environment
 */
export async function startStage({
	talkover,
	env,
}: {
	talkover: SimulatorOptions;
	env?: NodeJS.ProcessEnv;
}) {
	const simulator = await startSimulator({
		tokens: [TOKEN],
		agents: [{ id: 'sales-agent', name: 'Bianca' }],
		...talkover,
	});
	const pack = await packTarball();
	const n8n: Instance = await step(
		'Preparing n8n',
		(onProgress) => createInstance({ tarball: pack.tarball, onProgress, env }),
		console.error,
	);
	const { baseUrl } = simulator;
	await n8n.importCredentials([
		{
			id: 'talkover',
			name: 'Talkover account',
			type: 'talkoverApi',
			data: { token: TOKEN, baseUrl },
		},
		{
			id: 'header',
			name: 'Header',
			type: 'httpHeaderAuth',
			data: { name: 'Authorization', value: `Bearer ${TOKEN}` },
		},
	]);
	return {
		simulator,
		machine: { cores: os.availableParallelism(), n8n: n8n.version },

		async run(workflow: Workflow) {
			const result = await n8n.execute(await n8n.importWorkflow(workflow));
			if (result.error) throw new Error(`${workflow.name}: ${result.error.message}`);
			return result;
		},

		async stop() {
			await n8n.remove();
			await pack.remove();
			await simulator.stop();
		},
	};
}

export const median = (values: number[]) =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** @returns as Markdown */
export function markdownTable(head: string[], rows: Array<Array<string | number>>): string {
	const align = head.map((title) => (title === 'Node' ? '--' : '--:'));
	return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export const inSeconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
