import type { Endpoint } from '../api/endpoint.cts';
import { campaignEvents } from '../world/events.cts';
import { showCampaignWebhook } from '../world/webhooks.cts';

const listCampaignWebhooks: Endpoint = ({ campaign, world, ok }) => {
	const webhooks = world.webhooks.of({ campaign_id: campaign.id }).map((webhook) => ({
		...showCampaignWebhook(webhook),
		webhook_url: webhook.settings.webhook_url,
	}));
	return ok({ success: true, data: { webhooks, available_events: campaignEvents } });
};

export default listCampaignWebhooks;
