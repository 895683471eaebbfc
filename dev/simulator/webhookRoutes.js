const {
	deleteAgentWebhook,
	getAgentWebhook,
	testAgentWebhook,
	toggleAgentWebhook,
	updateAgentWebhook,
} = require('./endpoints/agentWebhook');
const createAgentWebhook = require('./endpoints/createAgentWebhook');
const createCampaignWebhook = require('./endpoints/createCampaignWebhook');
const deleteCampaignWebhook = require('./endpoints/deleteCampaignWebhook');
const listAgentWebhooks = require('./endpoints/listAgentWebhooks');
const listCampaignWebhooks = require('./endpoints/listCampaignWebhooks');
const { envelopes } = require('./envelopes');

/** @typedef {import('./routes').Route} Route */

const ofAgent = '/agents/{agent_id}/webhooks';
const ofCampaign = '/campaigns/{campaign_id}/webhooks';

/** @type {Route[]} */
const agentRoutes = [
	{ method: 'GET', path: ofAgent, endpoint: listAgentWebhooks },
	{ method: 'POST', path: ofAgent, endpoint: createAgentWebhook },
	{ method: 'GET', path: `${ofAgent}/{webhook_id}`, endpoint: getAgentWebhook },
	{ method: 'PUT', path: `${ofAgent}/{webhook_id}`, endpoint: updateAgentWebhook },
	{ method: 'DELETE', path: `${ofAgent}/{webhook_id}`, endpoint: deleteAgentWebhook },
	{ method: 'PATCH', path: `${ofAgent}/{webhook_id}/toggle`, endpoint: toggleAgentWebhook },
	{ method: 'POST', path: `${ofAgent}/{webhook_id}/test`, endpoint: testAgentWebhook },
];

/** @type {Route[]} Their pages document no errors. */
const campaignRoutes = [
	{ method: 'GET', path: ofCampaign, endpoint: listCampaignWebhooks },
	{ method: 'POST', path: ofCampaign, endpoint: createCampaignWebhook },
	{ method: 'DELETE', path: `${ofCampaign}/{webhook_id}`, endpoint: deleteCampaignWebhook },
];

const webhookRoutes = [
	...agentRoutes.map((route) => ({ ...route, unauthorized: envelopes.missingBearerToken })),
	...campaignRoutes,
];

module.exports = { webhookRoutes };
