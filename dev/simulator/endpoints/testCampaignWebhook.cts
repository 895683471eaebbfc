import type { Endpoint } from '../api/endpoint.cts';
import { plausibleBody } from '../world/events.cts';

/** The body is undocumented: here that of a real event, so that a receiver cannot tell it from one. The answer does not wait for the target. */
const testCampaignWebhook: Endpoint = ({ webhook, world, ok }) => {
	const [event] = webhook.settings.events;
	const body = plausibleBody(event, webhook.owner, world.now());
	void world.deliveries.attempt(webhook, event, body);
	return ok({ success: true, message: 'Test payload dispatched' });
};

export default testCampaignWebhook;
