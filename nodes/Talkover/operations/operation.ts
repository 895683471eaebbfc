import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { TalkoverClient } from '../../../api/http/client';
import type { ItemParameters } from './itemParameters';

export type Resource = 'call' | 'agent' | 'campaign' | 'phoneNumber' | 'webhookDelivery';

/** What must be known of an action that must not run twice. */
export interface OnceOptions<Done> {
	/** What is done to whom: items with the same key share one action. */
	key: string;
	/** Whether each item has its own action, even if others have the same key. */
	eachItem?: boolean;
	/**
	 * The value that the action sets, if it can be set back: then the action also runs after another value was set, and each time as
	 * a tool.
	 */
	value?: string;
	/** Whether something was done. If not, the next item with the key tries for itself. Left out if every result says so. */
	isDone?: (result: Done) => boolean;
}

/** One input item, as an operation sees it. */
export interface Item {
	parameters: ItemParameters;
	client: TalkoverClient;
	/**
	 * How long the workflow may run, in milliseconds: its setting Timeout Workflow, or Infinity. An operation that waits must not take
	 * longer, because n8n 1 in queue mode does not stop a node that runs (n8n#36343; seen in 1.123.81). No node knows when the execution
	 * began.
	 */
	timeLimit(): number;
	/**
	 * Runs an action once per key within one run: see {@link Once}.
	 *
	 * @param run the action. It returns plain JSON, because n8n saves the result with the execution.
	 * @returns `byThisItem`: whether the action ran for this item, rather than for another one with the same key
	 * @throws what the action throws, for all items with the key
	 */
	once<Done extends IDataObject>(
		action: OnceOptions<Done>,
		run: () => Promise<Done>,
	): Promise<{ result: Done; byThisItem: boolean }>;
	/**
	 * Runs a step that must not be left out once an action is done, such as a check of the call that was made. When another item fails
	 * and ends the run, `client` is stopped; the client of this step is stopped only when the execution is canceled.
	 *
	 * @param step its `pause`, in milliseconds, is time for other items, regardless of Max Parallel Requests
	 */
	finish<Done>(
		step: (client: TalkoverClient, pause: (milliseconds: number) => Promise<void>) => Promise<Done>,
	): Promise<Done>;
}

/** `true` for the name of an operation's only output, `false` for the names of several. */
type IsOnly<Output, All = Output> = Output extends All
	? [All] extends [Output]
		? true
		: false
	: never;

/** What an AI agent gets instead of the item: it cannot see which of several outputs a result is on. */
type ToolAnswer<Output extends string> =
	IsOnly<Output> extends true ? { toolAnswer?: IDataObject } : { toolAnswer: IDataObject };

/** One result of an operation for an item: a new item, or the input item, on one of the outputs. */
export type Result<Output extends string> =
	| ({ output: Output; json: IDataObject } & ToolAnswer<Output>)
	| {
			output: Output;
			/** The input item is passed on unchanged. */
			passOn: true;
			/** What an AI agent gets instead. */
			toolAnswer: IDataObject;
	  };

/** One operation of the node. It never catches, loops, pairs, retries or sees a status code: `runItems` and the client do. */
export interface Operation<Output extends string = string> {
	resource: Resource;
	value: string;
	name: string;
	/** The title in n8n's list of actions. For an AI agent, n8n makes the description of the tool from it: “… in Talkover”. */
	action: string;
	description: string;
	/** The node's outputs in order: key and name on the canvas. */
	outputs: Record<Output, string>;
	/** Tells a builder why the first output is empty, and an AI agent that there is no result. */
	emptyHint?: (items: number) => string;
	/**
	 * Whether all items may share one credential, if a sample of them has the same one: to read it for each item takes n8n longer than
	 * a lookup. Not for an operation that rings a phone.
	 */
	sharesCredential?: true;
	/** Whether all items run at the same time, regardless of Max Parallel Requests, and requests of other executions go first. */
	waits?: true;
	fields: INodeProperties[];
	execute(item: Item): Promise<Array<Result<NoInfer<Output>>>>;
}

/** Checks the results of an operation against its outputs: a wrong name does not compile. */
export function defineOperation<Output extends string>(operation: Operation<Output>): Operation {
	return operation;
}
