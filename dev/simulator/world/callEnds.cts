import { isActive } from './calls.cts';
import type { Call } from './calls.cts';
import type { Deliveries } from './deliveries.cts';

/** How long to wait at most before reading the clock again, because a test's clock may jump. */
const MAX_SLEEP_MS = 60_000;

/** Notifies the webhooks of the agents when calls end, planned or not. */
export class CallEnds {
	readonly #active = new Set<Call>();
	/** None of them ends before this time. Each request asks, and most need not look at all calls. */
	#next = Infinity;
	#timer?: NodeJS.Timeout;

	/** @param now the clock, in epoch milliseconds */
	constructor(
		private readonly deliveries: Deliveries,
		private readonly now: () => number,
	) {}

	/** @param call that starts; a call that starts with a final status sends no event */
	watch(call: Call): void {
		if (isActive(call.firstStatus)) this.#active.add(call);
		this.replan(call);
	}

	/** @param call that is new, or whose planned end has changed */
	replan(call: Call): void {
		this.#next = Math.min(this.#next, call.endsAt);
		this.notice();
	}

	/** Sends the events of calls that have ended since the last time, and schedules the next planned end. */
	notice(): void {
		const now = this.now();
		if (this.#next <= now) this.#tellEnded(now);
		clearTimeout(this.#timer);
		if (this.#next === Infinity) return;
		const milliseconds = Math.min(this.#next - now, MAX_SLEEP_MS);
		// The timer must not keep the process alive.
		this.#timer = setTimeout(() => this.notice(), milliseconds).unref();
	}

	#tellEnded(now: number): void {
		this.#next = Infinity;
		for (const call of this.#active) {
			if (call.endsAt > now) {
				this.#next = Math.min(this.#next, call.endsAt);
			} else {
				this.#active.delete(call);
				this.#tell(call);
			}
		}
	}

	/** Sends no events for the current calls. */
	forgetCalls(): void {
		this.#active.clear();
		this.#next = Infinity;
		clearTimeout(this.#timer);
	}

	/** The body is not documented, except for ID and duration in an example of a log, and that the context comes back. */
	#tell(call: Call): void {
		const duration = call.durationAt(call.endsAt);
		const isConnected = duration > 0 || call.statusAt(call.endsAt) === 'completed';
		const event = isConnected ? 'event_phone_call_ended' : 'event_phone_call_did_not_connect';
		const body = { call_id: call.id, duration, context: call.plan.context };
		// Not awaited: the request that ends a call does not wait for deliveries.
		void this.deliveries.deliver({ agent_id: call.agentId }, event, body);
	}
}
