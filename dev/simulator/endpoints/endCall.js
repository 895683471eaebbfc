const { membersOf } = require('../callBody');
const { envelopes, validationFailed } = require('../envelopes');
const { showTime } = require('../time');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id: agentId }, body }, { environment }) => {
	if (!environment.agent(agentId)) return envelopes.agentNotFound;
	// Despite its name, it takes the ID of the call.
	const { call_sid: id } = membersOf(body);
	if (typeof id !== 'string' || !id) {
		return validationFailed({ call_sid: ['The call sid field is required.'] });
	}

	const call = environment.calls.find((candidate) => candidate.id === id);
	if (call?.agentId !== agentId) return envelopes.callNotFound;
	if (!call.isActiveAt(environment.now())) return envelopes.callNotActive;

	environment.setCallStatus(id, 'completed');
	const data = {
		id,
		status: call.statusAt(call.endsAt),
		ended_at: showTime(call.endsAt),
		ended_reason: 'ended_by_api',
	};
	return { status: 200, body: { success: true, data } };
};
