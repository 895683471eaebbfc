import { afterEach, expect, test } from '@jest/globals';
import { ExecuteContext } from 'n8n-core';
import { runOperation } from '../../helpers/runOperation';
import { mockWire } from '../../helpers/talkover';

mockWire();

/** Takes functions from nodes that an older n8n does not have. Such an engine cannot be installed beside this one. */
const prototype = ExecuteContext.prototype as unknown as Record<string, unknown>;
const { addExecutionHints } = prototype;
afterEach(() => {
	prototype.addExecutionHints = addExecutionHints;
});

test('an n8n that is too old is named as the reason, and nothing is requested', async () => {
	delete prototype.addExecutionHints;
	const { error } = await runOperation('call.makeCall');
	expect(error).toMatchObject({
		message: 'This n8n is too old for the Talkover node',
		description: expect.stringContaining('Update n8n'),
	});
});
