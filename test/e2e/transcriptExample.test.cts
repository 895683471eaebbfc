import { describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { example } from '../helpers/e2e/example.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';
import type { RunResult } from '../../dev/n8n/runResult.cts';

const putTranscript = example('put-transcript-on-crm-record');
const event = 'event_call_transcript';
const context = { record_id: 'R-7', note: 'Ana' };
const lines = [{ speaker: 'agent', text: 'Olá, é a Bianca.' }];

describe.each(versions)(`in n8n %s, the example "${putTranscript.name}"`, (version) => {
	const stage = new TriggerStage({ version });

	/** Delivers an event of the campaign, and waits for the end of its execution. */
	async function deliver(name: string, body: unknown): Promise<RunResult> {
		const nodes = structuredClone(putTranscript.nodes);
		nodes[1].parameters.campaignId = { __rl: true, mode: 'id', value: 'spring' };
		const id = await stage.createActive({ ...putTranscript, nodes, id: undefined });
		const attempts = await stage.talkover.deliver(name, { campaignId: 'spring', body });
		expect(attempts.map(({ status }) => status)).toEqual([200]);
		await until(async () => (await stage.client.endedExecutions(id)) === 1);
		const [{ id: execution }] = await stage.client.executions(id);
		const result = await stage.client.executionResult(execution);
		expect(result.status).toBe('success');
		return result;
	}

	test.each<[string, unknown, string, object]>([
		[
			'with the context at the top',
			{ event, call_id: 'c1', transcript: lines, context },
			event,
			{ event, call_id: 'c1', transcript: lines, context },
		],
		[
			'with the context as text in the call, and the transcript as text',
			{ type: event, data: { call: { id: 'c1', context: JSON.stringify(context) }, text: 'Olá' } },
			event,
			{
				type: event,
				data: { call: { id: 'c1', context: JSON.stringify(context) }, text: 'Olá' },
				event,
				context,
			},
		],
		[
			'that is a list',
			[{ line: 1, text: 'Olá' }, { call: { context } }],
			'',
			{ data: [{ line: 1, text: 'Olá' }, { call: { context } }], context },
		],
	])('puts a body %s on the record, whole', async (_, body, named, whole) => {
		const result = await deliver(event, body);
		const [{ record_id, event: shown, body: saved }] = result.json('Update CRM Record');
		expect([record_id, shown]).toEqual(['R-7', named]);
		expect(JSON.parse(String(saved))).toEqual(whole);
		expect(result.runData).not.toHaveProperty('Check by Hand');
	});

	test.each([
		['no context', { call_id: 'c1', summary: 'Wants a call' }],
		['another context', { call_id: 'c1', context: { lead_id: 'L-1' } }],
	])('has a person look at a report with %s, with the whole body', async (_, body) => {
		const result = await deliver('event_call_report', body);
		const [{ problem, body: saved }] = result.json('Check by Hand');
		expect(problem).toContain('nobody knows which record');
		expect(JSON.parse(String(saved))).toEqual(body);
		expect(result.runData).not.toHaveProperty('Update CRM Record');
	});
});
