import { push } from './push.cts';
import type { Call } from './calls.cts';

/** An action of an agent: it sends what it has heard to a server while it talks, and uses the answer (endpoints/create-action). */
export interface Action {
	agentId: string;
	url: string;
	/** What the agent sends, by the name of the input: letters and spaces. */
	inputs: Record<string, string | number | boolean>;
}

/** One request of an action, in one call. */
export interface ActionRun {
	callId: string;
	/** Of the answer; undefined before it. */
	status?: number;
	/** The body of the answer. */
	answer?: string;
	/** Why there is no answer. */
	error?: string;
}

/** Nothing documents how long an agent waits for an answer. */
const TIMEOUT_MS = 10_000;

/** Runs the actions of an agent when a call of it is answered. */
export class Actions {
	/** In the order of their start. */
	readonly runs: ActionRun[] = [];
	#actions: Action[] = [];
	#underway = new AbortController();

	/** @param now the clock, in epoch milliseconds */
	constructor(private readonly now: () => number) {}

	add(action: Action): void {
		this.#actions.push(action);
	}

	/** @param call that starts */
	watch(call: Call): void {
		if (call.answeredAt === Infinity || this.#ofAgent(call).length === 0) return;
		const { signal } = this.#underway;
		const ask = () => {
			if (signal.aborted || call.statusAt(this.now()) !== 'answered') return;
			for (const action of this.#ofAgent(call)) void this.#run(action, call, signal);
		};
		// The timer must not keep the process alive.
		setTimeout(ask, Math.max(0, call.answeredAt - this.now())).unref();
	}

	#ofAgent({ agentId }: Call): Action[] {
		return this.#actions.filter((action) => action.agentId === agentId);
	}

	/** Neither the body nor its type is documented: this sends the inputs as one flat JSON object. */
	async #run({ url, inputs }: Action, call: Call, signal: AbortSignal): Promise<void> {
		const run: ActionRun = { callId: call.id };
		this.runs.push(run);
		const request = {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(inputs),
			timeoutMs: TIMEOUT_MS,
			signal,
		};
		await push(url, request).then(
			({ status, body }) => Object.assign(run, { status, answer: body }),
			(error: Error) => (run.error = error.message),
		);
	}

	/** Cancels running requests, and forgets all actions and runs. */
	reset(): void {
		this.#underway.abort();
		this.#underway = new AbortController();
		this.#actions = [];
		this.runs.length = 0;
	}
}
