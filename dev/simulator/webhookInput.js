const { objectionsTo } = require('./contract');

/** @typedef {import('ajv').ErrorObject} ErrorObject */

/**
 * Checks the settings of a webhook.
 *
 * @param {import('./webhooks').WebhookOwner} owner
 * @param {unknown} body of the request; treated as empty if it is not an object
 * @param {object} [current] settings of an existing webhook, which the body may leave out
 * @returns {{ input: object, errors?: Record<string, string[]> }} the settings in the body, and messages by field if it is not valid
 */
function readWebhookInput(owner, body, current) {
	const input = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
	const schema = 'agent_id' in owner ? 'CreateAgentWebhookRequest' : 'CreateCampaignWebhookRequest';
	/** @type {Record<string, string[]>} */
	const errors = {};
	for (const objection of objectionsTo(schema, { ...current, ...input })) {
		const field = fieldOf(objection);
		const message = messageOf(field, objection);
		// The schema has some rules twice.
		if (!errors[field]?.includes(message)) (errors[field] ??= []).push(message);
	}
	return Object.keys(errors).length ? { input, errors } : { input };
}

/**
 * @param {ErrorObject} objection
 * @returns {string} such as `events.0`
 */
function fieldOf({ instancePath, params }) {
	const path = instancePath.split('/').slice(1);
	return [...path, ...(params.missingProperty ? [params.missingProperty] : [])].join('.');
}

/**
 * @param {string} field
 * @param {ErrorObject} objection
 */
function messageOf(field, { keyword, message, params }) {
	const name = field.replaceAll('_', ' ');
	if (keyword === 'required') return `The ${name} field is required.`;
	if (keyword === 'enum') return `The selected ${name} is invalid.`;
	if (keyword === 'minItems') {
		return `The ${name} field must contain at least ${params.limit} items.`;
	}
	return `The ${name} field ${message}.`;
}

module.exports = { readWebhookInput };
