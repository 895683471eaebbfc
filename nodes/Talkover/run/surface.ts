import type { IDataObject, IExecuteFunctions, INodeExecutionData, NodeError } from 'n8n-workflow';
import { AI_TOOL } from '../../shared/connections';
import { fullMessage } from '../../shared/nodeErrors';
import type { Operation, Result } from '../operations/operation';

type Content = Pick<INodeExecutionData, 'json' | 'binary'>;

/** Where the node runs, and so who gets its results: the next nodes on the canvas, or an AI agent that has it as a tool. */
export interface Surface {
	/** Whether this n8n has everything that the node needs here. */
	isSupported: boolean;
	/** Whether n8n says which item the node runs for. A tool of AI Agent 2 gets all items of the agent, and has another `$json`. */
	knowsItem: boolean;
	/** How long one-time actions are remembered: see {@link Once}. */
	memory: 'run' | 'execution';
	outputCount(operation: Operation): number;
	/** What comes out for the results of an input item, and on which output. */
	present(
		results: Array<Result<string>>,
		operation: Operation,
		input: INodeExecutionData,
	): Array<[output: number, content: Content]>;
	/** What comes out for an item that failed, if the node is set to continue. */
	presentError(message: string, input: INodeExecutionData): Content;
	/** The error that ends the run. */
	toThrow(error: NodeError): NodeError;
	/** Tells the builder something about the whole run. */
	hint(message: string): void;
}

export function surfaceOf(context: IExecuteFunctions): Surface {
	// n8n-core 1.70 has no such function, whatever its type says.
	const outputs = context.getNodeOutputs?.() ?? [];
	const isTool = outputs.some(({ type }) => type === AI_TOOL);
	return isTool ? AGENT : canvas(context);
}

function canvas(context: IExecuteFunctions): Surface {
	return {
		// It came with n8n-core 1.79, after everything else that the node cannot do without.
		isSupported: typeof context.addExecutionHints === 'function',
		knowsItem: true,
		memory: 'run',
		outputCount: ({ outputs }) => Object.keys(outputs).length,
		present: (results, { outputs }, { json, binary }) => {
			const names = Object.keys(outputs);
			return results.map((result) => [
				names.indexOf(result.output),
				'passOn' in result ? withBinary(json, binary) : { json: result.json },
			]);
		},
		// The input item with the error as its field `error`. On the error output, n8n adds the other fields itself: an item with more
		// fields would be no error to it, and one with an error object would lose them (handleNodeErrorOutput and normalizeNodeErrors,
		// n8n-core 2.41.1 and 1.122).
		presentError: (error, { json, binary }) => {
			const fields = context.getNode().onError === 'continueErrorOutput' ? {} : json;
			return withBinary({ ...fields, error }, binary);
		},
		toThrow: (error) => error,
		hint: (message) => context.addExecutionHints({ message, location: 'outputPane' }),
	};
}

/** An AI agent sees one output only, takes an empty answer for a failure, and has no place for hints. */
const AGENT: Surface = {
	isSupported: true,
	knowsItem: false,
	memory: 'execution',
	outputCount: () => 1,
	present: (results, { emptyHint }) => {
		if (results.length === 0) {
			return [[0, { json: { count: 0, message: emptyHint?.(1) ?? 'There are none.' } }]];
		}
		return results.map((result) => [
			0,
			{ json: 'passOn' in result ? result.toolAnswer : (result.toolAnswer ?? result.json) },
		]);
	},
	presentError: (error) => ({ json: { error } }),
	// It gets only the message (AI Agent 3).
	toThrow: (error) => Object.assign(error, { message: fullMessage(error) }),
	hint: () => {},
};

function withBinary(json: IDataObject, binary: INodeExecutionData['binary']): Content {
	return binary ? { json, binary } : { json };
}
