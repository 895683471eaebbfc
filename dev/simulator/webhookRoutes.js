const createAgentWebhook = require('./endpoints/createAgentWebhook');
const createCampaignWebhook = require('./endpoints/createCampaignWebhook');
const listAgentWebhooks = require('./endpoints/listAgentWebhooks');
const listCampaignWebhooks = require('./endpoints/listCampaignWebhooks');
const {
	deleteWebhook,
	getWebhook,
	testWebhook,
	toggleWebhook,
	updateWebhook,
} = require('./endpoints/webhook');
const { envelopes } = require('./envelopes');

/** @typedef {import('./routes').Route} Route */

const ofAgent = '/agents/{agent_id}/webhooks';
const ofCampaign = '/campaigns/{campaign_id}/webhooks';

/**
 * @param {string} path of a list of webhooks
 * @returns {Route[]} for one webhook of the list
 */
const oneWebhook = (path) => [
	{ method: 'GET', path: `${path}/{webhook_id}`, endpoint: getWebhook },
	{ method: 'PUT', path: `${path}/{webhook_id}`, endpoint: updateWebhook },
	{ method: 'DELETE', path: `${path}/{webhook_id}`, endpoint: deleteWebhook },
	{ method: 'POST', path: `${path}/{webhook_id}/test`, endpoint: testWebhook },
];

/** @type {Route[]} */
const agentRoutes = [
	{ method: 'GET', path: ofAgent, endpoint: listAgentWebhooks },
	{ method: 'POST', path: ofAgent, endpoint: createAgentWebhook },
	...oneWebhook(ofAgent),
	{ method: 'PATCH', path: `${ofAgent}/{webhook_id}/toggle`, endpoint: toggleWebhook },
];

/** @type {Route[]} Their pages document no errors. */
const campaignRoutes = [
	{ method: 'GET', path: ofCampaign, endpoint: listCampaignWebhooks },
	{ method: 'POST', path: ofCampaign, endpoint: createCampaignWebhook },
	...oneWebhook(ofCampaign),
];

const webhookRoutes = [
	...agentRoutes.map((route) => ({ ...route, unauthorized: envelopes.missingBearerToken })),
	...campaignRoutes,
];

module.exports = { webhookRoutes };
