import type { Endpoint } from '../api/endpoint.cts';
import { showAgentRef } from '../world/agents.cts';
import { showCampaignDetail } from '../world/campaigns.cts';

const getCampaign: Endpoint = ({ campaign, world, ok }) => {
	const { mostCampaignCalls } = world;
	const calls = world.campaignCallsOf(campaign.id);
	const detail = showCampaignDetail(campaign, calls, world.now(), mostCampaignCalls);
	const agent = showAgentRef(world.agent(campaign.agent_id));
	return ok({ success: true, data: { ...detail, agent } });
};

export default getCampaign;
