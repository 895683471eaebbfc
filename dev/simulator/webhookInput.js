const { objectionsTo } = require('./contract');

/** @typedef {import('ajv').ErrorObject} ErrorObject */

/**
 * Checks what a webhook is to be.
 *
 * @param {import('./webhooks').WebhookOwner} owner
 * @param {unknown} body of the request: whatever is no object says nothing
 * @param {object} [current] settings that the webhook has, if there is one: the body need not say them again
 * @returns {{ input: object, errors?: Record<string, string[]> }} what the body says, and what is wrong with it: field to messages
 */
function readWebhookInput(owner, body, current) {
	const input = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
	const schema = 'agent_id' in owner ? 'CreateAgentWebhookRequest' : 'CreateCampaignWebhookRequest';
	/** @type {Record<string, string[]>} */
	const errors = {};
	for (const objection of objectionsTo(schema, { ...current, ...input })) {
		const field = fieldOf(objection);
		const message = messageOf(field, objection);
		// The schema says some things twice.
		if (!errors[field]?.includes(message)) (errors[field] ??= []).push(message);
	}
	return Object.keys(errors).length ? { input, errors } : { input };
}

/**
 * @param {ErrorObject} objection
 * @returns {string} as `events.0`
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
