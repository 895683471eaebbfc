import type { Endpoint } from '../api/endpoint.cts';
import { changeCampaign, showWrittenCampaign } from '../world/campaigns.cts';
import type { Campaign } from '../world/campaigns.cts';
import { objectionsToSettings } from '../world/campaignSettings.cts';
import { showTime } from '../world/time.cts';

const createCampaign: Endpoint = ({ body, world, ok, refuse }) => {
	const settings = body as Partial<Campaign>;
	const errors = objectionsToSettings(settings, world.agents);
	if (Object.keys(errors).length > 0) return refuse(422, /./, { errors });
	const now = world.now();
	const { name, agent_id } = settings;
	const created_at = showTime(now);
	const own = { status: 'draft', do_not_call_enabled: false, created_at } as const;
	const campaign = world.addCampaign({ name, agent_id, ...own });
	changeCampaign(campaign, settings, now);
	return ok({ success: true, data: showWrittenCampaign(campaign) });
};

export default createCampaign;
