import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { RefusedError, UncertainError } from './errors';
import type { TalkoverError } from './errors';

/** What became of something that must not happen twice. Plain JSON, since n8n saves it with the execution. */
interface Outcome {
	/** The item that it was done for. */
	item: number;
	/** What the deed gave; left out if it found no need. */
	result?: IDataObject;
	failure?: { isUncertain: boolean; message: string; explanation: TalkoverError['explanation'] };
}

interface Memory {
	executionId: string;
	runIndex: number;
	outcomes: Record<string, Outcome>;
}

export interface Done<Result> {
	result: Result;
	/** Whether it was this item that had it done, rather than another one with the same key. */
	byThisItem: boolean;
}

/**
 * Sees to it that something is done once for a key in one run of the node, however many items ask for it and however they
 * overlap: also when Retry On Fail runs the node again, or somebody retries the failed execution. A later round of a loop is
 * another run.
 */
export class Once {
	private readonly underWay = new Map<string, Promise<Outcome>>();
	private memory?: Memory['outcomes'];

	constructor(private readonly context: IExecuteFunctions) {}

	/**
	 * @param key what it is done for
	 * @param item index of the item that asks
	 * @param deed what is to be done; gives undefined when it finds no need
	 * @throws what the deed throws, for all items with the key. That it was refused, or that nobody knows whether it happened, is
	 * remembered; after any other error, the next run tries again.
	 */
	async do<Result extends IDataObject | undefined>(
		key: string,
		item: number,
		deed: () => Promise<Result>,
	): Promise<Done<Result>> {
		let pending = this.underWay.get(key);
		if (!pending) {
			pending = this.recallOrDo(key, item, deed);
			this.underWay.set(key, pending);
		}
		const outcome = await pending;
		if (outcome.failure) {
			const { isUncertain, message, explanation } = outcome.failure;
			throw new (isUncertain ? UncertainError : RefusedError)(message, explanation);
		}
		// A copy, since nodes further on may change an item in place.
		const result = structuredClone(outcome.result) as Result;
		return { result, byThisItem: outcome.item === item };
	}

	private async recallOrDo(
		key: string,
		item: number,
		deed: () => Promise<IDataObject | undefined>,
	): Promise<Outcome> {
		this.memory ??= recall(this.context);
		if (Object.hasOwn(this.memory, key)) return this.memory[key];
		const outcome = await deed().then(
			(result) => ({ item, result }),
			(error: unknown) => ({ item, failure: readFailure(error) }),
		);
		if (!('result' in outcome) || outcome.result) this.memory[key] = outcome;
		return outcome;
	}
}

function readFailure(error: unknown): Outcome['failure'] {
	if (!(error instanceof RefusedError || error instanceof UncertainError)) throw error;
	const { message, explanation } = error;
	return { isUncertain: error instanceof UncertainError, message, explanation };
}

/** The node's context lives as long as the execution, and goes on in one that retries it (n8n 2.41.1). */
function recall(context: IExecuteFunctions): Memory['outcomes'] {
	const store = context.getContext('node') as { once?: Memory };
	const executionId = context.getExecutionId();
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	const before = store.once?.runIndex === runIndex ? store.once : undefined;
	const outcomes = Object.entries(before?.outcomes ?? {}).filter(
		// Who retries a whole execution may have removed the reason of a refusal.
		([, { failure }]) => before?.executionId === executionId || !failure || failure.isUncertain,
	);
	store.once = { executionId, runIndex, outcomes: Object.fromEntries(outcomes) };
	return store.once.outcomes;
}
