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

type Outcomes = Record<string, Outcome>;

interface Memory {
	executionId: string;
	runIndex: number;
	outcomes: Outcomes;
}

export interface Done<Result> {
	result: Result;
	/** Whether it was this item that had it done, rather than another one with the same key. */
	byThisItem: boolean;
}

/** What is being done: as a tool, the node may run several times at once (AI Agent 2.2). */
const underWay = new WeakMap<Outcomes, Map<string, Promise<Outcome>>>();

/** As a tool, each call of the model and each try is a run to n8n. */
const ANY_RUN = -1;

/**
 * Sees to it that something is done once for a key in one run of the node, however many items ask for it and however they
 * overlap: also when Retry On Fail runs the node again, or somebody retries the failed execution. A later round of a loop is
 * another run. As a tool, it is once in the whole execution.
 */
export class Once {
	private memory?: Outcomes;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly isTool: boolean,
	) {}

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
		this.memory ??= recall(this.context, this.isTool);
		const pending = underWay.get(this.memory) ?? new Map<string, Promise<Outcome>>();
		underWay.set(this.memory, pending);
		const isNew = !pending.has(key) && !Object.hasOwn(this.memory, key);
		if (isNew) {
			const doing = remember(this.memory, key, item, deed).finally(() => pending.delete(key));
			pending.set(key, doing);
		}
		const outcome = (await pending.get(key)) ?? this.memory[key];
		if (outcome.failure) {
			const { isUncertain, message, explanation } = outcome.failure;
			throw new (isUncertain ? UncertainError : RefusedError)(message, explanation);
		}
		// A copy, since nodes further on may change an item in place.
		const result = structuredClone(outcome.result) as Result;
		return { result, byThisItem: this.isTool ? isNew : outcome.item === item };
	}
}

async function remember(
	memory: Outcomes,
	key: string,
	item: number,
	deed: () => Promise<IDataObject | undefined>,
): Promise<Outcome> {
	const outcome: Outcome = await deed().then(
		(result) => ({ item, result }),
		(error: unknown) => ({ item, failure: readFailure(error) }),
	);
	if (outcome.result || outcome.failure) memory[key] = outcome;
	return outcome;
}

function readFailure(error: unknown): Outcome['failure'] {
	if (!(error instanceof RefusedError || error instanceof UncertainError)) throw error;
	const { message, explanation } = error;
	return { isUncertain: error instanceof UncertainError, message, explanation };
}

/** The node's context lives as long as the execution, and goes on in one that retries it (n8n 2.41.1 and 1.123.81). */
function recall(context: IExecuteFunctions, isTool: boolean): Outcomes {
	const store = context.getContext('node') as { once?: Memory };
	const executionId = context.getExecutionId();
	const runIndex = isTool ? ANY_RUN : (context.getWorkflowDataProxy(0).$runIndex as number);
	const { once } = store;
	if (once?.runIndex === runIndex && once.executionId === executionId) return once.outcomes;
	const before = once?.runIndex === runIndex ? Object.entries(once.outcomes) : [];
	// Who retries a whole execution may have removed the reason of a refusal.
	const outcomes = before.filter(([, { failure }]) => !failure || failure.isUncertain);
	store.once = { executionId, runIndex, outcomes: Object.fromEntries(outcomes) };
	return store.once.outcomes;
}
