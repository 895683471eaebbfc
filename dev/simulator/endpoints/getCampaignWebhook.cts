import type { Endpoint } from '../api/endpoint.cts';
import { showWholeCampaignWebhook } from '../world/webhooks.cts';

const getCampaignWebhook: Endpoint = ({ webhook, ok }) =>
	ok({ success: true, data: showWholeCampaignWebhook(webhook) });

export default getCampaignWebhook;
