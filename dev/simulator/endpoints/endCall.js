const { membersOf } = require('../callBody');
const { envelopes, validationFailed } = require('../envelopes');
const { showTime } = require('../time');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id: agentId }, body }, { environment, deliveries }) => {
	if (!environment.agent(agentId)) return envelopes.agentNotFound;
	// The id of the call, whatever the name says.
	const { call_sid: id } = membersOf(body);
	if (typeof id !== 'string' || !id) {
		return validationFailed({ call_sid: ['The call sid field is required.'] });
	}

	const call = environment.calls.find((candidate) => candidate.id === id);
	if (call?.agentId !== agentId) return envelopes.callNotFound;
	const now = environment.now();
	if (!call.isActiveAt(now)) return envelopes.callNotActive;

	call.setStatus('completed', now);
	// Nobody who ends a call waits for those who want to know of it.
	void deliveries.deliver({ agent_id: agentId }, 'event_phone_call_ended', {
		call_id: id,
		duration: Math.round((now - call.startedAt) / 1000),
	});
	const data = {
		id,
		status: call.statusAt(now),
		ended_at: showTime(now),
		ended_reason: 'ended_by_api',
	};
	return { status: 200, body: { success: true, data } };
};
