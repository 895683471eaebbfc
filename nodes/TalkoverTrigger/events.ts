import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { listWebhooks } from '../../api/webhooks';
import type { Owner, WebhookEvent } from '../../api/webhooks';
import { DROP_DOWN_SETTINGS } from '../shared/listSearch';
import { agentField, campaignField } from '../shared/idFields';
import { Parameters } from '../shared/parameters';
import { openClient } from '../shared/talkoverClient';
import { titleCase } from '../shared/titleCase';

/** The documented events of an agent (endpoints/list-agent-webhooks). */
const AGENT_EVENTS: WebhookEvent[] = [
	{ name: 'event_phone_call_started', description: 'The phone call started' },
	{ name: 'event_phone_call_ended', description: 'The phone call ended' },
	{ name: 'event_phone_call_did_not_connect', description: 'The phone call did not connect' },
	{ name: 'event_phone_call_connected', description: 'The phone call is connected' },
	{ name: 'event_phone_call_disconnected', description: 'The phone call is disconnected' },
	{ name: 'event_phone_call_error', description: 'The phone call failed' },
	{ name: 'event_participant_joined', description: 'A participant joined' },
	{ name: 'event_participant_left', description: 'A participant left' },
	{ name: 'event_voicemail_detected', description: 'A machine answered the call' },
	{ name: 'event_voicemail_message_left', description: 'The agent left a message on the machine' },
	{ name: 'event_conversation_started', description: 'The conversation started' },
	{ name: 'event_conversation_ended', description: 'The conversation ended' },
	{ name: 'event_action', description: 'The agent ran an action' },
	{ name: 'event_action_failed', description: 'An action of the agent failed' },
	{ name: 'event_recording', description: 'A recording is available' },
	{ name: 'event_connection_established', description: 'The connection is established' },
	{ name: 'event_connection_closed', description: 'The connection is closed' },
	{ name: 'event_connection_error', description: 'The connection failed' },
	{ name: 'event_user_connected', description: 'The user is connected' },
	{ name: 'event_user_disconnected', description: 'The user is disconnected' },
	{ name: 'event_client_connected', description: 'The client is connected' },
	{ name: 'event_client_disconnected', description: 'The client is disconnected' },
];

/** The documented events of a campaign (endpoints/list-campaign-webhooks). */
const CAMPAIGN_EVENTS: WebhookEvent[] = [
	'campaign.created',
	'campaign.started',
	'campaign.paused',
	'campaign.completed',
	'campaign.updated',
	'campaign_call.queued',
	'campaign_call.started',
	'campaign_call.completed',
	'campaign_call.retry_scheduled',
	'campaign_call.failed',
	'event_recording',
	'event_call_transcript',
	'event_call_report',
].map((name) => ({ name }));

/** An expression for the text under the node's name on the canvas: the events, as the drop-down shows them. */
export function subtitleExpression(): string {
	const documented = [...AGENT_EVENTS, ...CAMPAIGN_EVENTS].map(({ name }) => [name, title(name)]);
	const titles = JSON.stringify(Object.fromEntries(documented));
	return `={{ [].concat($parameter["source"] === "campaign" ? $parameter["campaignEvents"] : $parameter["events"]).map((event) => (${titles})[event] ?? event).join(", ") }}`;
}

/** Options for an agent's events: those that Talkover offers, or the documented ones if the request fails. */
export async function getAgentEvents(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await loadEvents(AGENT_EVENTS, async () => {
		const owner: Owner = { kind: 'agents', id: parametersOf(this).id(agentField) };
		return await listWebhooks(await openClient(this, DROP_DOWN_SETTINGS), owner);
	});
}

/** Options for a campaign's events, like {@link getAgentEvents}. */
export async function getCampaignEvents(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return await loadEvents(CAMPAIGN_EVENTS, async () => {
		const owner: Owner = { kind: 'campaigns', id: parametersOf(this).id(campaignField) };
		return await listWebhooks(await openClient(this, DROP_DOWN_SETTINGS), owner);
	});
}

/** An event as the drop-down shows it: `event_phone_call_ended` as “Phone Call Ended”. */
function title(event: string): string {
	return titleCase(event.replace(/^event_/, ''));
}

function parametersOf(context: ILoadOptionsFunctions): Parameters {
	return new Parameters((name) => context.getCurrentNodeParameter(name, { extractValue: true }));
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
		name: title(name),
		value: name,
		description,
	}));
}
