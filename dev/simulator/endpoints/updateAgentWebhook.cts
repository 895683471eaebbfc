import type { Endpoint } from '../api/endpoint.cts';
import { showAgentWebhook } from '../world/webhooks.cts';

/** Although it is a PUT, settings that are not given keep their values. */
const updateAgentWebhook: Endpoint = ({ webhook, body, world, ok }) => {
	world.webhooks.change(webhook, body);
	const data = showAgentWebhook(webhook);
	return ok({ success: true, message: 'Webhook updated successfully', data });
};

export default updateAgentWebhook;
