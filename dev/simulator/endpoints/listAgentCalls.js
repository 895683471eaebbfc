const { answerCallPage } = require('../callPage');
const { envelopes } = require('../envelopes');
const { showCall } = require('../showCall');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id: agentId }, query }, context) => {
	const { environment } = context;
	if (!environment.agent(agentId)) return envelopes.agentNotFound;
	const calls = environment.calls.filter((call) => call.agentId === agentId);
	return answerCallPage(calls, query, context, showCall);
};
