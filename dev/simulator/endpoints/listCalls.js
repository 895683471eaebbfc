const { showAgentRef } = require('../agents');
const { answerCallPage } = require('../callPage');
const { showCall } = require('../showCall');

/** @type {import('../routes').Endpoint} */
module.exports = ({ query }, context) => {
	const { environment } = context;
	const { agent_id: agentId } = query;
	const calls = environment.calls.filter((call) => !agentId || call.agentId === agentId);
	return answerCallPage(calls, query, context, (call, now) => {
		const agent = environment.agent(call.agentId);
		return { ...showCall(call, now), ...(agent && { agent: showAgentRef(agent) }) };
	});
};
