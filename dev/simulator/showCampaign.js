const { showAgentRef } = require('./agents');
const { detailedMembers } = require('./campaigns');
const { showTime } = require('./time');

/** @typedef {import('./campaigns').Campaign} Campaign */
/** @typedef {import('./campaigns').CampaignCall} CampaignCall */
/** @typedef {import('./environment').Environment} Environment */

/**
 * @param {Campaign} campaign
 * @param {Environment} environment
 * @returns the campaign in the format of the list
 */
function showCampaign(campaign, environment) {
	const members = Object.entries(campaign).filter(([name]) => !detailedMembers.includes(name));
	const calls = environment.campaignCallsOf(campaign.id);
	return {
		...Object.fromEntries(members),
		...agentOf(campaign, environment),
		stats: countCalls(calls),
	};
}

/**
 * @param {Campaign} campaign
 * @param {Environment} environment
 * @returns the campaign in the format of the request for one campaign
 */
function showCampaignDetail(campaign, environment) {
	const calls = environment.campaignCallsOf(campaign.id);
	return {
		...campaign,
		...agentOf(campaign, environment),
		calls: calls.map(({ id, to, status, createdAt }) => ({
			id,
			to,
			status,
			retries: 0,
			created_at: showTime(createdAt),
		})),
		// The simulator's campaign calls have only a status, and no duration.
		stats: { ...countCalls(calls), average_duration: 0 },
	};
}

/**
 * @param {CampaignCall} call
 * @returns the call in the format of make-campaign-call
 */
function showCampaignCall({ id, campaignId, to, status, createdAt }) {
	return { id, campaign_id: campaignId, to, status, created_at: showTime(createdAt) };
}

/**
 * @param {Campaign} campaign
 * @param {Environment} environment
 */
function agentOf({ agent_id: agentId }, environment) {
	const agent = environment.agent(agentId);
	return agent && { agent: showAgentRef(agent) };
}

/** @param {CampaignCall[]} calls */
function countCalls(calls) {
	const completed = calls.filter(({ status }) => status === 'completed').length;
	const failed = calls.filter(({ status }) => ['failed', 'busy', 'no-answer'].includes(status));
	return {
		total_calls: calls.length,
		completed_calls: completed,
		failed_calls: failed.length,
		success_rate: calls.length ? (completed / calls.length) * 100 : 0,
	};
}

module.exports = { showCampaign, showCampaignCall, showCampaignDetail };
