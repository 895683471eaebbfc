const { envelopes, validationFailedBare } = require('../envelopes');
const { readWebhookInput } = require('../webhookInput');
const { showAgentWebhook } = require('../webhooks');

/** @typedef {import('../routes').Endpoint} Endpoint */
/** @typedef {import('../routes').Context} Context */
/** @typedef {import('../envelopes').Answer} Answer */
/**
 * @typedef {object} Found
 * @property {import('../agents').Agent} agent
 * @property {import('../webhooks').Webhook} webhook
 * @property {unknown} body of the request
 */

/**
 * An endpoint for one webhook of an agent. Answers 404 if the agent or the webhook does not exist.
 *
 * @param {(found: Found, context: Context) => Answer | Promise<Answer>} endpoint
 * @returns {Endpoint}
 */
function forWebhook(endpoint) {
	return ({ params: { agent_id, webhook_id }, body }, context) => {
		const agent = context.environment.agent(agent_id);
		if (!agent) return envelopes.agentNotFoundInEnvironment;
		const webhook = context.webhooks.find({ agent_id }, webhook_id);
		if (!webhook) return envelopes.webhookNotFound;
		return endpoint({ agent, webhook, body }, context);
	};
}

/**
 * @param {string | undefined} message
 * @param {import('../webhooks').Webhook} webhook
 * @returns {Answer}
 */
function show(message, webhook) {
	const data = showAgentWebhook(webhook);
	return { status: 200, body: { success: true, ...(message && { message }), data } };
}

const getAgentWebhook = forWebhook(({ webhook }) => show(undefined, webhook));

/** Although it is a PUT, settings that are not given keep their values. */
const updateAgentWebhook = forWebhook(({ webhook, body }, { webhooks }) => {
	const { input, errors } = readWebhookInput(webhook.owner, body, webhook.settings);
	if (errors) return validationFailedBare(errors);
	webhooks.change(webhook, input);
	return show('Webhook updated successfully', webhook);
});

const deleteAgentWebhook = forWebhook(({ webhook }, { webhooks }) => {
	webhooks.remove(webhook);
	return { status: 200, body: { success: true, message: 'Webhook deleted successfully' } };
});

const toggleAgentWebhook = forWebhook(({ webhook }, { webhooks }) => {
	const enabled = !webhook.settings.enabled;
	webhooks.change(webhook, { enabled });
	return show(enabled ? 'Webhook enabled' : 'Webhook disabled', webhook);
});

/** Sends once, even to a disabled webhook. The status of a failure is undocumented: here 200, so that a client must read `success`. */
const testAgentWebhook = forWebhook(async ({ agent, webhook }, { environment, deliveries }) => {
	const event = 'webhook.test';
	const begun = performance.now();
	const { status, error } = await deliveries.attempt(webhook, event, {
		event,
		agent_id: agent.id,
		agent_name: agent.name,
		webhook_id: webhook.id,
		webhook_name: webhook.settings.name,
		timestamp: new Date(environment.now()).toISOString(),
		test: true,
	});
	if (error !== undefined) {
		return { status: 200, body: { success: false, message: `Webhook test failed: ${error}` } };
	}
	const data = { status_code: status, response_time: Math.round(performance.now() - begun) };
	return { status: 200, body: { success: true, message: 'Test webhook sent successfully', data } };
});

module.exports = {
	getAgentWebhook,
	updateAgentWebhook,
	deleteAgentWebhook,
	toggleAgentWebhook,
	testAgentWebhook,
};
