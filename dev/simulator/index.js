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
 * @property {number} [port] default 0: a free port
 * @property {string[]} [tokens] accepted bearer tokens; default `['sim_token']`
 * @property {number} [latencyMs] how long an answer takes; default 0
 * @property {import('./rateLimit').RateLimit} [rateLimit] default: none
 * @property {import('./paging').PageInfoKey} [pageInfoKey] one of the two documented paging envelopes; default `meta`
 * @property {import('./routes').CallAnswer} [callAnswer] one of the three documented answers to a new call; default `wrapped`
 * @property {Array<Partial<import('./agents').Agent>>} [agents] at the start; default none
 * @property {Array<Partial<import('./campaigns').Campaign>>} [campaigns] at the start; default none. Their agent is the first one by default
 * @property {string} [webhooksFile] where webhooks are saved, so that they exist at the next start, as in Talkover; default: nowhere
 * @property {number} [deliveryRetryMs] pause after a failed attempt to deliver to a webhook; default 20
 * @property {number} [deliverySecondMs] how long a second of a webhook's timeout lasts; default 1000
 * @property {() => number} [now] the clock, in epoch milliseconds; delays and latency always use the real time
 */

/** @typedef {Awaited<ReturnType<typeof startSimulator>>} Simulator */

/**
 * Starts a simulated Talkover on loopback. It knows only the API's contract, and nothing about its clients.
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
	webhooksFile,
	deliveryRetryMs = 20,
	deliverySecondMs = 1_000,
	now = () => Date.now(),
} = {}) {
	const webhooks = new Webhooks(now, webhooksFile);
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

		/** All requests since the start or the last reset, in the order of arrival. */
		requests: server.requests,

		/** The calls made by requests since the start or the last reset, whatever the answer was: each is a phone that rang. */
		placedCalls: environment.placedCalls,

		/** The campaign calls queued by requests since the start or the last reset. */
		queuedCalls: environment.queuedCalls,

		/** @returns {number} the highest number of requests in flight at the same time */
		get peakInFlight() {
			return server.peakInFlight;
		},

		/**
		 * @param {Partial<import('./agents').Agent>} [given] the rest is filled in
		 * @throws {Error} if the id is taken
		 */
		addAgent: (given = {}) => environment.addAgent(given),

		/**
		 * @param {Partial<import('./campaigns').Campaign>} [given] the rest is filled in; its agent is the first one by default
		 * @throws {Error} if the id is taken, or the agent is unknown
		 */
		addCampaign: (given = {}) => environment.addCampaign(given),

		/**
		 * Starts a call. It is active immediately, unless `status` is a final one. With times, such as those of an `outcome`, its status
		 * changes by the clock. Its end is delivered to the webhooks of its agent.
		 *
		 * @param {import('./calls').NewCall} plan
		 * @returns the call as the API shows it now
		 * @throws {Error} if the agent or the status is unknown, or a number is not E.164
		 */
		startCall: (plan) => showActiveCall(environment.startCall(plan), now()),

		/**
		 * Sets how calls of later requests proceed by themselves, until a reset. Otherwise they keep their first status.
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
		 * Scripts a fault, or any other answer, for later requests. The first matching script is used.
		 *
		 * @param {import('./scripts').Script} script
		 */
		script: (script) => server.scripts.add(script),

		/** @returns all current webhooks, oldest first, with their secrets */
		get webhooks() {
			return webhooks.all.map(showWholeWebhook);
		},

		/**
		 * Changes a webhook like somebody in the dashboard, without a request.
		 *
		 * @param {string} id
		 * @param {Partial<import('./webhooks').WebhookSettings>} changes
		 * @throws {Error} if the webhook does not exist, or a setting is not valid
		 */
		editWebhook(id, changes) {
			const webhook = webhooks.get(id);
			const { input, errors } = readWebhookInput(webhook.owner, changes, webhook.settings);
			if (errors) throw new Error(Object.values(errors).flat().join(' '));
			webhooks.change(webhook, input);
		},

		/**
		 * Removes a webhook like somebody in the dashboard, without a request.
		 *
		 * @param {string} id
		 * @throws {Error} if the webhook does not exist
		 */
		removeWebhook: (id) => webhooks.remove(webhooks.get(id)),

		/** All delivery attempts since the start or the last reset, including tests, in the order of their start. */
		deliveries: deliveries.attempts,

		/**
		 * Delivers an event to all enabled webhooks of the agent or the campaign that subscribe to it, with retries.
		 *
		 * @param {string} event
		 * @param {import('./deliverEvent').EventDetails} details
		 * @returns {Promise<import('./deliveries').DeliveryAttempt[]>} all attempts, when all deliveries have arrived, failed or been canceled
		 * @throws {Error} if the agent, campaign or event is unknown
		 */
		deliver: (event, details) => deliverEvent(context, event, details),

		/** Forgets requests, calls, outcomes, webhooks, deliveries, scripts and the rate limit's window. Keeps agents and campaigns. */
		reset() {
			server.reset();
			deliveries.reset();
			webhooks.forgetAll();
			environment.forgetCalls();
			limiter?.reset();
		},

		/** Cancels deliveries and closes all connections. Resolves when the port is free. */
		stop() {
			callEnds.forgetCalls();
			deliveries.stop();
			return server.stop();
		},
	};
}

module.exports = { startSimulator, envelopes, outcome };
