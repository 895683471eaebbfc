import { expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import { hostOf } from '../../helpers/engine';
import { workflowOf } from '../../helpers/talkover';
import endCall from '../../helpers/workflows/endCall.json';
import getActiveCall from '../../helpers/workflows/getActiveCall.json';
import getAgent from '../../helpers/workflows/getAgent.json';
import getManyAgents from '../../helpers/workflows/getManyAgents.json';
import getManyCalls from '../../helpers/workflows/getManyCalls.json';
import getManyCampaigns from '../../helpers/workflows/getManyCampaigns.json';
import makeCall from '../../helpers/workflows/makeCall.json';
import makeCampaignCall from '../../helpers/workflows/makeCampaignCall.json';

/** The node's outputs as n8n draws them: with their names, if it has several. */
function outputsOf(file: object, changes?: Parameters<typeof workflowOf>[1]) {
	const { workflow } = hostOf(workflowOf(file, changes));
	const node = workflow.nodes.Talkover;
	const { description } = workflow.nodeTypes.getByNameAndVersion(node.type);
	return NodeHelpers.getNodeOutputs(workflow, node, description).map((output) =>
		typeof output === 'string' ? output : (output.displayName ?? output.type),
	);
}

test.each<[string, object, string[]]>([
	['End Call', endCall, ['main']],
	['Get an agent', getAgent, ['main']],
	['Get Many of agents', getManyAgents, ['main']],
	['Get Many of calls', getManyCalls, ['main']],
	['Get Many of campaigns', getManyCampaigns, ['main']],
	['Make Call', makeCall, ['Called', 'Skipped']],
	['Make Campaign Call', makeCampaignCall, ['Queued', 'Duplicate']],
])('%s', (_, file, outputs) => {
	expect(outputsOf(file)).toEqual(outputs);
	expect(outputsOf(file, { type: 'n8n-nodes-talkover.talkoverTool' })).toEqual(['ai_tool']);
});

test('a workflow saved before the node had other operations keeps its outputs', () => {
	const saved = getActiveCall.nodes.find(({ name }) => name === 'Talkover');
	expect(Object.keys(saved?.parameters ?? {})).toEqual(['agentId', 'phone', 'options']);
	expect(outputsOf(getActiveCall)).toEqual(['Active', 'Not Found']);
	const onError = 'continueErrorOutput';
	expect(outputsOf(getActiveCall, { onError })).toEqual(['Active', 'Not Found', 'Error']);
});
