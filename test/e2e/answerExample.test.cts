import { describe, expect, test } from '@jest/globals';
import { addQuestion } from '../../dev/demo/talkover.cts';
import { versions } from '../../dev/n8n/versions.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import { example } from '../helpers/e2e/example.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/';

const answerAgent = { ...example('answer-the-agent-during-a-call'), id: undefined };

describe.each(versions)(`in n8n %s, the example "${answerAgent.name}"`, (version) => {
	const stage = new TriggerStage({ version });

	/** Makes a call in which the agent asks. */
	const call = () => {
		stage.talkover.startCall({
			agentId: 'sales-agent',
			to: '+15551234501',
			...outcome('completed', 60_000),
			answeredAfterMs: 0,
		});
	};

	/** @returns what the agent is told in its nth call */
	const told = async (nth: number) => {
		await until(() => stage.talkover.actionRuns[nth - 1]?.status);
		const { status, answer = '' } = stage.talkover.actionRuns[nth - 1];
		expect(status).toBe(200);
		return JSON.parse(answer);
	};

	test('answers while the person is on the phone', async () => {
		await stage.createActive(answerAgent);
		addQuestion(stage.talkover, stage.server.url);
		call();
		expect(await told(1)).toEqual({
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
		await stage.createActive(answerAgent);
		const url = `${stage.server.url}/webhook/talkover-order-status`;
		stage.talkover.addAction({ agentId: 'sales-agent', url, inputs: { ...inputs } });
		call();
		expect(await told(1)).toEqual(answer);
	});

	test('has an answer if the node that looks up the order finds nothing', async () => {
		const nothing = { type: 'n8n-nodes-base.limit', typeVersion: 1, parameters: { maxItems: 0 } };
		const nodes = answerAgent.nodes.map((node) =>
			node.name === 'Look Up the Order' ? { ...node, ...nothing } : node,
		);
		await stage.createActive({ ...answerAgent, nodes });
		addQuestion(stage.talkover, stage.server.url);
		call();
		expect(await told(1)).toEqual({ found: false, order_number: 'A-17', status: 'no such order' });
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
		const nodes = answerAgent.nodes.map((node) =>
			node.name === 'Look Up the Order' ? { ...node, ...broken } : node,
		);
		await stage.createActive({ ...answerAgent, nodes });
		addQuestion(stage.talkover, stage.server.url);
		call();
		expect(await told(1)).toMatchObject({
			found: false,
			status: expect.stringContaining('cannot be looked up now'),
		});
	});
});
