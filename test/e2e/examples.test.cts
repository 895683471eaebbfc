import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { example, withExchange } from '../helpers/e2e/example.cts';
import { setUp } from '../helpers/e2e/setUp.cts';
import { until } from '../helpers/until.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';

const callNewLeads = example('call-new-leads');
const checkBeforeCalling = example('check-before-calling');
const hangUp = example('hang-up-when-deal-closed');
const putCallOnRecord = example('put-call-on-crm-record');

const ANA = '+15551234501';
const BRUNO = '+15551234502';
const CARLA = '+15551234503';
const DAVI = '+15551234504';
/** What is said of a number without a country code. */
const ADVICE = expect.stringContaining('Write it with a plus and the country code');

describe.each(versions)('in n8n %s, the example', (version) => {
	let real: SetUp;
	let talkover: Simulator;
	let callWithAna: string;
	let callWithCarla: string;

	beforeAll(async () => {
		real = await setUp({
			version,
			talkover: { agents: [{ id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' }] },
		});
		talkover = real.talkover;
	});

	afterAll(() => real.cleanUp());

	beforeEach(() => {
		talkover.reset();
		const agentId = 'sales-agent';
		callWithAna = talkover.startCall({ agentId, to: ANA, status: 'answered' }).id;
		callWithCarla = talkover.startCall({ agentId, to: CARLA, status: 'ringing' }).id;
	});

	/** Requests overlap: who is dialled first is left to chance. */
	const byNumber = () => [...talkover.placedCalls].sort((a, b) => a.to.localeCompare(b.to));
	const posts = () => talkover.requests.filter(({ method }) => method === 'POST');

	test(`"${checkBeforeCalling.name}" tells who is on a call, who is free, and which number is none`, async () => {
		const result = await real.server.client.run(checkBeforeCalling);
		expect(result.status).toBe('success');
		expect(result.json('On a Call Now')).toEqual([
			{ name: 'Ana Lima', call_id: callWithAna, call_status: 'answered' },
			{ name: 'Carla Souza', call_id: callWithCarla, call_status: 'ringing' },
		]);
		expect(result.json('Free to Call')).toEqual([
			{ name: 'Bruno Reis', phone: '+1 (555) 123-4502' },
			{ name: 'Davi Costa', phone: '+1 555.123.4504' },
		]);
		expect(result.json('Check by Hand')).toEqual([{ name: 'Elisa Melo', problem: ADVICE }]);
		expect(posts()).toEqual([]);
	});

	test(`"${callNewLeads.name}" calls who is free, once, and notes why the others are not called`, async () => {
		const result = await real.server.client.run(callNewLeads);
		expect(result.status).toBe('success');
		const placed = byNumber();
		expect(placed).toEqual([
			expect.objectContaining({
				to: BRUNO,
				payload: { customer_name: 'Bruno Reis' },
				context: { lead_id: 'L-2' },
			}),
			expect.objectContaining({ to: DAVI, context: { lead_id: 'L-3' } }),
		]);
		const [bruno, davi] = placed;
		expect(result.json('Save Call on the Lead')).toEqual([
			{ lead_id: 'L-2', call_id: bruno.id, call_status: 'initiated' },
			{ lead_id: 'L-3', call_id: davi.id, call_status: 'initiated' },
		]);
		expect(result.json('Save the Reason')).toEqual([
			{ lead_id: 'L-1', name: 'Ana Lima', call_id: callWithAna, reason: 'on_a_call' },
			{ lead_id: 'L-4', name: 'Bruno R.', call_id: bruno.id, reason: 'called_in_this_run' },
		]);
		expect(result.json('Check by Hand')).toEqual([
			{ lead_id: 'L-5', name: 'Elisa Melo', problem: ADVICE },
		]);
	});

	test(`"${callNewLeads.name}" has a person look at calls that may have been placed`, async () => {
		talkover.script({
			when: { method: 'POST' },
			times: Infinity,
			answer: { afterApi: true, status: 504, body: '' },
		});
		const [ana, bruno, davi] = [ANA, BRUNO, DAVI].map((to) => to.replace('123', '200'));
		talkover.startCall({ agentId: 'sales-agent', to: ana, status: 'answered' });
		const result = await real.server.client.run(withExchange(callNewLeads, 200));
		expect(byNumber().map(({ to }) => to)).toEqual([bruno, davi]);
		expect(result.json('Save Call on the Lead')).toEqual([]);
		const mayHaveBeenPlaced = (to: string) =>
			expect.stringContaining(`The call to ${to} may have been placed`);
		expect(result.json('Check by Hand')).toEqual([
			{ lead_id: 'L-2', name: 'Bruno Reis', problem: mayHaveBeenPlaced(bruno) },
			{ lead_id: 'L-3', name: 'Davi Costa', problem: mayHaveBeenPlaced(davi) },
			{ lead_id: 'L-4', name: 'Bruno R.', problem: mayHaveBeenPlaced(bruno) },
			expect.objectContaining({ lead_id: 'L-5' }),
		]);
	});

	test(`"${putCallOnRecord.name}" has each record's call beside the record's ID`, async () => {
		const result = await real.server.client.run(putCallOnRecord);
		expect(result.status).toBe('success');
		const call_started_at = expect.stringMatching(/^20/);
		expect(result.json('Update CRM Record')).toEqual([
			{ record_id: 'R-1', call_id: callWithAna, call_status: 'answered', call_started_at },
			{ record_id: 'R-3', call_id: callWithCarla, call_status: 'ringing', call_started_at },
		]);
		expect(result.json('No Call Now')).toEqual([expect.objectContaining({ record_id: 'R-2' })]);
		expect(result.json('Check by Hand')).toEqual([
			{ record_id: 'R-4', name: 'Elisa Melo', problem: ADVICE },
		]);
		expect(posts()).toEqual([]);
	});

	describe(`"${hangUp.name}"`, () => {
		const ended = () =>
			talkover.requests.filter(({ path }) => path.endsWith('/end-call')).map(({ body }) => body);

		test('ends the calls of closed deals, and no others', async () => {
			const result = await real.server.client.run(hangUp);
			expect(result.status).toBe('success');
			expect(ended()).toEqual([{ call_sid: callWithAna }]);
			expect(result.json('Note on the Deal')).toEqual([
				{ deal_id: 'D-1', call_id: callWithAna, call_already_over: false },
			]);
			expect(result.json('Nothing to Hang Up')).toEqual([
				expect.objectContaining({ deal_id: 'D-2' }),
			]);
			expect(result.json('Check by Hand')).toEqual([{ deal_id: 'D-4', problem: ADVICE }]);
		});

		test('tells of which deal a call could not be ended', async () => {
			talkover.script({ when: { method: 'POST' }, answer: { status: 500, body: 'Oh' } });
			const result = await real.server.client.run(hangUp);
			expect(result.json('Note on the Deal')).toEqual([]);
			expect(result.json('Check by Hand')).toContainEqual({
				deal_id: 'D-1',
				problem: expect.stringContaining(`The call "${callWithAna}" may have been ended`),
			});
		});

		test('is started by the CRM, once its webhook is activated', async () => {
			const { url, client } = real.server;
			const nodes = hangUp.nodes.map((node) => ({ ...node, disabled: false }));
			await client.activate(await client.createWorkflow({ ...hangUp, nodes, id: undefined }));
			const response = await fetch(`${url}/webhook/talkover-deal-changed`, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ deal_id: 'D-9', stage: 'closed', phone: ANA }),
			});
			expect(response.status).toBe(200);
			await until(() => ended().length > 0);
			expect(ended()).toEqual([{ call_sid: callWithAna }]);
		});
	});
});
