import type { IExecuteFunctions } from 'n8n-workflow';
import type { TalkoverClient } from '../../../api/http/client';
import { TalkoverError } from '../../../api/errors';
import type { Explanation } from '../../../api/errors';
import { getOrCreate } from '../../../api/getOrCreate';
import type { Item, OnceOptions } from '../operations/operation';
import type { StepAside } from './mapConcurrently';

/** The outcome of a one-time action. Plain JSON, because n8n saves it with the execution. */
interface Outcome {
	/** Index of the item that it was done for. Left out if outcomes are remembered for an execution, in which indexes repeat. */
	item?: number;
	/** The value that the action set, if any. */
	value?: string;
	/** What the action returned. */
	result?: unknown;
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
	end: Promise<unknown>;
}

/** The running actions: as a tool, the node may run several times at once (AI Agent 2.2). */
const running = new WeakMap<Outcomes, Map<string, Attempt>>();

/** Run index of a whole execution. */
const ANY_RUN = -1;

/**
 * Runs an action once per key within one run, however many items ask for it. A retry is the same run; each loop iteration is a
 * new one. As a tool, an action runs once per key in the whole execution, because n8n counts each call by the model and each retry as
 * a run. But what was refused there may be tried again: the model may have corrected what was wrong.
 */
export class Once {
	private memory?: Outcomes;

	/** @param scope how long outcomes are remembered */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly scope: 'run' | 'execution',
	) {}

	/**
	 * What runs the actions of one item. An unknown outcome is remembered, and a refusal within a run; after any other error, the next
	 * item or run tries again.
	 *
	 * @param client the item's, which sends the actions
	 * @param stepAside for the wait for another item's action, which may itself need a free place to go on
	 */
	forItem(index: number, client: TalkoverClient, stepAside: StepAside): Item['once'] {
		return async (action, run) => {
			const key = `${client.installation} ${action.key}${action.eachItem ? ` ${index}` : ''}`;
			return await this.do({ ...action, key }, run, { index, clientId: client.id, stepAside });
		};
	}

	private async do<Done>(
		{ key, value, isDone = () => true }: OnceOptions<Done>,
		run: () => Promise<Done>,
		{ index, clientId, stepAside }: { index: number; clientId: string; stepAside: StepAside },
	): Promise<{ result: Done; byThisItem: boolean }> {
		this.memory ??= recall(this.context, this.scope);
		const memory = this.memory;
		const attempts = getOrCreate(running, memory, () => new Map<string, Attempt>());
		for (let other = attempts.get(key); other; other = attempts.get(key)) {
			const isSame = other.clientId === clientId && other.value === value;
			const { end } = other;
			await stepAside(async () => await end).catch((error: unknown) => {
				if (isSame) throw error;
			});
		}

		const item = this.scope === 'run' ? index : undefined;
		const known = findOutcome(memory, key, clientId);
		if (known && known.value === value) {
			return { result: resultOf(known) as Done, byThisItem: known.item === index };
		}

		const remember = (outcome: Pick<Outcome, 'result' | 'failure'>) => {
			// Within an execution, somebody else may set another value.
			if (this.scope === 'run' || value === undefined) memory[key] = { item, value, ...outcome };
		};
		const end = run().then(
			(result) => {
				if (isDone(result)) remember({ result });
				return result;
			},
			(error: unknown) => {
				const failure = readFailure(error, clientId);
				const isRefused = failure?.explanation.outcome === 'refused';
				if (failure && (this.scope === 'run' || !isRefused)) remember({ failure });
				throw error;
			},
		);
		attempts.set(key, { clientId, value, end });
		try {
			return { result: await end, byThisItem: true };
		} finally {
			attempts.delete(key);
		}
	}
}

/** The remembered outcome, unless it is the refusal of another client. */
function findOutcome(memory: Outcomes, key: string, clientId: string): Outcome | undefined {
	const outcome = Object.hasOwn(memory, key) ? memory[key] : undefined;
	const { failure } = outcome ?? {};
	return failure && failure.explanation.outcome === 'refused' && failure.clientId !== clientId
		? undefined
		: outcome;
}

/** @throws the error that the action threw */
function resultOf({ result, failure }: Outcome): unknown {
	if (!failure) return result;
	throw new TalkoverError(failure.message, failure.explanation);
}

/** Undefined unless the error is a refusal or an unknown outcome. */
function readFailure(error: unknown, clientId: string): Outcome['failure'] {
	if (!(error instanceof TalkoverError)) return undefined;
	const { message, explanation } = error;
	const isFinal = explanation.outcome === 'refused' || explanation.outcome === 'unknown';
	return isFinal ? { message, explanation, clientId } : undefined;
}

/** The node's context lives as long as the execution, and passes to an execution that retries it (n8n 2.41.1 and 1.123.81). */
function recall(context: IExecuteFunctions, scope: 'run' | 'execution'): Outcomes {
	const store = context.getContext('node') as { once?: Memory };
	const executionId = context.getExecutionId();
	const runIndex =
		scope === 'run' ? (context.getWorkflowDataProxy(0).$runIndex as number) : ANY_RUN;
	const { once } = store;
	if (once?.runIndex === runIndex && once.executionId === executionId) return once.outcomes;
	const before = once?.runIndex === runIndex ? Object.entries(once.outcomes) : [];
	// Before a retry of a whole execution, somebody may have removed the reason for a refusal.
	const outcomes = before.filter(([, { failure }]) => failure?.explanation.outcome !== 'refused');
	store.once = { executionId, runIndex, outcomes: Object.fromEntries(outcomes) };
	return store.once.outcomes;
}
