import type { Endpoint } from '../api/endpoint.cts';
import { TRANSITIONS } from '../world/campaigns.cts';
import type { CampaignStatus } from '../world/campaigns.cts';
import { showTime } from '../world/time.cts';

/** A cancelled campaign sends no event. */
const EVENTS: Partial<Record<CampaignStatus, string>> = {
	active: 'campaign.started',
	paused: 'campaign.paused',
	completed: 'campaign.completed',
};

/** The page does not say what happens for the status that the campaign already has: here it is not allowed. */
const updateCampaignStatus: Endpoint = ({ campaign, body, world, ok, refuse }) => {
	const status = body.status as CampaignStatus;
	if (!TRANSITIONS[campaign.status].includes(status)) {
		const message = `Cannot transition from ${campaign.status} to ${status} status`;
		return refuse(400, /./, { message });
	}
	world.setCampaignStatus(campaign, status);
	campaign.updated_at = showTime(world.now());
	const event = EVENTS[status];
	// Not awaited: the request that changes a campaign does not wait for deliveries.
	if (event) void world.deliver(event, { campaignId: campaign.id });

	const { id, updated_at } = campaign;
	const message = 'Campaign status updated successfully';
	return ok({ success: true, message, data: { id, status, updated_at } });
};

export default updateCampaignStatus;
