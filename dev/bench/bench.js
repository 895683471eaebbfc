/**
 * `npm run bench`: compares the node with the HTTP Request node, in one n8n and in alternating turns. Only the ratios can be compared
 * between machines, not the seconds.
 */
const { readFile, rm, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { createInstance } = require('../n8n/instance');
const { packTarball } = require('../n8n/pack');
const { startSimulator } = require('../simulator');
const { benchWorkflow, contestants, phoneOf, settle } = require('./workflow');

const LATENCY_MS = 20;
const TOKEN = 'bench_token';
/** How long the last answer takes when the heap is measured: all other answers have arrived, and nothing is released yet. */
const HOLD_MS = 3000;
/** Numbers of contacts, and of the turns of each node with them. */
const SIZES = [
	{ size: 100, turns: 7 },
	{ size: 1000, turns: 7 },
	{ size: 10_000, turns: 3 },
];
const RESULT = path.join(__dirname, 'result.json');

/** @typedef {{ size: number, node: string, medianMs: number, ratio: number, requests: number, mostInFlight: number, peakMemoryMB: number, liveMemoryMB: number }} Row */

/** @param {number} bytes */
const inMB = (bytes) => Math.round(bytes / 1024 / 1024);

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function bench() {
	const simulator = await startSimulator({
		tokens: [TOKEN],
		latencyMs: LATENCY_MS,
		agents: [{ id: 'sales-agent', name: 'Bianca' }],
	});
	// A third of the contacts are on a call.
	for (let index = 0; index < 10_000; index += 3) {
		simulator.startCall({ agentId: 'sales-agent', to: phoneOf(index) });
	}
	const pack = await packTarball();
	const peakFile = path.join(os.tmpdir(), `talkover-bench-peak-${process.pid}`);
	const liveFile = path.join(os.tmpdir(), `talkover-bench-live-${process.pid}`);
	const n8n = await createInstance({
		tarball: pack.tarball,
		onProgress: console.error,
		env: {
			NODE_OPTIONS: `--require "${path.join(__dirname, 'memory.js')}"`,
			PEAK_MEMORY_FILE: peakFile,
			LIVE_MEMORY_FILE: liveFile,
		},
	});
	try {
		await n8n.importCredentials([
			{
				id: 'talkover',
				name: 'Talkover account',
				type: 'talkoverApi',
				data: { token: TOKEN, baseUrl: simulator.baseUrl },
			},
			{
				id: 'header',
				name: 'Header',
				type: 'httpHeaderAuth',
				data: { name: 'Authorization', value: `Bearer ${TOKEN}` },
			},
		]);
		const nodes = Object.entries(contestants(simulator.baseUrl));
		/** @type {Row[]} */
		const rows = [];

		for (const { size, turns } of SIZES) {
			console.error(`${size} contacts: ${turns} turns for each node …`);
			const alternating = Array.from({ length: turns }, (_, turn) =>
				nodes.map(([name, node]) => /** @type {[string, object]} */ ([`${name} #${turn}`, node])),
			).flat();
			const result = await run(benchWorkflow(`alternating ${size}`, size, alternating));
			const times = nodes.map(([name]) =>
				Array.from(
					{ length: turns },
					(_, turn) => result.runData[`${name} #${turn}`][0].executionTime,
				),
			);
			const [talkoverTime] = times.map((values) => median([...values]));

			for (const [index, [name, node]] of nodes.entries()) {
				// Alone, because memory and requests can only be measured for a whole process.
				simulator.requests.length = 0;
				await rm(peakFile, { force: true });
				await run(benchWorkflow(`alone ${size} ${name}`, size, [[name, node]]));
				const peaks = (await readFile(peakFile, 'utf8')).trim().split('\n').map(Number);
				const requests = simulator.requests.length;
				const mostInFlight = Math.max(...simulator.requests.map(({ inFlight }) => inFlight));
				const live = await liveMemory(size, [name, node]);
				const medianMs = median(times[index]);
				rows.push({
					size,
					node: name,
					medianMs,
					ratio: Number((medianMs / talkoverTime).toFixed(2)),
					requests,
					mostInFlight,
					peakMemoryMB: inMB(Math.max(...peaks)),
					liveMemoryMB: inMB(live),
				});
			}
		}
		console.log(table(rows));
		const machine = { cores: os.availableParallelism(), n8n: n8n.version, latencyMs: LATENCY_MS };
		await writeFile(RESULT, `${JSON.stringify({ machine, rows }, null, '\t')}\n`);
		console.error(`Written to ${path.relative(process.cwd(), RESULT)}`);
	} finally {
		await n8n.remove();
		await pack.remove();
		await simulator.stop();
		await rm(peakFile, { force: true });
		await rm(liveFile, { force: true });
	}

	/**
	 * Measures in a separate run, because garbage collection stops it again and again.
	 *
	 * @param {number} size
	 * @param {[name: string, node: object]} turn
	 * @returns {Promise<number>} bytes that n8n's heap in use grows by while the node runs
	 */
	async function liveMemory(size, turn) {
		simulator.requests.length = 0;
		const lastPhone = new RegExp(`${phoneOf(size - 1).slice(1)}$`);
		simulator.script({ when: { path: lastPhone }, answer: { delayMs: HOLD_MS } });
		await writeFile(liveFile, '');
		await run(benchWorkflow(`live ${size} ${turn[0]}`, size, [settle(HOLD_MS), turn]));
		const lines = (await readFile(liveFile, 'utf8')).trim().split('\n');
		await rm(liveFile);
		const samples = lines.map((line) => {
			const [pid, time, bytes] = line.split(' ').map(Number);
			return { pid, time, bytes };
		});
		const most = samples.reduce((a, b) => (b.bytes > a.bytes ? b : a));
		const ofN8n = samples.filter(({ pid }) => pid === most.pid);
		const from = simulator.requests[0].startedAt;
		const to = simulator.requests[size - 1].startedAt + HOLD_MS;
		const before = ofN8n.filter(({ time }) => time < from);
		const during = ofN8n.filter(({ time }) => time >= from && time <= to);
		return Math.max(...during.map(({ bytes }) => bytes)) - before[before.length - 1].bytes;
	}

	/** @param {import('../n8n/instance').Workflow} workflow */
	async function run(workflow) {
		const result = await n8n.execute(await n8n.importWorkflow(workflow));
		if (result.error) throw new Error(`${workflow.name}: ${result.error.message}`);
		return result;
	}
}

/** @param {Row[]} rows @returns {string} as Markdown */
function table(rows) {
	const lines = rows.map((row) =>
		[
			row.size,
			row.node,
			`${(row.medianMs / 1000).toFixed(2)} s`,
			`${row.ratio} ×`,
			row.requests,
			row.mostInFlight,
			`${row.peakMemoryMB} MB`,
			`${row.liveMemoryMB} MB`,
		].join(' | '),
	);
	return [
		'Contacts | Node | Median | Time, Talkover = 1 | Requests | Most in flight | Peak memory of n8n | In use for the node',
		'--: | -- | --: | --: | --: | --: | --: | --:',
		...lines,
	]
		.map((line) => `| ${line} |`)
		.join('\n');
}

bench().catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
