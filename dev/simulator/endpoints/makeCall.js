const { membersOf, optionErrors } = require('../callBody');
const { envelopes, validationFailed, withDetails } = require('../envelopes');
const { isE164 } = require('../phone');
const { showCall } = require('../showCall');
const { showTime } = require('../time');

/** @typedef {import('../calls').Call} Call */

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id: agentId }, body }, { environment, callAnswer }) => {
	const agent = environment.agent(agentId);
	if (!agent) return withDetails(envelopes.agentNotFoundCoded, { agent_id: agentId });
	if (agent.current_status !== 'published') return envelopes.agentInactive;

	const members = membersOf(body);
	const { to } = members;
	if (to === undefined || to === null || to === '') return envelopes.missingPhoneNumber;
	if (typeof to !== 'string' || !isE164(to)) {
		return withDetails(envelopes.invalidPhoneNumber, { field: 'to', value: to });
	}
	const errors = optionErrors(members, ['payload', 'context', 'delay_seconds', 'is_testing']);
	if (Object.keys(errors).length) return validationFailed(errors);

	const call = environment.placeCall(agentId, { ...members, to });
	return { status: 200, body: shapes[callAnswer](call, environment.now()) };
};

/** @type {Record<import('../routes').CallAnswer, (call: Call, now: number) => object>} */
const shapes = {
	wrapped: (call, now) => ({ success: true, data: { id: call.id, ...created(call, now) } }),
	flat: (call, now) => ({ call_id: call.id, ...created(call, now), estimated_duration: 120 }),
	bare: showCall,
};

/**
 * @param {Call} call
 * @param {number} now epoch milliseconds
 */
function created(call, now) {
	return {
		agent_id: call.agentId,
		to: call.to,
		status: call.statusAt(now),
		created_at: showTime(call.startedAt),
	};
}
