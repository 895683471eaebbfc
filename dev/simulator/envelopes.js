/** @typedef {{ status: number, headers?: Record<string, string>, body?: unknown }} Answer `body`: strings and bytes are sent unchanged, everything else as JSON */

/**
 * @template T
 * @param {T} value
 * @returns {T} the value, deeply frozen, because all tests share the envelopes
 */
function freeze(value) {
	if (typeof value === 'object' && value !== null)
		Object.values(Object.freeze(value)).forEach(freeze);
	return value;
}

/**
 * The error answers in the API's documentation, with their statuses. They can be used as scripted answers. The pages contradict each
 * other: one error has several envelopes, and a client must understand all of them.
 */
const envelopes = freeze({
	noActiveCall: fail(404, 'No active call found for this phone number'),

	agentNotFound: fail(404, 'Agent not found'),
	agentNotFoundInEnvironment: fail(404, 'Agent not found in this environment.'),
	agentNotFoundCoded: coded(404, 'AGENT_NOT_FOUND', 'Voice agent not found', {
		agent_id: 'agent_999999',
	}),

	unauthenticated: fail(401, 'Unauthenticated.'),
	unauthorized: fail(401, 'Unauthorized'),
	missingBearerToken: { status: 401, body: { message: 'Missing Bearer Token' } },
	invalidToken: coded(401, 'INVALID_TOKEN', 'Invalid or missing authentication token'),
	invalidApiKey: {
		status: 401,
		body: {
			success: false,
			error: { code: 'INVALID_API_KEY', message: 'The provided API key is invalid', details: {} },
		},
	},
	flatUnauthorized: flat(401, 'UNAUTHORIZED', 'Invalid or missing authentication token'),
	flatTokenExpired: flat(401, 'TOKEN_EXPIRED', 'Authentication token has expired'),
	flatMissingToken: flat(401, 'MISSING_TOKEN', 'Authorization header is required'),

	forbidden: fail(403, 'You are not authorized to perform this action.'),

	invalidPhoneNumber: coded(
		400,
		'INVALID_PHONE_NUMBER',
		'Phone number must be in international format (e.g., +1234567890)',
		{ field: 'to', value: '1234567890' },
	),
	missingPhoneNumber: coded(400, 'MISSING_PHONE_NUMBER', 'Phone number is required'),
	agentInactive: coded(400, 'AGENT_INACTIVE', 'Agent is not published'),
	insufficientCredits: coded(
		402,
		'INSUFFICIENT_CREDITS',
		'Account has insufficient credits to place this call',
	),
	callNotFound: fail(404, 'Call not found for this agent'),
	callNotActive: {
		status: 409,
		body: { success: false, message: 'Call is not active', code: 'CALL_NOT_ACTIVE' },
	},
	campaignNotFound: fail(404, 'Campaign not found'),
	campaignNotActive: fail(400, 'Campaign is not active'),
	campaignForbidden: fail(403, 'Cannot make calls for this campaign'),
	campaignUpdateForbidden: fail(403, 'Cannot update campaign status'),
	transitionNotAllowed: transitionNotAllowed('active', 'draft'),
	/** From the Portuguese page. */
	invalidTransition: fail(409, 'Invalid status transition'),
	duplicateCampaignCall: {
		status: 409,
		body: {
			success: false,
			message: 'A call to this number already exists in this campaign',
			existing_call: {
				id: 'call-uuid-existing',
				campaign_id: 'campaign-uuid-1',
				to: '+15551234567',
				status: 'queued',
				created_at: '2024-01-15T09:50:00Z',
			},
		},
	},

	webhookNotFound: fail(404, 'Webhook not found.'),

	validationFailed: validationFailed({ status: ['The selected status is invalid.'] }),
	/** From the agent webhook pages, without `success`. */
	validationFailedBare: validationFailedBare({
		events: ['The events field must contain at least 1 items.'],
	}),

	rateLimitCoded: coded(
		429,
		'RATE_LIMIT_EXCEEDED',
		'Rate limit exceeded. Please wait before making more requests.',
		{ retry_after: 60 },
	),
	rateLimitAgents: fail(429, 'Too many requests. Please try again later.'),
	rateLimitCampaignCall: fail(429, 'Rate limit exceeded'),

	serverError: fail(500, 'Internal server error.'),
});

/**
 * The answer to invalid input.
 *
 * @param {Record<string, string[]>} errors messages by field
 */
function validationFailed(errors) {
	return {
		status: 422,
		body: { success: false, message: 'The given data was invalid.', errors },
	};
}

/**
 * The answer to invalid input on the agent webhook pages.
 *
 * @param {Record<string, string[]>} errors messages by field
 */
function validationFailedBare(errors) {
	return { status: 422, body: { message: 'The given data was invalid.', errors } };
}

/**
 * The answer when a campaign cannot change to a status.
 *
 * @param {string} from its current status
 * @param {string} to
 */
function transitionNotAllowed(from, to) {
	return fail(400, `Cannot transition from ${from} to ${to} status`);
}

/**
 * @param {number} status
 * @param {string} message
 */
function fail(status, message) {
	return { status, body: { success: false, message } };
}

/**
 * @param {number} status
 * @param {string} code
 * @param {string} message
 * @param {Record<string, unknown>} [details]
 */
function coded(status, code, message, details) {
	return { status, body: { error: { code, message, ...(details && { details }) } } };
}

/**
 * @param {ReturnType<typeof coded>} answer
 * @param {Record<string, unknown>} details replace those of the documented example
 */
function withDetails({ status, body: { error } }, details) {
	return coded(status, error.code, error.message, details);
}

/**
 * @param {number} status
 * @param {string} error
 * @param {string} message
 */
function flat(status, error, message) {
	return { status, body: { error, message, status_code: status } };
}

module.exports = {
	envelopes,
	transitionNotAllowed,
	validationFailed,
	validationFailedBare,
	withDetails,
};
