/** The documented statuses of a call; the first three are active. */
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
const directions = /** @type {const} */ (['inbound', 'outbound']);

/** @typedef {typeof callStatuses[number]} CallStatus */
/** @typedef {Exclude<CallStatus, 'initiated' | 'ringing' | 'answered'>} FinalStatus */
/** @typedef {typeof directions[number]} Direction */
/**
 * @typedef {object} NewCall
 * @property {string} agentId
 * @property {string} to E.164
 * @property {string} [from] E.164; default +15550199999
 * @property {Direction} [direction] default `outbound`; the person is at `to`, but at `from` if the call is inbound
 * @property {boolean} [isTesting] default false
 * @property {CallStatus} [status] at the start; default `initiated`
 * @property {number} [delayMs] milliseconds from the start until the number is dialled; default 0
 * @property {number} [ringsAfterMs] milliseconds after dialling, like the next two
 * @property {number} [answeredAfterMs]
 * @property {number} [endsAfterMs]
 * @property {FinalStatus} [endsAs] default `completed`
 * @property {unknown} [context] comes back in its events
 */

/** One phone call. Its status is computed from the time, without timers. */
class Call {
	/**
	 * @param {number} number of the call in its environment, from 1
	 * @param {NewCall} plan
	 * @param {number} startedAt epoch milliseconds
	 */
	constructor(number, plan, startedAt) {
		this.id = `call_${String(number).padStart(6, '0')}`;
		/** The ID of the telephony provider. It differs from `id`, so that a test notices if one is used for the other. */
		this.sid = `TQ${String(number).padStart(9, '0')}`;
		this.agentId = plan.agentId;
		this.to = plan.to;
		this.from = plan.from ?? '+15550199999';
		this.direction = plan.direction ?? 'outbound';
		this.isTesting = plan.isTesting ?? false;
		this.context = plan.context;
		this.startedAt = startedAt;
		/** @type {Array<{ at: number, status: CallStatus }>} */
		this.changes = [{ at: startedAt, status: checkStatus(plan.status ?? 'initiated') }];
		const dialledAt = startedAt + (plan.delayMs ?? 0);
		this.#changeAt(dialledAt, plan.ringsAfterMs, 'ringing');
		this.#changeAt(dialledAt, plan.answeredAfterMs, 'answered');
		this.#changeAt(dialledAt, plan.endsAfterMs, plan.endsAs ?? 'completed');
		this.changes.sort((a, b) => a.at - b.at);
	}

	/**
	 * @param {number} dialledAt epoch milliseconds
	 * @param {number | undefined} afterMs
	 * @param {CallStatus} status
	 */
	#changeAt(dialledAt, afterMs, status) {
		if (afterMs === undefined) return;
		this.changes.push({ at: dialledAt + afterMs, status: checkStatus(status) });
	}

	/** The number of the person, who may have called or been called. */
	get phone() {
		return this.direction === 'inbound' ? this.from : this.to;
	}

	/**
	 * Changes the status, and drops all planned changes.
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
		return this.#lastChange(now)?.status ?? 'initiated';
	}

	/**
	 * @param {number} now epoch milliseconds
	 * @returns {number} epoch milliseconds of the last change
	 */
	updatedAt(now) {
		return this.#lastChange(now)?.at ?? this.startedAt;
	}

	/** Epoch milliseconds; `Infinity` if no end is planned. */
	get endsAt() {
		return this.changes.find(({ status }) => !isActive(status))?.at ?? Infinity;
	}

	/** @param {number} now epoch milliseconds */
	isActiveAt(now) {
		return isActive(this.statusAt(now));
	}

	/**
	 * @param {number} now epoch milliseconds
	 * @returns {number} whole seconds since the answer; 0 if nobody has answered
	 */
	durationAt(now) {
		const answered = this.#changesUntil(now).find(({ status }) => status === 'answered');
		if (!answered) return 0;
		const until = this.isActiveAt(now) ? now : this.updatedAt(now);
		return Math.floor((until - answered.at) / 1000);
	}

	/** @param {number} now */
	#lastChange(now) {
		return this.#changesUntil(now).at(-1);
	}

	/** @param {number} now */
	#changesUntil(now) {
		return this.changes.filter(({ at }) => at <= now);
	}
}

/** @param {CallStatus} status */
function isActive(status) {
	return activeStatuses.includes(status);
}

/**
 * @param {CallStatus} status
 * @returns {CallStatus} the given status
 * @throws {Error} if it is unknown
 */
function checkStatus(status) {
	if (!callStatuses.includes(status)) throw new Error(`"${status}" is not a status of a call`);
	return status;
}

module.exports = { Call, callStatuses, checkStatus, directions, isActive };
