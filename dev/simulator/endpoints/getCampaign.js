const { envelopes } = require('../envelopes');
const { showCampaignDetail } = require('../showCampaign');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params }, { environment }) => {
	const campaign = environment.campaign(params.campaign_id);
	if (!campaign) return envelopes.campaignNotFound;
	return {
		status: 200,
		body: { success: true, data: showCampaignDetail(campaign, environment) },
	};
};
