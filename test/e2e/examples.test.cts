import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { example } from '../helpers/e2e/example.cts';
import { setUp } from '../helpers/e2e/setUp.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';

const checkBeforeCalling = example('check-before-calling');
const hangUp = example('hang-up-when-deal-closed');
const putCallOnRecord = example('put-call-on-crm-record');

const ANA = '+15551234501';
const CARLA = '+15551234503';
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
