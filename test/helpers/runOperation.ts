import { NodeHelpers } from 'n8n-workflow';
import type { IConnections, IDataObject, INode, INodeParameters } from 'n8n-workflow';
import nock from 'nock';
import { getOrCreate } from '../../api/getOrCreate';
import type { Resource } from '../../nodes/Talkover/operations/operation';
import { withFastClock } from './clock.cts';
import { hostOf, runWorkflow } from './engine';
import type { Run, RunOptions, WorkflowFile } from './engine';
import { ana } from './talkover';

/** An operation of the node, by its names in a saved workflow: `resource.operation`. */
export type OperationName = `${Resource}.${string}`;

/** Settings of the node, as n8n saves them. */
type Settings = Partial<
	Pick<INode, 'type' | 'credentials' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>
> & { onError?: string };

export interface OperationOptions extends Settings {
	/** Parameters of the node; the others are {@link PARAMETERS}. */
	parameters?: IDataObject;
	/** Nodes after the Talkover node evaluate no expression: for tests with very many items. */
	plainOutputs?: boolean;
}

/** n8n drops those that an operation does not have. */
const PARAMETERS = {
	agentId: { __rl: true, mode: 'id', value: 'agent-1' },
	campaignId: { __rl: true, mode: 'id', value: 'campaign-1' },
	phone: '={{ $json.phone }}',
	callId: '={{ $json.call }}',
	filters: {},
	options: {},
};

const ANA = { ...ana.json, call: 'call-1' };

/** Works only with the link from a result to its contact, which the next node of a real workflow needs too. */
const NAME_AND_ID = "={{ $('Contacts').item.json.name + ': ' + ($json.id ?? $json.phone) }}";

const node = (name: string, type: string, parameters: IDataObject = {}): INode => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters: parameters as INodeParameters,
});

const to = (name: string) => [{ node: name, type: 'main' as const, index: 0 }];

/**
 * A workflow with one operation: Contacts → Talkover → one node for each output, with the name of the output. An operation's
 * only output leads to "Result", the error output to "Failed".
 */
export function operationWorkflow(
	name: OperationName,
	{ parameters, plainOutputs = false, ...settings }: OperationOptions = {},
): WorkflowFile {
	const [resource, operation] = name.split('.');
	const talkover = node('Talkover', 'n8n-nodes-talkover.talkover', {
		resource,
		operation,
		...PARAMETERS,
		...parameters,
	});
	const credentials = { talkoverApi: { id: '1', name: 'Talkover account' } };
	const outputs = outputNames(talkover);
	return {
		nodes: [
			node('Contacts', 'n8n-nodes-base.manualTrigger'),
			{ ...talkover, credentials, ...(settings as Partial<INode>) },
			...outputs.map((output) =>
				plainOutputs
					? node(output, 'n8n-nodes-base.noOp')
					: node(output, 'test.expression', { value: NAME_AND_ID }),
			),
			node('Failed', 'n8n-nodes-base.noOp'),
		],
		connections: {
			Contacts: { main: [to('Talkover')] },
			Talkover: { main: [...outputs, 'Failed'].map(to) },
		} as IConnections,
	};
}

/** By the parameters of the node. n8n evaluates an expression for them, which takes longer than many a test. */
const outputsOf = new Map<string, string[]>();

/** The names of the outputs on the canvas. */
function outputNames(talkover: INode): string[] {
	const parameters = JSON.stringify(talkover.parameters);
	return getOrCreate(outputsOf, parameters, () => readOutputNames(talkover));
}

function readOutputNames(talkover: INode): string[] {
	const { workflow } = hostOf({ nodes: [talkover], connections: {} });
	const { description } = workflow.nodeTypes.getByNameAndVersion(talkover.type);
	return NodeHelpers.getNodeOutputs(workflow, workflow.nodes.Talkover, description).map((output) =>
		typeof output === 'string' ? 'Result' : (output.displayName ?? 'Result'),
	);
}

/**
 * Runs one operation in n8n-core's engine, for Ana or the given items. With a mocked wire, pauses pass at once: see
 * {@link withFastClock}. Runs that overlap need one `withFastClock` around them.
 */
export async function runOperation(
	name: OperationName,
	{
		items = [{ json: ANA }],
		credential,
		credentialDelay,
		workflowId,
		settings,
		onStart,
		...options
	}: OperationOptions & RunOptions = {},
): Promise<Run> {
	const file = operationWorkflow(name, options);
	const run = async () =>
		await runWorkflow(file, { items, credential, credentialDelay, workflowId, settings, onStart });
	return nock.isActive() ? (await withFastClock(run)).value : await run();
}
