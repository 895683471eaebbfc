const { isActive } = require('./calls');

/** @typedef {import('./calls').Call} Call */

/** How long to wait at most before reading the clock again, because a test's clock may jump. */
const MAX_SLEEP_MS = 60_000;

/** Notifies the webhooks of the agents when calls end, planned or not. */
class CallEnds {
	/** @type {Set<Call>} */
	#active = new Set();
	/** @type {NodeJS.Timeout | undefined} */
	#timer;

	/**
	 * @param {import('./deliveries').Deliveries} deliveries
	 * @param {() => number} now the clock, in epoch milliseconds
	 */
	constructor(deliveries, now) {
		this.deliveries = deliveries;
		this.now = now;
	}

	/** @param {Call} call that starts; a call that starts with a final status sends no event */
	watch(call) {
		if (isActive(call.changes[0].status)) this.#active.add(call);
		this.notice();
	}

	/** Sends the events of calls that have ended since the last time, and schedules the next planned end. */
	notice() {
		const now = this.now();
		let next = Infinity;
		for (const call of this.#active) {
			if (call.endsAt > now) {
				next = Math.min(next, call.endsAt);
			} else {
				this.#active.delete(call);
				this.#tell(call);
			}
		}
		clearTimeout(this.#timer);
		if (next === Infinity) return;
		// The timer must not keep the process alive.
		this.#timer = setTimeout(() => this.notice(), Math.min(next - now, MAX_SLEEP_MS)).unref();
	}

	/** Sends no events for the current calls. */
	forgetCalls() {
		this.#active.clear();
		clearTimeout(this.#timer);
	}

	/**
	 * The body is not documented, except for ID and duration in an example of a log, and that the context comes back.
	 *
	 * @param {Call} call
	 */
	#tell(call) {
		const duration = call.durationAt(call.endsAt);
		const connected = duration > 0 || call.statusAt(call.endsAt) === 'completed';
		const event = connected ? 'event_phone_call_ended' : 'event_phone_call_did_not_connect';
		const body = { call_id: call.id, duration, context: call.context };
		// Not awaited: the request that ends a call does not wait for deliveries.
		void this.deliveries.deliver({ agent_id: call.agentId }, event, body);
	}
}

module.exports = { CallEnds };
