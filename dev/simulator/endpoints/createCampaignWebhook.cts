import type { Endpoint } from '../api/endpoint.cts';
import { showTime } from '../world/time.cts';
import { showCampaignWebhook } from '../world/webhooks.cts';

/** The documented answer has no message and no URL. */
const createCampaignWebhook: Endpoint = ({ campaign, body, world, ok }) => {
	const webhook = world.webhooks.add({ campaign_id: campaign.id }, body);
	const created_at = showTime(webhook.createdAt);
	return ok({ success: true, data: { ...showCampaignWebhook(webhook), created_at } });
};

export default createCampaignWebhook;
