import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { AGENT_EVENTS, CAMPAIGN_EVENTS } from '../../api/webhooks/events';
import type { WebhookEvent } from '../../api/webhooks/events';
import { listWebhooks } from '../../api/webhooks/webhooks';
import type { Owner } from '../../api/webhooks/webhooks';
import { currentParameters, DROP_DOWN_SETTINGS } from '../shared/listSearch';
import { agentField, campaignField } from '../shared/idFields';
import { openClient } from '../shared/talkoverClient';
import { eventTitle } from '../shared/titleCase';

/** An expression for the text under the node's name on the canvas: the events, as the drop-down shows them. */
export function subtitleExpression(): string {
	const documented = [...AGENT_EVENTS, ...CAMPAIGN_EVENTS].map(({ name }) => [
		name,
		eventTitle(name),
	]);
	const titles = JSON.stringify(Object.fromEntries(documented));
	return `={{ [].concat($parameter["source"] === "campaign" ? $parameter["campaignEvents"] : $parameter["events"]).map((event) => (${titles})[event] ?? event).join(", ") }}`;
}

/** Options for an agent's events: those that Talkover offers, or the documented ones if the request fails. */
export async function getAgentEvents(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await loadEvents(AGENT_EVENTS, async () => {
		const owner: Owner = { kind: 'agents', id: currentParameters(this).id(agentField) };
		return await listWebhooks(await openClient(this, DROP_DOWN_SETTINGS), owner);
	});
}

/** Options for a campaign's events, like {@link getAgentEvents}. */
export async function getCampaignEvents(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return await loadEvents(CAMPAIGN_EVENTS, async () => {
		const owner: Owner = { kind: 'campaigns', id: currentParameters(this).id(campaignField) };
		return await listWebhooks(await openClient(this, DROP_DOWN_SETTINGS), owner);
	});
}

async function loadEvents(
	documented: WebhookEvent[],
	list: () => Promise<{ events: WebhookEvent[] }>,
): Promise<INodePropertyOptions[]> {
	let events: WebhookEvent[] = [];
	try {
		({ events } = await list());
	} catch {
		// No agent or campaign is chosen yet, or the request failed. The builder can still choose a documented event.
	}
	return (events.length > 0 ? events : documented).map(({ name, description }) => ({
		name: eventTitle(name),
		value: name,
		description,
	}));
}
