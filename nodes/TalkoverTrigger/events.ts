import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { TalkoverClient } from '../../api/client';
import { listWebhooks } from '../../api/webhooks';
import type { Owner, WebhookEvent } from '../../api/webhooks';
import { DROP_DOWN_SETTINGS } from '../shared/listSearch';
import { readAgentId, readCampaignId } from '../shared/idFields';

/** What there is by the documentation, for when the API cannot be asked (endpoints/list-agent-webhooks). */
const AGENT_EVENTS: WebhookEvent[] = [
	{ name: 'event_phone_call_started', description: 'The phone call has started' },
	{ name: 'event_phone_call_ended', description: 'The phone call has ended' },
	{ name: 'event_phone_call_did_not_connect', description: 'The phone call did not connect' },
	{ name: 'event_phone_call_connected', description: 'The phone call is connected' },
	{ name: 'event_phone_call_disconnected', description: 'The line of the phone call is closed' },
	{ name: 'event_phone_call_error', description: 'The phone call failed' },
	{ name: 'event_participant_joined', description: 'A participant has joined' },
	{ name: 'event_participant_left', description: 'A participant has left' },
	{ name: 'event_voicemail_detected', description: 'A machine has answered' },
	{ name: 'event_voicemail_message_left', description: 'A message was left on the machine' },
	{ name: 'event_conversation_started', description: 'The conversation has started' },
	{ name: 'event_conversation_ended', description: 'The conversation has ended' },
	{ name: 'event_action', description: 'The agent has run an action' },
	{ name: 'event_action_failed', description: 'An action of the agent failed' },
	{ name: 'event_recording', description: 'There is a recording' },
	{ name: 'event_connection_established', description: 'The connection is established' },
	{ name: 'event_connection_closed', description: 'The connection is closed' },
	{ name: 'event_connection_error', description: 'The connection failed' },
	{ name: 'event_user_connected', description: 'The user is connected' },
	{ name: 'event_user_disconnected', description: 'The user is disconnected' },
	{ name: 'event_client_connected', description: 'The client is connected' },
	{ name: 'event_client_disconnected', description: 'The client is disconnected' },
];

/** As {@link AGENT_EVENTS}, of campaigns (endpoints/list-campaign-webhooks). */
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

/** The drop-down of an agent's events: those that the API offers, else those that are documented. */
export async function getAgentEvents(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const owner = () => ({ kind: 'agents', id: readAgentId(parametersOf(this)) }) as const;
	return await loadEvents(this, owner, AGENT_EVENTS);
}

/** The drop-down of a campaign's events, as {@link getAgentEvents}. */
export async function getCampaignEvents(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const owner = () => ({ kind: 'campaigns', id: readCampaignId(parametersOf(this)) }) as const;
	return await loadEvents(this, owner, CAMPAIGN_EVENTS);
}

/** The event that a delivery names, if it names one: real bodies are undocumented, the test's has `event`. */
export function eventIn(body: Record<string, unknown>): string | undefined {
	const named = [body.event, body.event_type, body.event_name, body.type].find(
		(value) => typeof value === 'string' && /^(event_|campaign\.|campaign_call\.)/.test(value),
	);
	return named as string | undefined;
}

function parametersOf(context: ILoadOptionsFunctions) {
	return {
		parameter: (name: string) => context.getCurrentNodeParameter(name, { extractValue: true }),
	};
}

async function loadEvents(
	context: ILoadOptionsFunctions,
	owner: () => Owner,
	documented: WebhookEvent[],
): Promise<INodePropertyOptions[]> {
	let events: WebhookEvent[] = [];
	try {
		const client = await TalkoverClient.open(context, DROP_DOWN_SETTINGS);
		events = (await listWebhooks(client, owner())).events;
	} catch {
		// No agent is chosen yet, or the API cannot be asked: the documented events can be chosen all the same.
	}
	return (events.length > 0 ? events : documented).map(({ name, description }) => ({
		name: titleOf(name),
		value: name,
		description,
	}));
}

/** `event_phone_call_ended` as “Phone Call Ended”, `campaign_call.failed` as “Campaign Call Failed”. */
function titleOf(name: string): string {
	const words = name.replace(/^event_/, '').split(/[._]/);
	return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
