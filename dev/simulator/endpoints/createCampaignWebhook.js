const { envelopes, validationFailedBare } = require('../envelopes');
const { showTime } = require('../time');
const { readWebhookInput } = require('../webhookInput');
const { showCampaignWebhook } = require('../webhooks');

/**
 * The documented answer has no message and no URL; its status is undocumented.
 *
 * @type {import('../routes').Endpoint}
 */
module.exports = ({ params: { campaign_id }, body }, { environment, webhooks }) => {
	if (!environment.campaign(campaign_id)) return envelopes.campaignNotFound;
	const { input, errors } = readWebhookInput({ campaign_id }, body);
	if (errors) return validationFailedBare(errors);

	const webhook = webhooks.add({ campaign_id }, input);
	const created_at = showTime(webhook.createdAt);
	return {
		status: 201,
		body: { success: true, data: { ...showCampaignWebhook(webhook), created_at } },
	};
};
