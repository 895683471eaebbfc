import { beforeEach, describe, expect, test } from '@jest/globals';
import { chooseTable } from '../../dev/demo/examples.cts';
import { readLeads } from '../../dev/demo/leadTable.cts';
import { versions } from '../../dev/n8n/versions.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import type { DataTable } from '../../dev/n8n/restClient.cts';
import { example, withExchange } from '../helpers/e2e/example.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';

const callNewLeads = example('call-new-leads');
const logEnded = example('log-ended-calls');

const START = 'When clicking ‘Execute workflow’';
const SWEEP = 'Every Hour';

/** The last digits of the numbers of Ana, Bruno and Davi. */
const LINES = [4501, 4502, 4504];
/** Those whom the calls are to; the other Bruno has the number of the first. */
const CALLED = ['Ana Lima', 'Bruno Reis', 'Davi Costa'];
const plans: Record<string, ReturnType<typeof outcome>> = {
	4501: outcome('completed', 6_000),
	4502: outcome('no-answer', 3_000),
	4504: outcome('busy', 2_000),
};

describe.each(versions)('in n8n %s, the examples with a table of leads', (version) => {
	// n8n 1 confuses transactions of SQLite that run at once, unless it has a pool, as n8n 2 has: see docs/recipes.md.
	const stage = new TriggerStage({ version, env: { DB_SQLITE_POOL_SIZE: '4' } });
	let table: DataTable;
	/** The fifth to seventh digits of all phone numbers: others in each test, since n8n remembers who was just called. */
	let exchange = 200;
	const phone = (line: number) => `+1555${exchange}${line}`;
	/** IDs of the two workflows. */
	let calling: string;
	let logging: string;

	beforeEach(async () => {
		exchange++;
		stage.talkover.setOutcomes(({ to }) => plans[to.slice(-4)]);
		const { columns, rows } = readLeads();
		const leads = rows.map((row, nth) => ({
			...row,
			phone: row.phone.replace('123', String(exchange)),
			// As a CSV file leaves them, and as n8n does.
			...(nth % 2 === 0 && { call_id: '', outcome: '' }),
		}));
		table = await stage.client.createDataTable(`Leads ${exchange}`, columns, leads);
		const withTable = (workflow: typeof logEnded) =>
			chooseTable(withExchange({ ...workflow, id: undefined }, exchange), table);
		calling = await stage.create(withTable(callNewLeads));
		logging = await stage.createActive(withTable(logEnded));
	});

	/** Runs a workflow to its end. */
	const run = async (id: string, trigger: string) => {
		const result = await stage.client.runSaved(id, trigger);
		const { status, error } = result;
		expect({ status, error }).toMatchObject({ status: 'success', error: undefined });
		return result;
	};

	/** What the workflows have written, by the name of the lead; null for an empty cell. */
	const rows = async (): Promise<Record<string, Record<string, string | number | null>>> => {
		const cells = ['call_id', 'agent_id', 'outcome', 'note'];
		const written = (await stage.client.dataTableRows(table)).map((row) => [
			row.name,
			Object.fromEntries(cells.map((cell) => [cell, row[cell] || null])),
		]);
		return Object.fromEntries(written);
	};

	const callTo = (line: number) =>
		stage.talkover.placedCalls.find(({ to }) => to === phone(line))?.id;

	/** Each lead with a number has its one call and its outcome. */
	const expectComplete = async () => {
		expect(stage.talkover.placedCalls.map(({ to }) => to).sort()).toEqual(LINES.map(phone));
		const [ana, bruno, davi] = LINES.map((line) => ({
			call_id: callTo(line),
			agent_id: 'sales-agent',
			outcome: plans[line].endsAs,
		}));
		expect(await rows()).toMatchObject({
			'Ana Lima': ana,
			'Bruno Reis': bruno,
			'Davi Costa': davi,
			'Bruno R.': bruno,
			'Elisa Melo': {
				call_id: null,
				agent_id: null,
				outcome: null,
				note: expect.stringContaining('plus and the country code'),
			},
		});
	};

	const untilRowsHave = async (cell: string, names: string[]) =>
		await until(async () => {
			const written = await rows();
			return names.every((name) => written[name][cell]);
		});

	test('call each lead once, however often they run, and write the call and its outcome to the row', async () => {
		await run(calling, START);
		await untilRowsHave('outcome', CALLED);
		expect((await rows())['Bruno R.']).toMatchObject({ call_id: callTo(4502), outcome: null });
		await run(calling, START);
		await run(logging, SWEEP);
		await expectComplete();
		const notes = Object.entries(await rows()).map(([name, { note }]) => [name, note]);
		expect(Object.fromEntries(notes)).toMatchObject({
			'Ana Lima': null,
			'Bruno Reis': null,
			'Davi Costa': null,
			'Bruno R.': 'called_in_this_run',
		});
		expect(stage.talkover.placedCalls).toContainEqual(
			expect.objectContaining({ to: phone(4501), payload: { customer_name: 'Ana Lima' } }),
		);
	});

	test('give a lead who is skipped the call that is the reason, and its outcome', async () => {
		const onCall = { agentId: 'sales-agent', to: phone(4501), ...plans[4501] };
		const ana = stage.talkover.startCall({ ...onCall, status: 'answered' });
		const davi = stage.talkover.startCall({ agentId: 'other', to: phone(4504), ...plans[4504] });
		await run(calling, START);
		await untilRowsHave('outcome', ['Bruno Reis']);
		await run(logging, SWEEP);
		expect(stage.talkover.placedCalls.map(({ to }) => to)).toEqual([phone(4502)]);
		expect(await rows()).toMatchObject({
			'Ana Lima': {
				call_id: ana.id,
				agent_id: 'sales-agent',
				outcome: 'completed',
				note: 'on_a_call',
			},
			'Davi Costa': {
				call_id: davi.id,
				agent_id: 'other',
				outcome: 'busy',
				note: 'called_recently',
			},
		});
	});

	test('go on after a crash in the middle: nobody is called twice, and no outcome is missing', async () => {
		// Ana and Bruno are called, and Davi is being looked up.
		const davi = { path: new RegExp(`active-call/.*${exchange}4504`) };
		stage.talkover.script({ when: davi, answer: { never: true } });
		await stage.client.startExecution(calling, START);
		await until(() => stage.talkover.placedCalls.length === 2);
		await stage.server.kill();
		await stage.start();

		await run(calling, START);
		await run(logging, SWEEP);
		await untilRowsHave('outcome', [...CALLED, 'Bruno R.']);
		await expectComplete();
	});

	test('find the call that was made although Talkover’s answer got lost', async () => {
		const answer = { afterApi: true, status: 504, body: '' };
		stage.talkover.script({ when: { method: 'POST' }, times: 3, answer });
		await run(calling, START);
		expect((await rows())['Ana Lima'].note).toContain('may have been placed');
		await run(calling, START);
		await run(logging, SWEEP);
		await untilRowsHave('outcome', [...CALLED, 'Bruno R.']);
		await expectComplete();
	});

	test('take an event that comes twice, and leave the rows alone for a call of somebody else', async () => {
		await run(calling, START);
		await untilRowsHave('outcome', CALLED);
		const before = await rows();
		const [{ id: row }] = await stage.client.dataTableRows(table);
		const event = { call_id: callTo(4501), duration: 4, context: { lead_id: String(row) } };
		const other = stage.talkover.startCall({ agentId: 'sales-agent', to: phone(4599) });
		const others = [{ call_id: other.id, context: { lead_id: '' } }, { call_id: other.id }];
		const executions = async () => await stage.client.endedExecutions(logging);
		const ended = await executions();
		for (const body of [event, event, ...others]) expect(await stage.statuses(body)).toEqual([200]);
		await until(async () => (await executions()) === ended + 4);
		const results = await stage.client.executions(logging);
		expect(results.every(({ status }) => status === 'success')).toBe(true);
		expect(await rows()).toEqual(before);
	});
});
