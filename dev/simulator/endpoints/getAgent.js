const { envelopes } = require('../envelopes');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params }, { environment }) => {
	const agent = environment.agent(params.agent_id);
	return agent ? { status: 200, body: { success: true, data: agent } } : envelopes.agentNotFound;
};
