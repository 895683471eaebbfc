const { plausibleBody } = require('../deliverEvent');
const { envelopes, validationFailedBare } = require('../envelopes');
const { readWebhookInput } = require('../webhookInput');
const {
	showAgentWebhook,
	showCampaignWebhookAfterUpdate,
	showWholeCampaignWebhook,
} = require('../webhooks');

/** @typedef {import('../routes').Endpoint} Endpoint */
/** @typedef {import('../routes').Context} Context */
/** @typedef {import('../envelopes').Answer} Answer */
/**
 * @typedef {object} Found
 * @property {import('../webhooks').Webhook} webhook
 * @property {import('../agents').Agent} [agent] undefined for a webhook of a campaign, whose pages differ
 * @property {unknown} body of the request
 */

/**
 * An endpoint for one webhook of an agent or a campaign. Answers 404 if the agent, the campaign or the webhook does not exist.
 *
 * @param {(found: Found, context: Context) => Answer | Promise<Answer>} endpoint
 * @returns {Endpoint}
 */
function forWebhook(endpoint) {
	return ({ params: { agent_id, campaign_id, webhook_id }, body }, context) => {
		const { environment, webhooks } = context;
		const agent = environment.agent(agent_id);
		if (agent_id && !agent) return envelopes.agentNotFoundInEnvironment;
		if (campaign_id && !environment.campaign(campaign_id)) return envelopes.campaignNotFound;
		const webhook = webhooks.find(agent ? { agent_id } : { campaign_id }, webhook_id);
		return webhook ? endpoint({ webhook, agent, body }, context) : envelopes.webhookNotFound;
	};
}

/**
 * @param {{ message?: string, data?: object }} body
 * @returns {Answer}
 */
const success = (body) => ({ status: 200, body: { success: true, ...body } });

const getWebhook = forWebhook(({ webhook, agent }) =>
	success({ data: agent ? showAgentWebhook(webhook) : showWholeCampaignWebhook(webhook) }),
);

/** Although it is a PUT, settings that are not given keep their values. */
const updateWebhook = forWebhook(({ webhook, agent, body }, { webhooks }) => {
	const { input, errors } = readWebhookInput(webhook.owner, body, webhook.settings);
	if (errors) return validationFailedBare(errors);
	webhooks.change(webhook, input);
	return agent
		? success({ message: 'Webhook updated successfully', data: showAgentWebhook(webhook) })
		: success({ data: showCampaignWebhookAfterUpdate(webhook, input) });
});

const deleteWebhook = forWebhook(({ webhook, agent }, { webhooks }) => {
	webhooks.remove(webhook);
	return success({ message: agent ? 'Webhook deleted successfully' : 'Campaign webhook deleted' });
});

/** Only of an agent. */
const toggleWebhook = forWebhook(({ webhook }, { webhooks }) => {
	const enabled = !webhook.settings.enabled;
	webhooks.change(webhook, { enabled });
	const message = enabled ? 'Webhook enabled' : 'Webhook disabled';
	return success({ message, data: showAgentWebhook(webhook) });
});

/** Sends once, even to a disabled webhook. */
const testWebhook = forWebhook(async ({ webhook, agent }, context) => {
	return agent ? await testForAgent(webhook, agent, context) : testForCampaign(webhook, context);
});

/**
 * The status of a failure is undocumented: here 200, so that a client must read `success`.
 *
 * @param {import('../webhooks').Webhook} webhook
 * @param {import('../agents').Agent} agent
 * @param {Context} context
 */
async function testForAgent(webhook, agent, { environment, deliveries }) {
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
	return success({ message: 'Test webhook sent successfully', data });
}

/**
 * The body is undocumented: here that of a real event, so that a receiver cannot tell it from one. The answer does not wait for the target.
 *
 * @param {import('../webhooks').Webhook} webhook
 * @param {Context} context
 */
function testForCampaign(webhook, { environment, deliveries }) {
	const [event] = webhook.settings.events;
	const body = plausibleBody(event, webhook.owner, environment.now());
	void deliveries.attempt(webhook, event, body);
	return success({ message: 'Test payload dispatched' });
}

module.exports = { getWebhook, updateWebhook, deleteWebhook, toggleWebhook, testWebhook };
