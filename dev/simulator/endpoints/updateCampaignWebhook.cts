import type { Endpoint } from '../api/endpoint.cts';
import { showTime } from '../world/time.cts';
import { showCampaignWebhook } from '../world/webhooks.cts';

/** The documented answer has only the ID, the changed fields and a time, and never the URL. */
const updateCampaignWebhook: Endpoint = ({ webhook, body, world, ok }) => {
	world.webhooks.change(webhook, body);
	const shown = Object.entries(showCampaignWebhook(webhook)).filter(([name]) => name in body);
	const updated_at = showTime(webhook.updatedAt);
	return ok({ success: true, data: { id: webhook.id, ...Object.fromEntries(shown), updated_at } });
};

export default updateCampaignWebhook;
