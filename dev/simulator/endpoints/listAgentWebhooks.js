const { envelopes } = require('../envelopes');
const { agentEvents } = require('../webhookEvents');
const { showAgentWebhook } = require('../webhooks');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id } }, { environment, webhooks }) => {
	if (!environment.agent(agent_id)) return envelopes.agentNotFoundInEnvironment;
	const data = {
		webhooks: webhooks.of({ agent_id }).map(showAgentWebhook),
		available_events: agentEvents,
	};
	return { status: 200, body: { success: true, data } };
};
