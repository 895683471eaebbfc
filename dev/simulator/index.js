const { basePath, createApi } = require('./api');
const { CallEnds } = require('./callEnds');
const { Deliveries } = require('./deliveries');
const { deliverEvent } = require('./deliverEvent');
const { envelopes } = require('./envelopes');
const { Environment } = require('./environment');
const { outcome } = require('./outcome');
const { RateLimiter } = require('./rateLimit');
const { Server } = require('./server');
const { showActiveCall } = require('./showCall');
const { readWebhookInput } = require('./webhookInput');
const { Webhooks, showWholeWebhook } = require('./webhooks');

/**
 * @typedef {object} SimulatorOptions
 * @property {number} [port] default 0: a free one
 * @property {string[]} [tokens] accepted bearer tokens; default `['sim_token']`
 * @property {number} [latencyMs] how long an answer takes; default 0
 * @property {import('./rateLimit').RateLimit} [rateLimit] default: none
 * @property {import('./paging').PageInfoKey} [pageInfoKey] which of the two documented paging envelopes; default `meta`
 * @property {import('./routes').CallAnswer} [callAnswer] which of the three documented answers to a call that was placed; default `wrapped`
 * @property {Array<Partial<import('./agents').Agent>>} [agents] those that there are at the start; default none
 * @property {Array<Partial<import('./campaigns').Campaign>>} [campaigns] likewise; each of the first agent unless it says another
 * @property {number} [deliveryRetryMs] from a failed attempt to deliver to a webhook until the next; default 20
 * @property {number} [deliverySecondMs] how long a second of a webhook's timeout lasts; default 1000
 * @property {() => number} [now] the clock, in epoch milliseconds; delays and latency are real time all the same
 */

/** @typedef {Awaited<ReturnType<typeof startSimulator>>} Simulator */

/**
 * Starts a Talkover on loopback. It knows only the API's contract, nothing of its clients.
 *
 * @param {SimulatorOptions} [options]
 * @throws {NodeJS.ErrnoException} EADDRINUSE if the port is taken
 */
async function startSimulator({
	port = 0,
	tokens = ['sim_token'],
	latencyMs = 0,
	rateLimit,
	pageInfoKey = 'meta',
	callAnswer = 'wrapped',
	agents = [],
	campaigns = [],
	deliveryRetryMs = 20,
	deliverySecondMs = 1_000,
	now = () => Date.now(),
} = {}) {
	const webhooks = new Webhooks(now);
	const deliveries = new Deliveries(webhooks, deliveryRetryMs, deliverySecondMs);
	const callEnds = new CallEnds(deliveries, now);
	const environment = new Environment(now, callEnds);
	for (const agent of agents) environment.addAgent(agent);
	for (const campaign of campaigns) environment.addCampaign(campaign);
	const limiter = rateLimit && new RateLimiter(rateLimit, now);
	const context = { environment, webhooks, deliveries, pageInfoKey, callAnswer };
	const server = new Server(createApi(context, tokens, limiter), latencyMs, now);
	const origin = await server.listen(port);

	return {
		origin,
		baseUrl: origin + basePath,

		/** All requests since the start or the last reset, in the order in which they came. */
		requests: server.requests,

		/** The calls that requests have placed since the start or the last reset, whatever their senders were told: each is a phone that rang. */
		placedCalls: environment.placedCalls,

		/** The calls that requests have put into campaigns' queues, likewise. */
		queuedCalls: environment.queuedCalls,

		/** @returns {number} the most requests that were served at once */
		get peakInFlight() {
			return server.peakInFlight;
		},

		/**
		 * @param {Partial<import('./agents').Agent>} [given] the rest is filled in
		 * @throws {Error} if the id is taken
		 */
		addAgent: (given = {}) => environment.addAgent(given),

		/**
		 * @param {Partial<import('./campaigns').Campaign>} [given] the rest is filled in; its agent is the first one unless it says another
		 * @throws {Error} if the id is taken, or the agent is unknown
		 */
		addCampaign: (given = {}) => environment.addCampaign(given),

		/**
		 * The call is active at once, unless its status says otherwise, and lives on by the clock if times are given, such as those of an `outcome`. Its end
		 * is told to the webhooks of its agent.
		 *
		 * @param {import('./calls').NewCall} plan
		 * @returns the call as the API shows it now
		 * @throws {Error} if the agent or the status is unknown, or a number is not E.164
		 */
		startCall: (plan) => showActiveCall(environment.startCall(plan), now()),

		/**
		 * Lets calls that requests will place go their way by themselves, until a reset. Without, they stay as they begin.
		 *
		 * @param {import('./environment').DecideOutcome} decide
		 */
		setOutcomes(decide) {
			environment.decideOutcome = decide;
		},

		/**
		 * @param {string} callId of a call, or of a campaign's
		 * @param {import('./calls').CallStatus} status
		 * @throws {Error} if the call or the status is unknown
		 */
		setCallStatus: (callId, status) => environment.setCallStatus(callId, status),

		/**
		 * Asks for a fault, or for any other answer, to requests that are to come. Scripts are tried in the order given.
		 *
		 * @param {import('./scripts').Script} script
		 */
		script: (script) => server.scripts.add(script),

		/** @returns all webhooks as they are now, the oldest first, with their secret parts */
		get webhooks() {
			return webhooks.all.map(showWholeWebhook);
		},

		/**
		 * Changes a webhook behind the back of its client, as somebody in the dashboard would.
		 *
		 * @param {string} id
		 * @param {Partial<import('./webhooks').WebhookSettings>} changes
		 * @throws {Error} if there is no such webhook, or it cannot be so
		 */
		editWebhook(id, changes) {
			const webhook = webhooks.get(id);
			const { input, errors } = readWebhookInput(webhook.owner, changes, webhook.settings);
			if (errors) throw new Error(Object.values(errors).flat().join(' '));
			webhooks.change(webhook, input);
		},

		/**
		 * Removes a webhook behind the back of its client.
		 *
		 * @param {string} id
		 * @throws {Error} if there is no such webhook
		 */
		removeWebhook: (id) => webhooks.remove(webhooks.get(id)),

		/** All attempts to deliver since the start or the last reset, tests included, in the order in which they began. */
		deliveries: deliveries.attempts,

		/**
		 * Something has happened: tells all webhooks of the agent or the campaign that are on and subscribe to it, at once, with retries.
		 *
		 * @param {string} event
		 * @param {import('./deliverEvent').EventDetails} details
		 * @returns {Promise<import('./deliveries').DeliveryAttempt[]>} what was sent, when all has arrived, come to nothing, or been ended by a reset or a stop
		 * @throws {Error} if there is no such agent, campaign or event
		 */
		deliver: (event, details) => deliverEvent(context, event, details),

		/** Forgets requests, calls, their outcomes, webhooks, deliveries, scripts and the rate limit's window; keeps the agents and campaigns. */
		reset() {
			server.reset();
			deliveries.reset();
			webhooks.forgetAll();
			environment.forgetCalls();
			limiter?.reset();
		},

		/** Ends all deliveries and cuts all connections; resolves when the port is free. */
		stop() {
			callEnds.forgetCalls();
			deliveries.stop();
			return server.stop();
		},
	};
}

module.exports = { startSimulator, envelopes, outcome };
