import type { Endpoint } from '../api/endpoint.cts';
import { showAgentWebhook } from '../world/webhooks.cts';

const createAgentWebhook: Endpoint = ({ agent, body, world, ok }) => {
	const data = showAgentWebhook(world.webhooks.add({ agent_id: agent.id }, body));
	return ok({ success: true, message: 'Webhook created successfully', data });
};

export default createAgentWebhook;
