const { isActive } = require('./calls');

/** @typedef {import('./calls').Call} Call */

/** The clock is not left unread for longer than this: it may be one that jumps. */
const MAX_SLEEP_MS = 60_000;

/** Tells the webhooks of the agents when calls end, by plan or not. */
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

	/** @param {Call} call that is starting; nobody is told of one whose first status is a final one */
	watch(call) {
		if (isActive(call.changes[0].status)) this.#active.add(call);
		this.notice();
	}

	/** Tells of the calls that have ended since the last time, and does so again when the next one is to end. */
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
		// It must not keep a process alive whose work is done.
		this.#timer = setTimeout(() => this.notice(), Math.min(next - now, MAX_SLEEP_MS)).unref();
	}

	/** Nobody is told of the calls that there are. */
	forgetCalls() {
		this.#active.clear();
		clearTimeout(this.#timer);
	}

	/**
	 * What the body holds is not documented, but for the ID and the duration in an example of a log, and that the context comes back.
	 *
	 * @param {Call} call
	 */
	#tell(call) {
		const duration = call.durationAt(call.endsAt);
		const connected = duration > 0 || call.statusAt(call.endsAt) === 'completed';
		const event = connected ? 'event_phone_call_ended' : 'event_phone_call_did_not_connect';
		const body = { call_id: call.id, duration, context: call.context };
		// Nobody who ends a call waits for those who want to know of it.
		void this.deliveries.deliver({ agent_id: call.agentId }, event, body);
	}
}

module.exports = { CallEnds };
