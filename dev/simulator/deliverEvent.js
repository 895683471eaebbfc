const { randomUUID } = require('node:crypto');
const { agentEvents, campaignEvents, isCallEvent } = require('./webhookEvents');

/** @typedef {import('./webhooks').WebhookOwner} WebhookOwner */
/**
 * @typedef {object} EventDetails
 * @property {string} [agentId] for an event of an agent
 * @property {string} [campaignId] for an event of a campaign
 * @property {unknown} [body] of the delivery, which is undocumented: a string is sent unchanged, everything else as JSON; default: a
 * plausible body
 */

/**
 * Delivers an event to all enabled webhooks of the agent or the campaign that subscribe to it.
 *
 * @param {import('./routes').Context} context
 * @param {string} event
 * @param {EventDetails} details
 * @returns {Promise<import('./deliveries').DeliveryAttempt[]>} all attempts, when all deliveries have arrived or failed
 * @throws {Error} if the agent, campaign or event is unknown
 */
async function deliverEvent({ environment, deliveries }, event, details) {
	const owner = ownerOf(environment, details);
	const events = 'agent_id' in owner ? Object.keys(agentEvents) : campaignEvents;
	if (!events.includes(event)) throw new Error(`There is no event "${event}"`);
	const { body = plausibleBody(event, owner, environment.now()) } = details;
	return await deliveries.deliver(owner, event, body);
}

/**
 * @param {import('./environment').Environment} environment
 * @param {EventDetails} details
 * @returns {WebhookOwner}
 */
function ownerOf(environment, { agentId = '', campaignId = '' }) {
	if (environment.agent(agentId)) return { agent_id: agentId };
	if (environment.campaign(campaignId)) return { campaign_id: campaignId };
	throw new Error(
		campaignId ? `There is no campaign ${campaignId}` : `There is no agent ${agentId}`,
	);
}

/**
 * A body for an event. Talkover does not document any.
 *
 * @param {string} event
 * @param {WebhookOwner} owner
 * @param {number} now epoch milliseconds
 */
function plausibleBody(event, owner, now) {
	const call = isCallEvent(event) ? { call_id: randomUUID() } : {};
	return { event, ...owner, ...call, timestamp: new Date(now).toISOString() };
}

module.exports = { deliverEvent, plausibleBody };
