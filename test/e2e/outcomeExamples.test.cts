import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import { example, withExchange } from '../helpers/e2e/example.cts';
import { setUp } from '../helpers/e2e/setUp.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import type { RunningServer, Workflow } from '../../dev/n8n/instance.cts';

const goOn = example('call-and-go-on-when-ended');
const tryAgain = example('call-and-try-again-tomorrow');

const START = 'When clicking ‘Execute workflow’';
const DAY = 86_400_000;

describe.each(versions)('in n8n %s, the example', (version) => {
	let real: SetUp;
	let talkover: Simulator;
	let server: RunningServer;
	/** How far Talkover's clock is behind, in milliseconds. */
	let behind = 0;
	/** The fifth to seventh digits of all phone numbers: others in each test, since n8n remembers who was just called. */
	let exchange = 200;
	/** @param line its last four digits */
	const phone = (line: number) => `+1555${exchange}${line}`;

	beforeAll(async () => {
		real = await setUp({
			version,
			talkover: {
				agents: [{ id: 'sales-agent', name: 'Bianca' }],
				now: () => Date.now() - behind,
				// Long enough that a slow machine causes no retry.
				deliverySecondMs: 60_000,
			},
		});
		talkover = real.talkover;
		server = real.server;
	});

	afterAll(() => real.cleanUp());

	beforeEach(() => {
		behind = 0;
		exchange++;
		talkover.reset();
	});

	/** @param changes parameters by the name of the node */
	const create = async (example: Workflow, changes: Record<string, object> = {}) => {
		const nodes = withExchange(example, exchange).nodes.map((node) => ({
			...node,
			parameters: { ...node.parameters, ...changes[node.name] },
		}));
		return await server.client.createWorkflow({ ...example, nodes, id: undefined });
	};

	/** @param status to come */
	const untilItIs = async (execution: string, status: string) => {
		const current = async () => await server.client.executionStatus(execution);
		await until(async () => [status, 'success', 'error', 'crashed'].includes(await current()));
		expect(await current()).toBe(status);
	};

	const calls = () => talkover.placedCalls.map(({ to }) => to).sort();

	test(`"${tryAgain.name}" calls nobody more than twice, and nobody who was called meanwhile`, async () => {
		const [bruno, davi, fabio] = [4502, 4504, 4506].map(phone);
		const firstDay: Record<string, Parameters<typeof outcome>[0]> = {
			[bruno]: 'completed',
			[davi]: 'no-answer',
			[fabio]: 'busy',
		};
		behind = DAY;
		talkover.setOutcomes(({ to }) => outcome(firstDay[to], 3000));
		const id = await create(tryAgain, {
			// More than a minute, from which on n8n saves the execution and forgets it until then.
			'Wait Until Tomorrow': { amount: 70, unit: 'seconds' },
		});
		const execution = await server.client.startExecution(id, START);
		await untilItIs(execution, 'waiting');
		expect(calls()).toEqual([bruno, davi, fabio]);
		// What is known today is not saved tomorrow.
		const today = await server.client.executionResult(execution);
		expect(today.json('Save the Outcome')).toMatchObject([{ lead_id: 'L-1' }]);
		expect(today.json('Check by Hand')).toMatchObject([{ lead_id: 'L-4' }]);

		behind = 0;
		talkover.setOutcomes(() => outcome('no-answer', 3000));
		talkover.startCall({ agentId: 'sales-agent', to: fabio, status: 'completed' });
		await untilItIs(execution, 'success');
		expect(calls()).toEqual([bruno, davi, davi, fabio]);
		const result = await server.client.executionResult(execution);
		const saved = result.json('Save the Outcome');
		const call_id = expect.any(String);
		expect(saved.sort((a, b) => String(a.lead_id).localeCompare(String(b.lead_id)))).toEqual([
			{ lead_id: 'L-1', name: 'Bruno Reis', call_id, outcome: 'completed' },
			{ lead_id: 'L-2', name: 'Davi Costa', call_id, outcome: 'no-answer' },
		]);
		expect(result.json('Save the Reason')).toEqual([
			{ lead_id: 'L-3', name: 'Fábio Melo', reason: 'called_recently' },
		]);
		expect(result.json('Check by Hand')).toEqual([
			{
				lead_id: 'L-4',
				name: 'Elisa Melo',
				problem: expect.stringContaining('plus and the country code'),
			},
		]);
	});

	describe(`"${goOn.name}"`, () => {
		let id: string;

		beforeEach(async () => {
			id = await create(goOn);
			await server.client.activate(id);
		});

		afterEach(async () => await server.client.deactivate(id));

		/** The executions that events have started. */
		const resumptions = async () =>
			(await server.client.executions(id)).filter(({ mode }) => mode === 'webhook');

		test.each([
			['a call that was answered', outcome('completed', 6000), 4, 0],
			['a call that nobody answered', outcome('no-answer', 4000), 0, 0],
			['a call that is over before the workflow waits', outcome('busy', 0), 0, 2000],
		])('goes on after %s', async (_, plan, seconds, delayMs) => {
			talkover.setOutcomes(() => plan);
			// The event is sent at once, however late the answer comes.
			talkover.script({ when: { method: 'POST', path: /call$/ }, answer: { delayMs } });
			const execution = await server.client.startExecution(id, START);
			await untilItIs(execution, 'success');
			const [call, ...more] = talkover.placedCalls;
			expect(more).toEqual([]);
			const result = await server.client.executionResult(execution);
			expect(result.json('Save the Outcome')).toEqual([
				{ lead_id: 'L-1', call_id: call.id, outcome: plan.endsAs, seconds },
			]);
			// Resumed by the event, not by the time.
			expect(result.json('Until Talkover Says So')).toMatchObject([{ body: { call_id: call.id } }]);
			await until(async () => (await resumptions()).every(({ status }) => status === 'success'));
			expect(await resumptions()).toHaveLength(1);
		});

		test('is not disturbed by calls of others', async () => {
			const others = { agentId: 'sales-agent', to: phone(4502), context: { lead_id: 'L-9' } };
			talkover.startCall({ ...others, ...outcome('busy', 0) });
			await until(async () => (await resumptions())[0]?.status === 'success');
			const [resumption] = await resumptions();
			expect((await server.client.executionResult(resumption.id)).runData).not.toHaveProperty(
				'Resume',
			);
		});
	});
});
