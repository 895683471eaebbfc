const { membersOf, optionErrors } = require('../callBody');
const { envelopes, validationFailed } = require('../envelopes');
const { isE164 } = require('../phone');
const { showCampaignCall } = require('../showCampaign');

/** @type {import('../routes').Endpoint} */
module.exports = ({ params: { campaign_id: campaignId }, body }, { environment }) => {
	const campaign = environment.campaign(campaignId);
	if (!campaign) return envelopes.campaignNotFound;
	if (campaign.status !== 'active') return envelopes.campaignNotActive;

	const members = membersOf(body);
	const { to } = members;
	const options = ['payload', 'context', 'is_testing', 'allow_duplicates'];
	const errors = optionErrors(members, options);
	if (typeof to !== 'string' || !isE164(to)) {
		return validationFailed({ to: ['The to must be a number in E.164 format.'], ...errors });
	}
	if (Object.keys(errors).length) return validationFailed(errors);

	const existing = environment.pendingCampaignCall(campaignId, to);
	if (existing && !members.allow_duplicates) return duplicateOf(existing);

	const call = showCampaignCall(environment.queueCall(campaignId, { ...members, to }));
	const { id, name, status } = campaign;
	return {
		status: 201,
		body: {
			campaign_call: { ...call, scheduled_at: call.created_at },
			campaign: { id, name, status },
		},
	};
};

/** @param {import('../campaigns').CampaignCall} existing */
function duplicateOf(existing) {
	const { status, body } = envelopes.duplicateCampaignCall;
	return { status, body: { ...body, existing_call: showCampaignCall(existing) } };
}
