const { membersOf } = require('../callBody');
const { campaignStatuses, transitions } = require('../campaigns');
const { deliverEvent } = require('../deliverEvent');
const { envelopes, transitionNotAllowed, validationFailed } = require('../envelopes');
const { showTime } = require('../time');

/** A cancelled campaign sends no event. */
const events = new Map([
	['active', 'campaign.started'],
	['paused', 'campaign.paused'],
	['completed', 'campaign.completed'],
]);

/**
 * The page does not say what happens for the status that the campaign already has: here it is not allowed.
 *
 * @type {import('../routes').Endpoint}
 */
module.exports = ({ params: { campaign_id: campaignId }, body }, context) => {
	const { environment } = context;
	const campaign = environment.campaign(campaignId);
	if (!campaign) return envelopes.campaignNotFound;

	const wanted = membersOf(body).status;
	if (wanted === undefined) {
		return validationFailed({ status: ['The status field is required.'] });
	}
	const status = campaignStatuses.find((candidate) => candidate === wanted);
	if (!status) return envelopes.validationFailed;
	if (!transitions[campaign.status].includes(status)) {
		return transitionNotAllowed(campaign.status, status);
	}

	campaign.status = status;
	campaign.updated_at = showTime(environment.now());
	const event = events.get(status);
	// Not awaited: the request that changes a campaign does not wait for deliveries.
	if (event) void deliverEvent(context, event, { campaignId });

	const { id, updated_at } = campaign;
	return {
		status: 200,
		body: {
			success: true,
			message: 'Campaign status updated successfully',
			data: { id, status, updated_at },
		},
	};
};
