import type { IDataObject } from 'n8n-workflow';
import type { Simulator } from '../simulator/index.cts';
import { inSeconds, markdownTable, median, startStage } from './stage.cts';
import { benchWorkflow, httpRequest, phoneOf, talkover } from './workflow.cts';

const CONTACTS = 1000;
const ON_A_CALL = [3, 333, 666, 999];
const OLDER_CALLS = 350;
const TURNS = 3;
const LATENCY_MS = 20;
/** As on the Standard plan, but with a window of 6 seconds in place of a minute: it takes too long otherwise. */
const RATE_LIMIT = { limit: 100, windowMs: 6000 };
/** What a builder must set, to stay within that: a little longer than the window, since the requests of a batch do not all arrive at once. */
const BATCHING = { batch: { batchSize: 100, batchInterval: 6200 } };

interface Row {
	node: string;
	medianMs: number;
	ratio: number;
	requests: number;
	refused: number;
}

/** Who of 1,000 contacts is on a call with the agent, under the rate limit: the option "All Active Calls at Once", and one lookup for each. */
export async function atOnce() {
	const stage = await startStage({ talkover: { rateLimit: RATE_LIMIT, latencyMs: LATENCY_MS } });
	try {
		const nodes = {
			'Talkover, All Active Calls at Once': talkover({ lookup: 'allAtOnce' }),
			'Talkover, Each Number': talkover(),
			'HTTP Request, batches of 100': httpRequest(stage.simulator.baseUrl, BATCHING),
		};
		const rows: Row[] = [];
		for (const [name, node] of Object.entries(nodes)) {
			console.error(`${name}: ${TURNS} turns …`);
			const times: number[] = [];
			let requests = 0;
			let refused = 0;
			for (let turn = 0; turn < TURNS; turn++) {
				setUpCalls(stage.simulator);
				const result = await stage.run(benchWorkflow(`at once ${name}`, CONTACTS, [[name, node]]));
				const active = result.json(name).filter((item) => item.success !== false);
				const found = active
					.flatMap((item) => (item.data as IDataObject[]) ?? item)
					.map(({ to }) => to);
				if (found.join() !== ON_A_CALL.map(phoneOf).join()) {
					throw new Error(`${name} finds ${found.join() || 'nobody'} on a call`);
				}
				times.push(result.runData[name][0].executionTime);
				requests = Math.max(requests, stage.simulator.requests.length);
				refused += stage.simulator.requests.filter(({ status }) => status === 429).length;
			}
			rows.push({ node: name, medianMs: median(times), ratio: 1, requests, refused });
		}
		for (const row of rows) row.ratio = Number((row.medianMs / rows[0].medianMs).toFixed(1));
		const result = { machine: stage.machine, latencyMs: LATENCY_MS, rateLimit: RATE_LIMIT, rows };
		return { result, table: table(rows) };
	} finally {
		await stage.stop();
	}
}

function setUpCalls(simulator: Simulator) {
	simulator.reset();
	const agentId = 'sales-agent';
	for (let index = 0; index < OLDER_CALLS; index++) {
		simulator.startCall({ agentId, to: phoneOf(index), status: 'completed' });
	}
	for (const index of ON_A_CALL) {
		simulator.startCall({ agentId, to: phoneOf(index), status: 'answered' });
	}
}

function table(rows: Row[]) {
	return markdownTable(
		['Time, at once = 1', 'Node', 'Median', 'Requests', 'Refused'],
		rows.map(({ node, ratio, medianMs, requests, refused }) => [
			`${ratio} ×`,
			node,
			inSeconds(medianMs),
			requests,
			refused,
		]),
	);
}
