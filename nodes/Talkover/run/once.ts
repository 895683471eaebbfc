import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { explanationOf, TalkoverError } from '../../../api/errors';
import type { Explanation } from '../../../api/errors';
import { getOrCreate } from '../../../api/getOrCreate';
import type { ActionResult, OnceResult } from '../operations/operation';

/** The outcome of a one-time action. Plain JSON, because n8n saves it with the execution. */
interface Outcome {
	/** Index of the item that it was done for. */
	item: number;
	/** The value that the action set, if any. */
	value?: string;
	/** What the action returned. */
	result?: IDataObject;
	failure?: {
		message: string;
		explanation: Explanation;
		/** ID of the client that was refused. Another token may have the permission. */
		clientId: string;
	};
}

type Outcomes = Record<string, Outcome>;

interface Memory {
	executionId: string;
	runIndex: number;
	outcomes: Outcomes;
}

interface Attempt {
	clientId: string;
	value?: string;
	outcome: Promise<Outcome | { skipped: unknown }>;
}

/** The running actions: as a tool, the node may run several times at once (AI Agent 2.2). */
const running = new WeakMap<Outcomes, Map<string, Attempt>>();

/** Run index of a tool, because n8n counts each call by the model and each retry as a run. */
const ANY_RUN = -1;

/**
 * Runs an action once per key within one run, however many items ask for it. A retry is the same run; each loop iteration is a
 * new one. As a tool, an action runs once per key in the whole execution.
 */
export class Once {
	private memory?: Outcomes;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly isTool: boolean,
	) {}

	/**
	 * @param key what the action is about
	 * @param value what it sets: see {@link Item.once}
	 * @param item index of the item that asks for it
	 * @param clientId of the client that sends it
	 * @throws what the action throws, for all items with the key. A refusal and an unknown outcome are remembered; after any other
	 * error, the next run tries again.
	 */
	async do<Result extends ActionResult>(
		{ key, value }: { key: string; value?: string },
		item: number,
		clientId: string,
		action: () => Promise<Result>,
	): Promise<OnceResult<Result>> {
		this.memory ??= recall(this.context, this.isTool);
		const memory = this.memory;
		const byKey = getOrCreate(running, memory, () => new Map<string, Attempt>());
		for (let other = byKey.get(key); other; other = byKey.get(key)) {
			const isSame = other.clientId === clientId && other.value === value;
			await other.outcome.catch((error: unknown) => {
				if (isSame) throw error;
			});
		}

		const known = outcomeFor(memory, key, clientId);
		const isNew = !known || known.value !== value || (this.isTool && value !== undefined);
		if (isNew) {
			const attempt = { clientId, value, outcome: run(item, clientId, action) };
			byKey.set(key, attempt);
			try {
				const outcome = await attempt.outcome;
				if ('skipped' in outcome) return outcome as OnceResult<Result>;
				memory[key] = { ...outcome, value };
			} finally {
				byKey.delete(key);
			}
		}

		const outcome = memory[key];
		if (outcome.failure) {
			const { message, explanation } = outcome.failure;
			throw new TalkoverError(message, explanation);
		}
		// A copy, because later nodes may change an item in place.
		const done = structuredClone(outcome.result);
		const byThisItem = this.isTool ? isNew : outcome.item === item;
		return { done, byThisItem } as unknown as OnceResult<Result>;
	}
}

/** The remembered outcome, unless it is the refusal of another client. */
function outcomeFor(memory: Outcomes, key: string, clientId: string): Outcome | undefined {
	const outcome = Object.hasOwn(memory, key) ? memory[key] : undefined;
	const { failure } = outcome ?? {};
	return failure && failure.explanation.outcome === 'refused' && failure.clientId !== clientId
		? undefined
		: outcome;
}

async function run(
	item: number,
	clientId: string,
	action: () => Promise<ActionResult>,
): Promise<Outcome | { skipped: unknown }> {
	return await action().then(
		(result) => ('skipped' in result ? result : { item, result: result.done }),
		(error: unknown) => ({ item, failure: readFailure(error, clientId) }),
	);
}

/** @throws the error, unless it is a refusal or an unknown outcome */
function readFailure(error: unknown, clientId: string): Outcome['failure'] {
	const { outcome } = explanationOf(error);
	if (!(error instanceof TalkoverError) || (outcome !== 'refused' && outcome !== 'unknown'))
		throw error;
	const { message, explanation } = error;
	return { message, explanation, clientId };
}

/** The node's context lives as long as the execution, and passes to an execution that retries it (n8n 2.41.1 and 1.123.81). */
function recall(context: IExecuteFunctions, isTool: boolean): Outcomes {
	const store = context.getContext('node') as { once?: Memory };
	const executionId = context.getExecutionId();
	const runIndex = isTool ? ANY_RUN : (context.getWorkflowDataProxy(0).$runIndex as number);
	const { once } = store;
	if (once?.runIndex === runIndex && once.executionId === executionId) return once.outcomes;
	const before = once?.runIndex === runIndex ? Object.entries(once.outcomes) : [];
	// Before a retry of a whole execution, somebody may have removed the reason for a refusal.
	const outcomes = before.filter(([, { failure }]) => failure?.explanation.outcome !== 'refused');
	store.once = { executionId, runIndex, outcomes: Object.fromEntries(outcomes) };
	return store.once.outcomes;
}
