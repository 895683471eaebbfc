import type { Endpoint } from '../api/endpoint.cts';
import { showAgentWebhook } from '../world/webhooks.cts';

const getAgentWebhook: Endpoint = ({ webhook, ok }) =>
	ok({ success: true, data: showAgentWebhook(webhook) });

export default getAgentWebhook;
