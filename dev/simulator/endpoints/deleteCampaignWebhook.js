const { envelopes } = require('../envelopes');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { campaign_id, webhook_id } }, { environment, webhooks }) => {
	if (!environment.campaign(campaign_id)) return envelopes.campaignNotFound;
	const webhook = webhooks.find({ campaign_id }, webhook_id);
	if (!webhook) return envelopes.webhookNotFound;
	webhooks.remove(webhook);
	return { status: 200, body: { success: true, message: 'Campaign webhook deleted' } };
};
