import { expect, jest, test } from '@jest/globals';
import { ExecuteContext } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import { runOperation } from '../../helpers/runOperation';
import { mockWire } from '../../helpers/talkover';
import { withoutFunctions } from '../../helpers/withoutFunctions';

mockWire();

test.each([
	['n8n-core 1.75', ['addExecutionHints']],
	['n8n-core 1.70', ['addExecutionHints', 'getNodeOutputs']],
])('%s is named as the reason, and nothing is requested', async (_, missing) => {
	const run = async () => await runOperation('call.makeCall');
	const { error } = await withoutFunctions(ExecuteContext, missing, run);
	expect(error).toMatchObject({
		message: 'This n8n is too old for the Talkover node',
		description: expect.stringContaining('Update n8n'),
	});
});

test('n8n-workflow 1.82, which has no NodeConnectionTypes, can load both nodes', async () => {
	jest.doMock('n8n-workflow', () => ({ ...n8nWorkflow, NodeConnectionTypes: undefined }));
	await jest.isolateModulesAsync(async () => {
		const { Talkover } = await import('../../../nodes/Talkover/Talkover.node');
		const { TalkoverTrigger } = await import('../../../nodes/TalkoverTrigger/TalkoverTrigger.node');
		expect(new Talkover().description.inputs).toEqual(['main']);
		expect(new TalkoverTrigger().description.outputs).toEqual(['main']);
	});
	jest.dontMock('n8n-workflow');
});
