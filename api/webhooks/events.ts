export interface WebhookEvent {
	name: string;
	/** Campaigns' events have none. */
	description?: string;
}

/** The documented events of an agent (endpoints/list-agent-webhooks). */
export const AGENT_EVENTS: WebhookEvent[] = [
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
export const CAMPAIGN_EVENTS: WebhookEvent[] = [
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
