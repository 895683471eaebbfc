const { envelopes, validationFailed } = require('../envelopes');
const { isE164 } = require('../phone');
const { showActiveCall } = require('../showCall');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id: agentId, phone } }, { environment }) => {
	if (!environment.agent(agentId)) return envelopes.agentNotFound;
	if (!isE164(phone)) {
		return validationFailed({ phone: ['The phone must be a number in E.164 format.'] });
	}

	const calls = environment.activeCalls(agentId, phone);
	if (!calls.length) return envelopes.noActiveCall;
	const now = environment.now();
	return {
		status: 200,
		body: { success: true, data: calls.map((call) => showActiveCall(call, now)) },
	};
};
