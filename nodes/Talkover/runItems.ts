import { NodeConnectionTypes } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, NodeError } from 'n8n-workflow';
import { isObject } from './client/answer';
import { TalkoverClient } from './client/client';
import { toNodeError } from './errors';
import type { Item, Operation, Result } from './operations/operation';
import { readRequestSettings } from './operations/options';
import { overlap } from './overlap';
import { ParameterReader } from './parameterReader';

/** A result on its way out: the output's index, and the item. */
type Routed = [output: number, item: INodeExecutionData];

/**
 * Runs an operation for every input item: the items overlap, and the results keep the order of the input. As an AI tool,
 * all results are on the one output.
 *
 * @returns one array of items per output of the operation
 * @throws NodeError for the first item that fails, unless the node is set to continue: then the item's error is its result
 */
export async function runItems(
	context: IExecuteFunctions,
	operation: Operation,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const isTool = context.getNodeOutputs().some(({ type }) => type === NodeConnectionTypes.AiTool);
	const run = await prepare(context, isTool ? undefined : items);
	const keys = Object.keys(operation.outputs);

	const runItem = async (index: number): Promise<Routed[]> => {
		try {
			if ('error' in run) throw run.error;
			const item: Item = {
				client: run.client,
				parameter: (name) => run.parameters.read(name, index),
			};
			const results = await operation.execute(item);
			return results.map((result) => [
				isTool ? 0 : keys.indexOf(result.output),
				{ ...content(result, items[index], isTool), pairedItem: { item: index } },
			]);
		} catch (thrown) {
			const error = toNodeError(context.getNode(), thrown, index);
			if (!context.continueOnFail()) throw error;
			return [[0, { json: { error: inOneString(error) }, pairedItem: { item: index } }]];
		}
	};

	const parallel = 'error' in run ? 1 : run.maxParallelRequests;
	const results = (await overlap(items.length, parallel, runItem)).flat();
	if (!('error' in run) && !isTool) addHints(context, operation, run.client, items.length, results);
	return (isTool ? ['tool'] : keys).map((_, output) =>
		results.filter(([index]) => index === output).map(([, item]) => item),
	);
}

/** What all items share. What fails here fails for each item, so that On Error has its way with it. */
async function prepare(context: IExecuteFunctions, items?: INodeExecutionData[]) {
	try {
		const parameters = new ParameterReader(context, items);
		const options = parameters.read('options', 0);
		const settings = readRequestSettings(isObject(options) ? options : {});
		const client = await TalkoverClient.open(context, settings);
		return { parameters, client, maxParallelRequests: settings.maxParallelRequests };
	} catch (error) {
		return { error };
	}
}

function content(
	result: Result<string>,
	{ json, binary }: INodeExecutionData,
	isTool: boolean,
): { json: IDataObject; binary?: INodeExecutionData['binary'] } {
	if (!('passOn' in result)) return { json: result.json };
	if (isTool) return { json: result.toolAnswer };
	return binary ? { json, binary } : { json };
}

/**
 * An error as n8n expects it of an item: a lone `error`, which it takes to the error output with the input item's fields
 * around it. With the error object beside it, those fields would be dropped (handleNodeErrorOutput and normalizeNodeErrors,
 * n8n-core 2.41.1 and 1.122), so that it has to be told in one string.
 */
function inOneString({ message, description }: NodeError): string {
	return description ? `${message}. ${description}` : message;
}

function addHints(
	context: IExecuteFunctions,
	{ emptyHint }: Operation,
	client: TalkoverClient,
	items: number,
	results: Routed[],
): void {
	const { secondsWaited } = client.pacer;
	if (secondsWaited > 0) {
		context.addExecutionHints({
			message: `Waited ${secondsWaited} s for Talkover's rate limit.`,
			location: 'outputPane',
		});
	}
	if (emptyHint && !results.some(([output]) => output === 0)) {
		context.addExecutionHints({ message: emptyHint(items), location: 'outputPane' });
	}
}
