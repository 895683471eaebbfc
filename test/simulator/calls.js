/** Of a call, as documented; the first three are the active ones. */
const callStatuses = /** @type {const} */ ([
	'initiated',
	'ringing',
	'answered',
	'completed',
	'failed',
	'busy',
	'no-answer',
]);
const activeStatuses = callStatuses.slice(0, 3);

/** @typedef {typeof callStatuses[number]} CallStatus */
/** @typedef {ReturnType<typeof showActiveCall>} ActiveCall A call as the API shows it while it is active. */
/**
 * @typedef {object} NewCall
 * @property {string} agentId
 * @property {string} to E.164
 * @property {CallStatus} [status] at the start; default `initiated`
 * @property {number} [ringsAfterMs] milliseconds after the start
 * @property {number} [answeredAfterMs]
 * @property {number} [endsAfterMs]
 */

/** One phone call. What it is at a moment is computed from that moment: no timer moves it on. */
class Call {
	/**
	 * @param {string} id
	 * @param {NewCall} plan
	 * @param {number} startedAt epoch milliseconds
	 */
	constructor(id, plan, startedAt) {
		this.id = id;
		this.agentId = plan.agentId;
		this.to = plan.to;
		this.startedAt = startedAt;
		/** @type {Array<{ at: number, status: CallStatus }>} */
		this.changes = [{ at: startedAt, status: checkStatus(plan.status ?? 'initiated') }];
		this.#changeAfter(plan.ringsAfterMs, 'ringing');
		this.#changeAfter(plan.answeredAfterMs, 'answered');
		this.#changeAfter(plan.endsAfterMs, 'completed');
		this.changes.sort((a, b) => a.at - b.at);
	}

	/**
	 * @param {number | undefined} delayMs
	 * @param {CallStatus} status
	 */
	#changeAfter(delayMs, status) {
		if (delayMs !== undefined) this.changes.push({ at: this.startedAt + delayMs, status });
	}

	/**
	 * The call is in this status from now on, whatever was planned for it.
	 *
	 * @param {CallStatus} status
	 * @param {number} now epoch milliseconds
	 */
	setStatus(status, now) {
		this.changes = [...this.#changesUntil(now), { at: now, status: checkStatus(status) }];
	}

	/**
	 * @param {number} now epoch milliseconds
	 * @returns {CallStatus}
	 */
	statusAt(now) {
		return this.#changesUntil(now).at(-1)?.status ?? 'initiated';
	}

	/** @param {number} now epoch milliseconds */
	isActiveAt(now) {
		return activeStatuses.includes(this.statusAt(now));
	}

	/**
	 * @param {number} now epoch milliseconds
	 * @returns {number} whole seconds of talking; 0 while nobody has answered
	 */
	durationAt(now) {
		const answered = this.#changesUntil(now).find(({ status }) => status === 'answered');
		return answered ? Math.floor((now - answered.at) / 1000) : 0;
	}

	/** @param {number} now */
	#changesUntil(now) {
		return this.changes.filter(({ at }) => at <= now);
	}
}

/**
 * @param {Call} call
 * @param {number} now epoch milliseconds
 */
function showActiveCall(call, now) {
	return {
		id: call.id,
		agent_id: call.agentId,
		to: call.to,
		status: call.statusAt(now),
		started_at: new Date(call.startedAt).toISOString().replace(/\.\d+/, ''),
		duration_seconds: call.durationAt(now),
	};
}

/**
 * @param {CallStatus} status
 * @returns {CallStatus}
 */
function checkStatus(status) {
	if (!callStatuses.includes(status)) throw new Error(`"${status}" is no status of a call`);
	return status;
}

module.exports = { Call, showActiveCall };
