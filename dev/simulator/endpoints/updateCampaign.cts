import type { Endpoint } from '../api/endpoint.cts';
import { changeCampaign, showWrittenCampaign } from '../world/campaigns.cts';
import type { Campaign } from '../world/campaigns.cts';
import { objectionsToSettings } from '../world/campaignSettings.cts';

/** The page does not say which settings are the schedule. */
const SCHEDULE = ['start_date', 'end_date', 'days_of_week', 'call_time_ranges', 'timezone'];

/** Although it is a PUT, settings that are not given keep their values. */
const updateCampaign: Endpoint = ({ campaign, body, world, ok, refuse }) => {
	const settings = body as Partial<Campaign>;
	const errors = objectionsToSettings({ ...campaign, ...settings }, world.agents);
	if (Object.keys(errors).length > 0) return refuse(422, /./, { errors });
	const now = world.now();
	const hasCalls = world.campaignCallsOf(campaign.id).some((call) => call.isPendingAt(now));
	const changesSchedule = SCHEDULE.some((name) => name in settings);
	if (campaign.status === 'active' && hasCalls && changesSchedule) return refuse(409);
	changeCampaign(campaign, settings, now);
	return ok({ success: true, data: showWrittenCampaign(campaign) });
};

export default updateCampaign;
