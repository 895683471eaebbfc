import { expect, test } from '@jest/globals';
import { ExecuteContext } from 'n8n-core';
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
