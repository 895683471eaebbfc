import { describe, expect, test } from '@jest/globals';
import { addQuestion } from '../../dev/demo/talkover.cts';
import { versions } from '../../dev/n8n/versions.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import { example } from '../helpers/e2e/example.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';

const goOn = { ...example('call-and-go-on-when-ended'), id: undefined };
const putTranscript = { ...example('put-transcript-on-crm-record'), id: undefined };
const answerAgent = { ...example('answer-the-agent-during-a-call'), id: undefined };

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/';

describe.each(versions)('in n8n %s, the example', (version) => {
	const stage = new TriggerStage({ version });

	/** Waits for the end of the workflow's only execution. */
	async function resultOf(workflowId: string) {
		await until(async () => (await stage.client.endedExecutions(workflowId)) === 1);
		const [{ id }] = await stage.client.executions(workflowId);
		return await stage.client.executionResult(id);
	}

	describe(`"${goOn.name}"`, () => {
		/** Delivers an event to the example. */
		async function deliver(body: unknown) {
			const id = await stage.createActive(goOn);
			expect(await stage.statuses(body)).toEqual([200]);
			return await resultOf(id);
		}

		test.each([
			['at the top', (context: object) => ({ call_id: 'c1', context })],
			['in the call', (context: object) => ({ call: { id: 'c1', context } })],
		])('resumes with a Context %s', async (_, bodyWith) => {
			const context = { resume_url: stage.log.url };
			const { status } = await deliver(bodyWith(context));
			expect(status).toBe('success');
			expect(stage.logged).toEqual([{ ...bodyWith(context), context }]);
		});

		test('does nothing, visibly, for a call with another Context', async () => {
			const result = await deliver({ call_id: 'c1', context: { lead_id: 'L-1' } });
			expect(result.status).toBe('success');
			expect(result.json('Nobody Waits')).toMatchObject([{ call_id: 'c1' }]);
			expect(stage.logged).toEqual([]);
		});

		test('fails with the event for one without a Context', async () => {
			const { status, error } = await deliver({ call_id: 'c1', duration: 45 });
			expect(status).toBe('error');
			expect(error?.message).toBe(
				'The event has no Context of a call, so nobody knows which workflow waits for it: {"call_id":"c1","duration":45}',
			);
		});
	});

	describe(`"${putTranscript.name}"`, () => {
		const event = 'event_call_transcript';
		const context = { record_id: 'R-7', note: 'Ana' };
		const lines = [{ speaker: 'agent', text: 'Olá, é a Bianca.' }];

		/** Delivers an event of the campaign to the example. */
		async function deliver(name: string, body: unknown) {
			const nodes = structuredClone(putTranscript.nodes);
			nodes[1].parameters.campaignId = { __rl: true, mode: 'id', value: 'spring' };
			const id = await stage.createActive({ ...putTranscript, nodes });
			const attempts = await stage.talkover.deliver(name, { campaignId: 'spring', body });
			expect(attempts.map(({ status }) => status)).toEqual([200]);
			const result = await resultOf(id);
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
				{
					type: event,
					data: { call: { id: 'c1', context: JSON.stringify(context) }, text: 'Olá' },
				},
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

	describe(`"${answerAgent.name}"`, () => {
		/** Activates the example, with another node that looks up the order, if one is given. */
		const activate = async (lookUp: object = {}) => {
			const nodes = answerAgent.nodes.map((node) =>
				node.name === 'Look Up the Order' ? { ...node, ...lookUp } : node,
			);
			await stage.createActive({ ...answerAgent, nodes });
		};

		/** Makes a call in which the agent asks. */
		const call = () => {
			stage.talkover.startCall({
				agentId: 'sales-agent',
				to: '+15551234501',
				...outcome('completed', 60_000),
				answeredAfterMs: 0,
			});
		};

		/** @returns what the agent is told */
		const told = async () => {
			await until(() => stage.talkover.actionRuns[0]?.status);
			const [{ status, answer = '' }] = stage.talkover.actionRuns;
			expect(status).toBe(200);
			return JSON.parse(answer);
		};

		test('answers while the person is on the phone', async () => {
			await activate();
			addQuestion(stage.talkover, stage.server.url);
			call();
			expect(await told()).toEqual({
				found: true,
				order_number: 'A-17',
				status: 'on its way, arrives on Thursday',
			});
		});

		test.each([
			[
				'an unknown order',
				{ 'order number': 'B-1' },
				{ found: false, order_number: 'B-1', status: 'no such order' },
			],
			[
				'a question without a number',
				{ 'customer name': 'Ana' },
				{ found: false, status: expect.stringContaining('No order number came') },
			],
		])('has an answer for %s', async (_, inputs, answer) => {
			await activate();
			const url = `${stage.server.url}/webhook/talkover-order-status`;
			stage.talkover.addAction({ agentId: 'sales-agent', url, inputs: { ...inputs } });
			call();
			expect(await told()).toEqual(answer);
		});

		test('has an answer if the node that looks up the order finds nothing', async () => {
			await activate({ type: 'n8n-nodes-base.limit', typeVersion: 1, parameters: { maxItems: 0 } });
			addQuestion(stage.talkover, stage.server.url);
			call();
			expect(await told()).toEqual({
				found: false,
				order_number: 'A-17',
				status: 'no such order',
			});
		});

		test.each([
			[
				'fails',
				{ type: 'n8n-nodes-base.httpRequest', typeVersion: 4.3, parameters: { url: NOWHERE } },
			],
			[
				'throws',
				{
					type: 'n8n-nodes-base.stopAndError',
					typeVersion: 1,
					parameters: { errorMessage: 'The system is down' },
				},
			],
		])('has an answer if the node that looks up the order %s', async (_, broken) => {
			await activate(broken);
			addQuestion(stage.talkover, stage.server.url);
			call();
			expect(await told()).toMatchObject({
				found: false,
				status: expect.stringContaining('cannot be looked up now'),
			});
		});
	});
});
