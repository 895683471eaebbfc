import type { Endpoint } from '../api/endpoint.cts';
import { agentEvents } from '../world/events.cts';
import { showAgentWebhook } from '../world/webhooks.cts';

const listAgentWebhooks: Endpoint = ({ agent, world, ok }) => {
	const webhooks = world.webhooks.of({ agent_id: agent.id }).map(showAgentWebhook);
	return ok({ success: true, data: { webhooks, available_events: agentEvents } });
};

export default listAgentWebhooks;
