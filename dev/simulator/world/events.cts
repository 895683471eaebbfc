import { randomUUID } from 'node:crypto';
import { contract, examplesOf, operationOf } from '../contract/contract.cts';

export type WebhookOwner = { agent_id: string } | { campaign_id: string };

export interface EventDetails {
	/** For an event of an agent. */
	agentId?: string;
	/** For an event of a campaign. */
	campaignId?: string;
	/** Of the delivery, which is undocumented: a string is sent unchanged, everything else as JSON; default: a plausible body. */
	body?: unknown;
}

const described = examplesOf(operationOf('listAgentWebhooks').responses[200]) as Array<{
	data: { available_events: Record<string, string> };
}>;

/** The events of agents with their descriptions, as the API lists them. It shows only some of the descriptions. */
export const agentEvents = Object.fromEntries(
	contract.components.schemas.AgentWebhookEvent.enum.map((event) => [
		event,
		described[0].data.available_events[event] ?? event,
	]),
);

/** The API lists only their names. */
export const campaignEvents = contract.components.schemas.CampaignWebhookEvent.enum;

/** Whether an event is about one call, and not about a whole campaign. */
export const isCallEvent = (event: string) => !event.startsWith('campaign.');

/** @param now epoch milliseconds */
export function plausibleBody(event: string, owner: WebhookOwner, now: number) {
	const call = isCallEvent(event) ? { call_id: randomUUID() } : {};
	return { event, ...owner, ...call, timestamp: new Date(now).toISOString() };
}
