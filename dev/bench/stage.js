const os = require('node:os');
const { createInstance } = require('../n8n/instance');
const { packTarball } = require('../n8n/pack');
const { Progress } = require('../n8n/progress');
const { startSimulator } = require('../simulator');

const TOKEN = 'bench_token';

/** @typedef {Awaited<ReturnType<typeof startStage>>} Stage */

/**
 * A real n8n with the packed package, and a Talkover whose token the credentials of both nodes have.
 *
 * @param {object} options
 * @param {import('../simulator').SimulatorOptions} options.talkover the token and the agent "sales-agent" are given
 * @param {NodeJS.ProcessEnv} [options.env] added to n8n's environment
 */
async function startStage({ talkover, env }) {
	const simulator = await startSimulator({
		tokens: [TOKEN],
		agents: [{ id: 'sales-agent', name: 'Bianca' }],
		...talkover,
	});
	const pack = await packTarball();
	/** @type {import('../n8n/instance').Instance} */
	const n8n = await new Progress(process.stderr).step('Preparing n8n', (onProgress) =>
		createInstance({ tarball: pack.tarball, onProgress, env }),
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

		/** @param {import('../n8n/instance').Workflow} workflow */
		async run(workflow) {
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

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * @param {string[]} head
 * @param {Array<Array<string | number>>} rows
 * @returns {string} as Markdown
 */
function markdownTable(head, rows) {
	const align = head.map((title) => (title === 'Node' ? '--' : '--:'));
	return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {number} ms */
const inSeconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

module.exports = { inSeconds, markdownTable, median, startStage };
