const { envelopes, validationFailedBare } = require('../envelopes');
const { readWebhookInput } = require('../webhookInput');
const { showAgentWebhook } = require('../webhooks');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { agent_id }, body }, { environment, webhooks }) => {
	if (!environment.agent(agent_id)) return envelopes.agentNotFoundInEnvironment;
	const { input, errors } = readWebhookInput({ agent_id }, body);
	if (errors) return validationFailedBare(errors);

	const data = showAgentWebhook(webhooks.add({ agent_id }, input));
	return { status: 200, body: { success: true, message: 'Webhook created successfully', data } };
};
