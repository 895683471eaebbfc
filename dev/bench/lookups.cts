import { readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { inSeconds, markdownTable, median, startStage } from './stage.cts';
import { benchWorkflow, contestants, phoneOf, settle } from './workflow.cts';
import type { Turn } from './workflow.cts';

const LATENCY_MS = 20;
/** How long the last answer takes when the heap is looked at: all the others have come, and nothing has been let go. */
const HOLD_MS = 3000;
/** How many contacts, and how many turns each node has with them. */
const SIZES = [
	{ size: 100, turns: 7 },
	{ size: 1000, turns: 7 },
	{ size: 10_000, turns: 3 },
];

interface Row {
	size: number;
	node: string;
	medianMs: number;
	ratio: number;
	requests: number;
	mostInFlight: number;
	peakMemoryMB: number;
	liveMemoryMB: number;
}

const inMB = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** One lookup for each contact, without a rate limit, in alternating turns. */
export async function lookups() {
	const peakFile = path.join(os.tmpdir(), `talkover-bench-peak-${process.pid}`);
	const liveFile = path.join(os.tmpdir(), `talkover-bench-live-${process.pid}`);
	const memory = path.join(os.tmpdir(), `talkover-bench-memory-${process.pid}.js`);
	// n8n's Node.js would not run it: it has no loader for TypeScript with imports.
	buildSync({
		entryPoints: [path.join(__dirname, 'memory.cts')],
		outfile: memory,
		bundle: true,
		platform: 'node',
	});
	const stage = await startStage({
		talkover: { latencyMs: LATENCY_MS },
		env: {
			NODE_OPTIONS: `--require "${memory}"`,
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
		const rows: Row[] = [];

		for (const { size, turns } of SIZES) {
			console.error(`${size} contacts: ${turns} turns for each node …`);
			const alternating = Array.from({ length: turns }, (_, turn) =>
				nodes.map(([name, node]) => [`${name} #${turn}`, node] as Turn),
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
		await rm(memory, { force: true });
	}

	/**
	 * In a run of its own: it stops for the collection of garbage again and again.
	 *
	 * @returns how much more of n8n's heap is in use while the node runs than before, in bytes
	 */
	async function liveMemory(size: number, turn: Turn): Promise<number> {
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

function table(rows: Row[]) {
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
