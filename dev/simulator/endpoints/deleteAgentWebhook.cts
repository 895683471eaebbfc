import type { Endpoint } from '../api/endpoint.cts';

const deleteAgentWebhook: Endpoint = ({ webhook, world, ok }) => {
	world.webhooks.remove(webhook);
	return ok({ success: true, message: 'Webhook deleted successfully' });
};

export default deleteAgentWebhook;
