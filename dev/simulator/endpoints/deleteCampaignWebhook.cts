import type { Endpoint } from '../api/endpoint.cts';

const deleteCampaignWebhook: Endpoint = ({ webhook, world, ok }) => {
	world.webhooks.remove(webhook);
	return ok({ success: true, message: 'Campaign webhook deleted' });
};

export default deleteCampaignWebhook;
