const { contract } = require('./contract');

/** The events of agents with their descriptions, as the API lists them. */
const agentEvents = {
	event_phone_call_started: 'Phone call has started',
	event_phone_call_ended: 'Phone call has ended',
	event_phone_call_did_not_connect: 'Phone call did not connect',
	event_phone_call_connected: 'Phone call has connected',
	event_phone_call_disconnected: 'Phone call line has closed',
	event_phone_call_error: 'Phone call had an error',
	event_participant_joined: 'Participant has joined',
	event_participant_left: 'Participant has left',
	event_voicemail_detected: 'An answering machine has answered',
	event_voicemail_message_left: 'A message was left on voicemail',
	event_conversation_started: 'Conversation has started',
	event_conversation_ended: 'Conversation has ended',
	event_action: 'Agent has run an action',
	event_action_failed: 'An action of the agent has failed',
	event_recording: 'Recording is available',
	event_connection_established: 'Connection of the call is established',
	event_connection_closed: 'Connection of the call has closed',
	event_connection_error: 'Connection of the call had an error',
	event_user_connected: 'User has connected',
	event_user_disconnected: 'User has disconnected',
	event_client_connected: 'Client has connected',
	event_client_disconnected: 'Client has disconnected',
};

/** @type {string[]} The events of campaigns. The API lists only their names. */
const campaignEvents = contract.components.schemas.CampaignWebhookEvent.enum;

/**
 * @param {string} event
 * @returns {boolean} whether the event is about one call, and not about a whole campaign
 */
const isCallEvent = (event) => !event.startsWith('campaign.');

module.exports = { agentEvents, campaignEvents, isCallEvent };
