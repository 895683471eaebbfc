const { envelopes } = require('./envelopes');
const endCall = require('./endpoints/endCall');
const getActiveCall = require('./endpoints/getActiveCall');
const getAgent = require('./endpoints/getAgent');
const getCampaign = require('./endpoints/getCampaign');
const getHealth = require('./endpoints/getHealth');
const listAgentCalls = require('./endpoints/listAgentCalls');
const listAgents = require('./endpoints/listAgents');
const listCalls = require('./endpoints/listCalls');
const listCampaigns = require('./endpoints/listCampaigns');
const makeCall = require('./endpoints/makeCall');
const makeCampaignCall = require('./endpoints/makeCampaignCall');
const updateCampaignStatus = require('./endpoints/updateCampaignStatus');
const { matchPath } = require('./pathTemplate');
const { webhookRoutes } = require('./webhookRoutes');

/** @typedef {import('./envelopes').Answer} Answer */
/** @typedef {{ params: Record<string, string>, query: Record<string, string>, body?: unknown }} EndpointRequest */
/** @typedef {'wrapped' | 'flat' | 'bare'} CallAnswer */
/**
 * @typedef {object} Context
 * @property {import('./environment').Environment} environment
 * @property {import('./webhooks').Webhooks} webhooks
 * @property {import('./deliveries').Deliveries} deliveries
 * @property {import('./paging').PageInfoKey} pageInfoKey
 * @property {CallAnswer} callAnswer
 */
/** @typedef {(request: EndpointRequest, context: Context) => Answer | Promise<Answer>} Endpoint */
/**
 * @typedef {object} Route
 * @property {string} method
 * @property {string} path below the base path, with the contract's parameters
 * @property {Endpoint} endpoint
 * @property {boolean} [open] whether it needs no token and does not count for the rate limit
 * @property {Answer} [unauthorized] the 401 of the endpoint's page
 * @property {Answer} [rateLimited] the 429 of the endpoint's page
 */

const agentPages = {
	unauthorized: envelopes.unauthenticated,
	rateLimited: envelopes.rateLimitAgents,
};
const makeCallPage = {
	unauthorized: envelopes.invalidToken,
	rateLimited: envelopes.rateLimitCoded,
};
const makeCampaignCallPage = { rateLimited: envelopes.rateLimitCampaignCall };

/** @type {Route[]} */
const routes = [
	...webhookRoutes,
	{ method: 'GET', path: '/health', endpoint: getHealth, open: true },
	{ method: 'GET', path: '/agents', endpoint: listAgents, ...agentPages },
	{ method: 'GET', path: '/agents/{agent_id}', endpoint: getAgent, ...agentPages },
	{ method: 'GET', path: '/agents/{agent_id}/active-call/{phone}', endpoint: getActiveCall },
	{ method: 'POST', path: '/agents/{agent_id}/call', endpoint: makeCall, ...makeCallPage },
	{ method: 'POST', path: '/agents/{agent_id}/end-call', endpoint: endCall },
	{ method: 'GET', path: '/agents/{agent_id}/calls', endpoint: listAgentCalls },
	{ method: 'GET', path: '/calls', endpoint: listCalls },
	{ method: 'GET', path: '/campaigns', endpoint: listCampaigns },
	{ method: 'GET', path: '/campaigns/{campaign_id}', endpoint: getCampaign },
	{
		method: 'POST',
		path: '/campaigns/{campaign_id}/call',
		endpoint: makeCampaignCall,
		...makeCampaignCallPage,
	},
	{ method: 'PATCH', path: '/campaigns/{campaign_id}/status', endpoint: updateCampaignStatus },
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

module.exports = { findRoute, routes };
