import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { TalkoverClient } from '../../../api/client';
import type { ActionResult, OnceResult } from '../run/once';

/** One input item, as an operation sees it. */
export interface Item {
	/**
	 * The value of a parameter for this item.
	 *
	 * @param name also of an option: `options.defaultCountry`
	 * @param fallback what to give where the parameter is not set, as an option may be
	 */
	parameter(name: string, fallback?: unknown): unknown;
	/** The same for all items: a parameter as it is saved, with its expressions. */
	rawParameter(name: string): unknown;
	client: TalkoverClient;
	/**
	 * Runs an action once per key within one run: see {@link Once.do}.
	 *
	 * @param of whether the items with the same key share it, or each has its own
	 */
	once<Result extends ActionResult>(
		key: string,
		of: 'allItems' | 'thisItem',
		action: () => Promise<Result>,
	): Promise<OnceResult<Result>>;
}

/** What an operation gives for an item: something new, or the item itself on one of the outputs. */
export type Result<Output extends string> =
	| {
			output: Output;
			json: IDataObject;
			/** What an AI agent is told in its place, where it could not tell the outputs apart. */
			toolAnswer?: IDataObject;
	  }
	| {
			output: Output;
			/** The input item goes on as it came. */
			passOn: true;
			/** What an AI agent is told in its place. */
			toolAnswer: IDataObject;
	  };

/**
 * One entry of the table: everything there is to know of an operation. It never catches, loops, pairs, retries or sees a
 * status code; `runItems` and the client do.
 */
export interface Operation<Output extends string = string> {
	resource: string;
	value: string;
	name: string;
	/** Also what an AI agent is told that the tool does: n8n adds “in Talkover”. */
	action: string;
	description: string;
	/** The node's outputs in order: key and name on the canvas. */
	outputs: Record<Output, string>;
	/** What to tell a builder who finds the first output empty, or an AI agent that gets no result. */
	emptyHint?: (items: number) => string;
	/**
	 * One reading of the credential may serve all items if a sample of them agrees: reading it for each item takes n8n longer than a
	 * whole lookup. Not for what rings a phone.
	 */
	sharesCredential?: true;
	fields: INodeProperties[];
	execute(item: Item): Promise<Array<Result<Output>>>;
}

/** Checks an operation's outputs against its results; a wrong name does not compile. */
export function defineOperation<Output extends string>(operation: Operation<Output>): Operation {
	return operation;
}
