const { basePath, createApi } = require('./api');
const { envelopes } = require('./envelopes');
const { Environment } = require('./environment');
const { RateLimiter } = require('./rateLimit');
const { Server } = require('./server');
const { showActiveCall } = require('./showCall');

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
	now = () => Date.now(),
} = {}) {
	const environment = new Environment(now);
	for (const agent of agents) environment.addAgent(agent);
	for (const campaign of campaigns) environment.addCampaign(campaign);
	const limiter = rateLimit && new RateLimiter(rateLimit, now);
	const server = new Server(
		createApi({ environment, pageInfoKey, callAnswer }, tokens, limiter),
		latencyMs,
		now,
	);
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
		 * The call is active at once, unless its status says otherwise, and lives on by the clock if times are given.
		 *
		 * @param {import('./calls').NewCall} plan
		 * @returns the call as the API shows it now
		 * @throws {Error} if the agent or the status is unknown, or a number is not E.164
		 */
		startCall: (plan) => showActiveCall(environment.startCall(plan), now()),

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

		/** Forgets requests, calls, scripts and the rate limit's window; keeps the agents and campaigns. */
		reset() {
			server.reset();
			environment.forgetCalls();
			limiter?.reset();
		},

		/** Cuts all connections; resolves when the port is free. */
		stop: () => server.stop(),
	};
}

module.exports = { startSimulator, envelopes };
