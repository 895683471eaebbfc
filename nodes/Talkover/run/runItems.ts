import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { InputError } from '../../../api/errors';
import { Clients } from './clients';
import { fullMessage, toNodeError } from '../../shared/nodeErrors';
import { findOperation } from '../operations';
import type { Operation } from '../operations/operation';
import { readRequestSettings } from '../operations/fields/options';
import { Once } from './once';
import { mapConcurrently } from './mapConcurrently';
import type { StepAside } from './mapConcurrently';
import { ParameterReader } from './parameterReader';
import { surfaceOf } from './surface';
import type { Surface } from './surface';

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
	const surface = surfaceOf(context);
	const fail = (thrown: unknown, index: number): INodeExecutionData => {
		const error = toNodeError(context.getNode(), thrown, index);
		if (!context.continueOnFail()) throw surface.toThrow(error);
		const content = surface.presentError(fullMessage(error), items[index]);
		return { ...content, pairedItem: { item: index } };
	};

	let run: Run;
	try {
		run = prepare(context, surface, items);
	} catch (error) {
		// It counts as an error of each item, so that On Error applies to it.
		return [items.map((_, index) => fail(error, index))];
	}
	const { operation, reader, clients, stop, once, concurrency } = run;

	const runItem = async (index: number, stepAside: StepAside): Promise<Routed[]> => {
		try {
			const client = await clients.of(index);
			const results = await operation.execute({
				client,
				parameters: reader.of(index),
				timeLimit: () => timeLimitOf(context),
				once: once.forItem(index, client, stepAside),
				finish: async (step) => {
					const lasting = client.withSignal(context.getExecutionCancelSignal());
					const pause = async (milliseconds: number) =>
						await stepAside(async () => await lasting.sleep(milliseconds));
					return await step(lasting, pause);
				},
			});
			// A copy, because items may share a result, and later nodes may change an item in place.
			return surface
				.present(structuredClone(results), operation, items[index])
				.map(([output, content]) => [output, { ...content, pairedItem: { item: index } }]);
		} catch (error) {
			if (!context.continueOnFail()) stop.abort();
			return [[0, fail(error, index)]];
		}
	};
	const results = (await mapConcurrently(items.length, concurrency, runItem)).flat();

	for (const hint of reader.hints()) surface.hint(hint);
	const { secondsWaited } = clients;
	if (secondsWaited > 0) surface.hint(`Waited ${secondsWaited} s for Talkover's rate limit.`);
	const { emptyHint } = operation;
	if (emptyHint && !results.some(([output]) => output === 0)) surface.hint(emptyHint(items.length));

	return Array.from({ length: surface.outputCount(operation) }, (_, output) =>
		results.filter(([index]) => index === output).map(([, item]) => item),
	);
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

/** @throws InputError when this n8n is too old */
function checkVersion({ isSupported }: Surface): void {
	if (isSupported) return;
	throw new InputError(
		'This n8n is too old for the Talkover node',
		'Update n8n: the node was tried in 1.100 and newer.',
	);
}

function prepare(context: IExecuteFunctions, surface: Surface, items: INodeExecutionData[]): Run {
	checkVersion(surface);
	const { knowsItem, memory } = surface;
	const reader = new ParameterReader(context, knowsItem ? items : undefined);
	const operation = findOperation(reader.read('resource', 0), reader.read('operation', 0));
	const settings = readRequestSettings(reader.of(0));
	const stop = new AbortController();
	const cancel = context.getExecutionCancelSignal();
	if (cancel?.aborted) stop.abort();
	cancel?.addEventListener('abort', () => stop.abort(), { once: true });
	const isBackground = operation.waits === true;
	const clients = new Clients({
		context,
		settings: { ...settings, isBackground, itemCount: items.length },
		knowsItem,
		mayShare: operation.sharesCredential === true,
		signal: stop.signal,
	});
	const concurrency = isBackground ? items.length : settings.maxParallelRequests;
	return { operation, reader, clients, stop, once: new Once(context, memory), concurrency };
}

function timeLimitOf(context: IExecuteFunctions): number {
	// In seconds; -1 if the workflow has none. n8n 1.100 has no such function, whatever its type says.
	const { executionTimeout = -1 } = context.getWorkflowSettings?.() ?? {};
	return executionTimeout > 0 ? executionTimeout * 1000 : Infinity;
}
