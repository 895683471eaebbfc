const { envelopes } = require('./envelopes');
const getActiveCall = require('./endpoints/getActiveCall');
const getAgent = require('./endpoints/getAgent');
const getHealth = require('./endpoints/getHealth');
const listAgents = require('./endpoints/listAgents');
const { matchPath } = require('./pathTemplate');
const { webhookRoutes } = require('./webhookRoutes');

/** @typedef {import('./envelopes').Answer} Answer */
/** @typedef {{ params: Record<string, string>, query: Record<string, string>, body?: unknown }} EndpointRequest */
/**
 * @typedef {object} Context
 * @property {import('./environment').Environment} environment
 * @property {import('./webhooks').Webhooks} webhooks
 * @property {import('./deliveries').Deliveries} deliveries
 * @property {import('./paging').PageInfoKey} pageInfoKey
 */
/** @typedef {(request: EndpointRequest, context: Context) => Answer | Promise<Answer>} Endpoint */
/**
 * @typedef {object} Route
 * @property {string} method
 * @property {string} path below the base path, as the contract writes it
 * @property {Endpoint} endpoint
 * @property {boolean} [open] needs no token and is not counted
 * @property {Answer} [unauthorized] the 401 of the endpoint's page
 * @property {Answer} [rateLimited] the 429 of the endpoint's page
 */

const agentPages = {
	unauthorized: envelopes.unauthenticated,
	rateLimited: envelopes.rateLimitAgents,
};

/** @type {Route[]} One line an endpoint. */
const routes = [
	...webhookRoutes,
	{ method: 'GET', path: '/health', endpoint: getHealth, open: true },
	{ method: 'GET', path: '/agents', endpoint: listAgents, ...agentPages },
	{ method: 'GET', path: '/agents/{agent_id}', endpoint: getAgent, ...agentPages },
	{ method: 'GET', path: '/agents/{agent_id}/active-call/{phone}', endpoint: getActiveCall },
];

/**
 * The route of a request.
 *
 * @param {string} method
 * @param {string} path raw, below the base path
 * @returns {{ route: Route, params: Record<string, string> } | undefined} with the decoded parameters
 */
function findRoute(method, path) {
	for (const route of routes) {
		const params = route.method === method ? matchPath(route.path, path) : undefined;
		if (params) return { route, params };
	}
	return undefined;
}

module.exports = { findRoute };
