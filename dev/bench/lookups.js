const { readFile, rm, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { inSeconds, markdownTable, median, startStage } = require('./stage');
const { benchWorkflow, contestants, phoneOf, settle } = require('./workflow');

const LATENCY_MS = 20;
/** How long the last answer takes when the heap is looked at: all the others have come, and nothing has been let go. */
const HOLD_MS = 3000;
/** How many contacts, and how many turns each node has with them. */
const SIZES = [
	{ size: 100, turns: 7 },
	{ size: 1000, turns: 7 },
	{ size: 10_000, turns: 3 },
];

/** @typedef {{ size: number, node: string, medianMs: number, ratio: number, requests: number, mostInFlight: number, peakMemoryMB: number, liveMemoryMB: number }} Row */

/** @param {number} bytes */
const inMB = (bytes) => Math.round(bytes / 1024 / 1024);

/** One lookup for each contact, without a rate limit, in alternating turns. */
async function lookups() {
	const peakFile = path.join(os.tmpdir(), `talkover-bench-peak-${process.pid}`);
	const liveFile = path.join(os.tmpdir(), `talkover-bench-live-${process.pid}`);
	const stage = await startStage({
		talkover: { latencyMs: LATENCY_MS },
		env: {
			NODE_OPTIONS: `--require "${path.join(__dirname, 'memory.js')}"`,
			PEAK_MEMORY_FILE: peakFile,
			LIVE_MEMORY_FILE: liveFile,
		},
	});
	const { simulator, run } = stage;
	// A third of the contacts are on a call.
	for (let index = 0; index < 10_000; index += 3) {
		simulator.startCall({ agentId: 'sales-agent', to: phoneOf(index) });
	}
	try {
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
			const [talkoverTime] = times.map((values) => median(values));

			for (const [index, [name, node]] of nodes.entries()) {
				// Alone, for what can only be told of a whole process.
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
		const machine = { ...stage.machine, latencyMs: LATENCY_MS };
		return { result: { machine, rows }, table: table(rows) };
	} finally {
		await stage.stop();
		await rm(peakFile, { force: true });
		await rm(liveFile, { force: true });
	}

	/**
	 * In a run of its own: it stops for the collection of garbage again and again.
	 *
	 * @param {number} size
	 * @param {[name: string, node: object]} turn
	 * @returns {Promise<number>} how much more of n8n's heap is in use while the node runs than before, in bytes
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
}

/** @param {Row[]} rows */
function table(rows) {
	return markdownTable(
		[
			'Time, Talkover = 1',
			'Contacts',
			'Node',
			'Median',
			'Requests',
			'Most in flight',
			'Peak memory of n8n',
			'Heap in use for the node',
		],
		rows.map((row) => [
			`${row.ratio} ×`,
			row.size,
			row.node,
			inSeconds(row.medianMs),
			row.requests,
			row.mostInFlight,
			`${row.peakMemoryMB} MB`,
			`${row.liveMemoryMB} MB`,
		]),
	);
}

module.exports = { lookups };
