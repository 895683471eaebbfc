import type { Endpoint } from '../api/endpoint.cts';
import { answerPage, hasText, isWithinDates } from '../api/listing.cts';
import { showAgentRef } from '../world/agents.cts';
import { showCampaign } from '../world/campaigns.cts';

const listCampaigns: Endpoint = (question) => {
	const { query, world } = question;
	const { status, campaign_type: type, agent_id: agentId, search } = query;
	const campaigns = world.campaigns.filter(
		(campaign) =>
			(!status || campaign.status === status) &&
			(!type || campaign.campaign_type === type) &&
			(!agentId || campaign.agent_id === agentId) &&
			isWithinDates(campaign.created_at, query) &&
			hasText(search, campaign.name, campaign.description),
	);
	return answerPage(campaigns, question, 'pagination', (campaign) => ({
		...showCampaign(campaign, world.campaignCallsOf(campaign.id), world.now()),
		agent: showAgentRef(world.agent(campaign.agent_id)),
	}));
};

export default listCampaigns;
