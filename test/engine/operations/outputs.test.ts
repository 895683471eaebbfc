import { expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import { hostOf } from '../../helpers/engine';
import type { WorkflowFile } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import type { OperationName } from '../../helpers/runOperation';
import firstVersion from '../../helpers/workflows/firstVersion.json';

/** The node's outputs as n8n draws them: with their names, if it has several. */
function outputsOf(file: WorkflowFile) {
	const { workflow } = hostOf(file);
	const node = workflow.nodes.Talkover;
	const { description } = workflow.nodeTypes.getByNameAndVersion(node.type);
	return NodeHelpers.getNodeOutputs(workflow, node, description).map((output) =>
		typeof output === 'string' ? output : (output.displayName ?? output.type),
	);
}

test.each<[OperationName, string[]]>([
	['call.makeCall', ['Called', 'Skipped']],
	['call.endCall', ['main']],
])('%s has its outputs, and one as an AI tool', (name, outputs) => {
	expect(outputsOf(operationWorkflow(name))).toEqual(outputs);
	const type = 'n8n-nodes-talkover.talkoverTool';
	expect(outputsOf(operationWorkflow(name, { type }))).toEqual(['ai_tool']);
});

test('a workflow saved before the node had other operations keeps its outputs', () => {
	const file = structuredClone(firstVersion) as unknown as WorkflowFile;
	const node = file.nodes.find(({ name }) => name === 'Talkover');
	expect(Object.keys(node?.parameters ?? {})).toEqual(['agentId', 'phone', 'options']);
	expect(outputsOf(file)).toEqual(['Active', 'Not Found']);
	Object.assign(node ?? {}, { onError: 'continueErrorOutput' });
	expect(outputsOf(file)).toEqual(['Active', 'Not Found', 'Error']);
});
