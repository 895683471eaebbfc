const { envelopes } = require('../envelopes');
const { campaignEvents } = require('../webhookEvents');
const { showCampaignWebhook } = require('../webhooks');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { campaign_id } }, { environment, webhooks }) => {
	if (!environment.campaign(campaign_id)) return envelopes.campaignNotFound;
	const data = {
		webhooks: webhooks.of({ campaign_id }).map((webhook) => ({
			...showCampaignWebhook(webhook),
			webhook_url: webhook.settings.webhook_url,
		})),
		available_events: campaignEvents,
	};
	return { status: 200, body: { success: true, data } };
};
