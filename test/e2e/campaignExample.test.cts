import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chooseTable } from '../../dev/demo/examples.cts';
import { readLeads } from '../../dev/demo/leadTable.cts';
import { versions } from '../../dev/n8n/versions.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import type { RunningServer } from '../../dev/n8n/instance.cts';
import type { DataTable } from '../../dev/n8n/restClient.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import { ask } from '../helpers/ask.cts';
import { example } from '../helpers/e2e/example.cts';
import { setUp, TOKEN } from '../helpers/e2e/setUp.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';

const campaignOutcome = example('campaign-outcome-on-record');

const START = 'When clicking ‘Execute workflow’';
const DAY = 86_400_000;

const [ANA, BRUNO, DAVI] = ['+15551234501', '+15551234502', '+15551234504'];

describe.each(versions)(`in n8n %s, "${campaignOutcome.name}"`, (version) => {
	let real: SetUp;
	let talkover: Simulator;
	let server: RunningServer;
	/** How far Talkover's clock is behind, in milliseconds. */
	let behind = 0;
	let table: DataTable;
	let tables = 0;

	beforeAll(async () => {
		real = await setUp({
			version,
			talkover: {
				agents: [{ id: 'sales-agent' }],
				campaigns: [{ id: 'spring-campaign', max_retries: 1 }],
				now: () => Date.now() - behind,
			},
		});
		talkover = real.talkover;
		server = real.server;
	});

	afterAll(() => real.cleanUp());

	beforeEach(async () => {
		behind = 0;
		talkover.reset();
		const { columns, rows } = readLeads();
		// As a CSV file leaves empty cells, and as n8n does.
		const contacts = rows.map((row, nth) => ({ ...row, ...(nth % 2 === 0 && { call_id: '' }) }));
		table = await server.client.createDataTable(`Contacts ${++tables}`, columns, contacts);
	});

	/** @param maxWait minutes */
	const run = async (maxWait: number) => {
		const nodes = campaignOutcome.nodes.map((node) =>
			node.name === 'Wait for the End'
				? { ...node, parameters: { ...node.parameters, options: { maxWait, checkEvery: 2 } } }
				: node,
		);
		const workflow = chooseTable({ ...campaignOutcome, nodes, id: undefined }, table);
		const { client } = server;
		const id = await client.createWorkflow(workflow);
		const { status, error } = await client.runSaved(id, START);
		expect({ status, error }).toMatchObject({ status: 'success', error: undefined });
	};

	/** What the workflow has written, by name; empty for an empty cell. */
	const written = async () => {
		const rows = await server.client.dataTableRows(table);
		return Object.fromEntries(
			rows.map(({ name, call_id, outcome: ended, note }) => [
				name,
				{ call_id: call_id || '', outcome: ended || '', note: note || '' },
			]),
		);
	};

	const queued = () => talkover.queuedCalls.map(({ to }) => to).sort();
	const callTo = (phone: string) => talkover.queuedCalls.find(({ to }) => to === phone)?.id;

	test('queues each contact once, and writes the outcomes to the rows, in later runs as well', async () => {
		behind = DAY;
		talkover.setOutcomes(({ to, retries }) =>
			outcome(to === DAVI && retries === 0 ? 'no-answer' : 'completed', 3000),
		);
		await run(0.2);
		expect(queued()).toEqual([ANA, BRUNO, DAVI]);
		expect(talkover.queuedCalls).toContainEqual(
			expect.objectContaining({ to: ANA, payload: { customer_name: 'Ana Lima' } }),
		);
		const [ana, bruno, davi] = [ANA, BRUNO, DAVI].map((phone) => ({
			call_id: callTo(phone),
			outcome: 'completed',
			note: '',
		}));
		const elisa = {
			call_id: '',
			outcome: '',
			note: expect.stringContaining('plus and the country code'),
		};
		const reached = {
			'Ana Lima': ana,
			'Bruno Reis': bruno,
			'Bruno R.': bruno,
			'Elisa Melo': elisa,
		};
		expect(await written()).toEqual({
			...reached,
			'Davi Costa': { ...davi, outcome: 'queued', note: 'may_be_retried, no-answer' },
		});

		// The campaign retries a day later.
		behind = 0;
		await run(1);
		expect(queued()).toEqual([ANA, BRUNO, DAVI]);
		expect(await written()).toEqual({ ...reached, 'Davi Costa': davi });
	});

	test('goes on with calls that were queued before n8n was killed', async () => {
		const url = '/campaigns/spring-campaign/call';
		await ask(talkover, url, { method: 'POST', token: TOKEN, body: { to: BRUNO } });
		await run(0);
		expect(queued()).toEqual([ANA, BRUNO, DAVI]);
		const open = { call_id: callTo(BRUNO), outcome: 'queued', note: 'max_wait_over, queued' };
		expect(await written()).toMatchObject({ 'Bruno Reis': open, 'Bruno R.': open });

		talkover.setOutcomes(() => outcome('completed', 1000));
		await run(1);
		expect(queued()).toEqual([ANA, BRUNO, DAVI]);
		expect(await written()).toMatchObject({ 'Bruno Reis': { outcome: 'completed', note: '' } });
	});

	test('queues nobody again whose call was over before n8n could write it to the row', async () => {
		talkover.setOutcomes(() => outcome('completed', 1));
		const url = '/campaigns/spring-campaign/call';
		await ask(talkover, url, { method: 'POST', token: TOKEN, body: { to: BRUNO } });
		const ended = async () => {
			const { body } = await ask(talkover, '/campaigns/spring-campaign', { token: TOKEN });
			const { calls } = body.data as { calls: Array<{ status: string }> };
			return calls.every(({ status }) => status === 'completed');
		};
		await until(ended);
		await run(1);
		expect(queued()).toEqual([ANA, BRUNO, DAVI]);
		const bruno = { call_id: callTo(BRUNO), outcome: 'completed', note: '' };
		expect(await written()).toMatchObject({ 'Bruno Reis': bruno, 'Bruno R.': bruno });
	});
});
