const { showTime } = require('./time');

/** @typedef {import('./calls').Call} Call */

/**
 * @param {Call} call
 * @param {number} now epoch milliseconds
 * @returns the call in the format of get-active-call
 */
function showActiveCall(call, now) {
	return {
		id: call.id,
		agent_id: call.agentId,
		to: call.to,
		status: call.statusAt(now),
		started_at: showTime(call.startedAt),
		duration_seconds: call.durationAt(now),
	};
}

/**
 * @param {Call} call
 * @param {number} now epoch milliseconds
 * @returns the call in the format of the lists, without its agent
 */
function showCall(call, now) {
	return {
		id: call.id,
		sid: call.sid,
		to: call.to,
		to_formatted: formatPhone(call.to),
		from: call.from,
		from_formatted: formatPhone(call.from),
		is_testing: call.isTesting,
		direction: call.direction,
		status: call.statusAt(now),
		duration: call.durationAt(now),
		created_at: showTime(call.startedAt),
		updated_at: showTime(call.updatedAt(now)),
	};
}

/**
 * @param {string} phone E.164
 * @returns {string} its last ten digits in the North American format; the number itself if it has fewer
 */
function formatPhone(phone) {
	return phone.replace(/^\+\d*(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');
}

module.exports = { showActiveCall, showCall };
