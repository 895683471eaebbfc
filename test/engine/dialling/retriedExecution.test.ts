import { expect, test } from '@jest/globals';
import { WorkflowExecute } from 'n8n-core';
import { createEmptyRunExecutionData } from 'n8n-workflow';
import type { INode, IRunExecutionData } from 'n8n-workflow';
import nock from 'nock';
import { BASE_URL, hostOf } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { contact, createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();

test('an execution that is stopped during its call and then retried does not call twice', async () => {
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(404, NO_CALL);
	let dialled = 0;
	let arrived = () => {};
	const underWay = new Promise<void>((resolve) => {
		arrived = resolve;
	});
	nock(BASE_URL)
		.persist()
		.post('/agents/agent-1/call')
		.reply((_uri, _body, done) => {
			dialled++;
			if (dialled === 1) arrived();
			else done(null, [200, { success: true, data: createdCall(phoneOf(9)) }]);
		});
	const file = operationWorkflow('call.makeCall');
	const first = hostOf(file);
	const execute = new WorkflowExecute(
		first.additionalData,
		'manual',
		createEmptyRunExecutionData(),
	);
	const running = execute.run({
		workflow: first.workflow,
		startNode: first.workflow.getNode('Contacts') as INode,
		pinData: { Contacts: [contact('Davi', phoneOf(9))] },
	});
	await underWay;
	running.cancel();
	const stopped = await running;
	// n8n saves this, and gives it to the retry.
	const saved = JSON.parse(JSON.stringify(stopped.data)) as IRunExecutionData;
	const stack = saved.executionData?.nodeExecutionStack ?? [];
	expect(stack.map(({ node }) => node.name)).toEqual(['Talkover']);
	const runData = saved.resultData.runData.Talkover ?? [];
	if (runData.at(-1)?.error) runData.pop();
	const second = hostOf(file);
	second.additionalData.executionId = '2';
	await new WorkflowExecute(second.additionalData, 'retry', saved).processRunExecutionData(
		second.workflow,
	);
	expect(dialled).toBe(1);
});
