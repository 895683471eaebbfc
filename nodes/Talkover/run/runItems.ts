import { NodeConnectionTypes } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Clients } from './clients';
import { fullMessage, toNodeError } from '../../shared/nodeErrors';
import { findOperation } from '../operations/description';
import type { Item, Operation, Result } from '../operations/operation';
import { readRequestSettings } from '../operations/fields/options';
import { Once } from './once';
import { mapConcurrently } from './mapConcurrently';
import { ParameterReader } from './parameterReader';

/** An item, and the index of its output. */
type Routed = [output: number, item: INodeExecutionData];

/**
 * Runs the node's operation for every input item. Items run concurrently, and the results keep the order of the input. As an AI tool,
 * the node has a single output for all results.
 *
 * @returns one array of items per output of the operation
 * @throws NodeError for the first item that fails, unless the node is set to continue: then the item's error is its result
 */
export async function runItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const isTool = context.getNodeOutputs().some(({ type }) => type === NodeConnectionTypes.AiTool);
	// An error here counts as an error of each item, so that On Error applies to it.
	const run = tryTo(() => prepare(context, isTool, items));
	const outputs = isTool || 'error' in run ? ['all'] : Object.keys(run.operation.outputs);

	const runItem = async (index: number): Promise<Routed[]> => {
		try {
			if ('error' in run) throw run.error;
			const client = await run.clients.of(index);
			const item: Item = {
				client,
				timeLimit: () => timeLimitOf(context),
				once: run.once.forItem(index, client),
				parameters: run.reader.of(index),
			};
			const results = await run.operation.execute(item);
			// An AI agent takes an empty answer for a failure.
			if (isTool && results.length === 0) return [[0, nothingFound(run.operation, index)]];
			return results.map((result) => [
				isTool ? 0 : outputs.indexOf(result.output),
				{ ...content(result, items[index], isTool), pairedItem: { item: index } },
			]);
		} catch (thrown) {
			const error = toNodeError(context.getNode(), thrown, index);
			if (!context.continueOnFail()) {
				if (!('error' in run)) run.stop.abort();
				// An AI agent gets only the message of an error (AI Agent 3).
				if (isTool) error.message = fullMessage(error);
				throw error;
			}
			const message = fullMessage(error);
			const failed = isTool
				? { json: { error: message } }
				: withError(context, items[index], message);
			return [[0, { ...failed, pairedItem: { item: index } }]];
		}
	};

	const concurrency = 'error' in run ? 1 : run.concurrency;
	const results = (await mapConcurrently(items.length, concurrency, runItem)).flat();
	if (!('error' in run) && !isTool) addHints(context, run, items.length, results);
	return outputs.map((_, output) =>
		results.filter(([index]) => index === output).map(([, item]) => item),
	);
}

function tryTo<T>(step: () => T): T | { error: unknown } {
	try {
		return step();
	} catch (error) {
		return { error };
	}
}

/** What all items share. */
interface Run {
	operation: Operation;
	reader: ParameterReader;
	clients: Clients;
	/** Ends the run: for n8n's cancel button, and when an item fails. */
	stop: AbortController;
	once: Once;
	/** How many items run at the same time, at most. */
	concurrency: number;
}

function prepare(context: IExecuteFunctions, isTool: boolean, items: INodeExecutionData[]): Run {
	const reader = new ParameterReader(context, isTool ? undefined : items);
	const operation = findOperation(reader.read('resource', 0), reader.read('operation', 0));
	const settings = readRequestSettings(reader.of(0));
	const stop = new AbortController();
	const cancel = context.getExecutionCancelSignal();
	if (cancel?.aborted) stop.abort();
	cancel?.addEventListener('abort', () => stop.abort(), { once: true });
	const mayShare = operation.sharesCredential === true;
	const isBackground = operation.waits === true;
	const clients = new Clients(
		context,
		{ ...settings, isBackground, itemCount: items.length },
		mayShare,
		isTool,
		stop.signal,
	);
	const once = new Once(context, isTool ? 'execution' : 'run');
	const concurrency = isBackground ? items.length : settings.maxParallelRequests;
	return { operation, reader, clients, stop, once, concurrency };
}

function timeLimitOf(context: IExecuteFunctions): number {
	// In seconds; -1 if the workflow has none.
	const { executionTimeout = -1 } = context.getWorkflowSettings();
	return executionTimeout > 0 ? executionTimeout * 1000 : Infinity;
}

function content(
	result: Result<string>,
	{ json, binary }: INodeExecutionData,
	isTool: boolean,
): { json: IDataObject; binary?: INodeExecutionData['binary'] } {
	if (isTool && result.toolAnswer) return { json: result.toolAnswer };
	if (!('passOn' in result)) return { json: result.json };
	return binary ? { json, binary } : { json };
}

/**
 * The input item with the error as its field `error`. On the error output, n8n adds the other fields itself: an item with more fields
 * would be no error to it, and one with an error object would lose them (handleNodeErrorOutput and normalizeNodeErrors, n8n-core 2.41.1
 * and 1.122).
 */
function withError(
	context: IExecuteFunctions,
	{ json, binary }: INodeExecutionData,
	error: string,
): { json: IDataObject; binary?: INodeExecutionData['binary'] } {
	const fields = context.getNode().onError === 'continueErrorOutput' ? {} : json;
	return { json: { ...fields, error }, ...(binary && { binary }) };
}

function nothingFound({ emptyHint }: Operation, index: number): INodeExecutionData {
	const message = emptyHint?.(1) ?? 'There are none.';
	return { json: { count: 0, message }, pairedItem: { item: index } };
}

function addHints(
	context: IExecuteFunctions,
	{ operation: { emptyHint }, clients }: Run,
	items: number,
	results: Routed[],
): void {
	const { secondsWaited } = clients;
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
