const { campaignStatuses, campaignTypes } = require('../campaigns');
const { validationFailed } = require('../envelopes');
const { choiceErrors, dateErrors, isWithinDates } = require('../filters');
const { pagingErrors, showPage } = require('../paging');
const { showCampaign } = require('../showCampaign');

const choices = { status: campaignStatuses, campaign_type: campaignTypes };

/** @type {import('../routes').Endpoint} */
module.exports = ({ query }, { environment, pageInfoKey }) => {
	const errors = {
		...choiceErrors(query, choices),
		...dateErrors(query),
		...pagingErrors(query),
	};
	if (Object.keys(errors).length) return validationFailed(errors);

	const { status, campaign_type: type, agent_id: agentId, search = '' } = query;
	const campaigns = environment.campaigns.filter(
		(campaign) =>
			(!status || campaign.status === status) &&
			(!type || campaign.campaign_type === type) &&
			(!agentId || campaign.agent_id === agentId) &&
			isWithinDates(campaign.created_at, query) &&
			[campaign.name, campaign.description].some((text) =>
				text.toLowerCase().includes(search.toLowerCase()),
			),
	);
	const shown = campaigns.map((campaign) => showCampaign(campaign, environment));
	return { status: 200, body: showPage(shown, query, pageInfoKey) };
};
