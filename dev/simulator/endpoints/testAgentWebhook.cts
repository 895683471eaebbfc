import type { Endpoint } from '../api/endpoint.cts';

/** Sends once, even to a disabled webhook. The status of a failure is undocumented: here 200, so that a client must read `success`. */
const testAgentWebhook: Endpoint = async ({ agent, webhook, world, ok }) => {
	const event = 'webhook.test';
	const begun = performance.now();
	const { status, error } = await world.deliveries.attempt(webhook, event, {
		event,
		agent_id: agent.id,
		agent_name: agent.name,
		webhook_id: webhook.id,
		webhook_name: webhook.settings.name,
		timestamp: new Date(world.now()).toISOString(),
		test: true,
	});
	if (error !== undefined) return ok({ success: false, message: `Webhook test failed: ${error}` });
	const data = { status_code: status, response_time: Math.round(performance.now() - begun) };
	return ok({ success: true, message: 'Test webhook sent successfully', data });
};

export default testAgentWebhook;
