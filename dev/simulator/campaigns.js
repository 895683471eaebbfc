const { isActive } = require('./calls');

/** @typedef {typeof campaignStatuses[number]} CampaignStatus */
/** @typedef {typeof campaignTypes[number]} CampaignType */
/** @typedef {typeof listed & typeof detailed & { id: string, name: string, agent_id: string }} Campaign A campaign as the API shows it, without its agent, calls and statistics. */
/**
 * @typedef {object} CampaignCall a call in the queue of a campaign
 * @property {string} id not the ID of a call: how the two are related is not documented
 * @property {string} campaignId
 * @property {string} to E.164
 * @property {'queued' | import('./calls').CallStatus} status
 * @property {number} createdAt epoch milliseconds
 */

const campaignStatuses = /** @type {const} */ ([
	'draft',
	'active',
	'paused',
	'completed',
	'cancelled',
]);
const campaignTypes = /** @type {const} */ (['sales', 'follow_up', 'reminder', 'custom']);

/** @type {Record<CampaignStatus, readonly CampaignStatus[]>} The statuses that a campaign can change to, by its status. */
const transitions = {
	draft: ['active', 'cancelled'],
	active: ['paused', 'completed', 'cancelled'],
	paused: ['active', 'completed', 'cancelled'],
	completed: [],
	cancelled: [],
};

/** Defaults for fields that the list shows. */
const listed = {
	description: '',
	status: /** @type {CampaignStatus} */ ('active'),
	campaign_type: /** @type {CampaignType} */ ('sales'),
	start_date: '2024-01-01',
	days_of_week: [1, 2, 3, 4, 5],
	earliest_call_time: '09:00:00',
	latest_call_time: '17:00:00',
	timezone: 'America/New_York',
	initial_call_delay: 0,
	max_retries: 3,
	retry_cooldown_hours: 24,
	created_at: '2024-01-01T00:00:00Z',
	updated_at: '2024-01-01T00:00:00Z',
};

/** Defaults for fields that only the request for one campaign shows. */
const detailed = {
	enable_post_completion_cooldown: true,
	post_completion_cooldown_hours: 168,
	success_cooldown_hours: 168,
	voicemail_cooldown_hours: 24,
	no_answer_cooldown_hours: 24,
	busy_cooldown_hours: 24,
	failed_cooldown_hours: 24,
	do_not_call_enabled: true,
	do_not_call_list_source: 'environment',
	auto_add_to_dnc_enabled: true,
	auto_dnc_trigger_statuses: ['completed', 'voicemail'],
	auto_dnc_trigger_errors: ['invalid_number', 'disconnected'],
	/** @type {object[]} */
	files: [],
};

/**
 * Creates a campaign from the given fields and defaults.
 *
 * @param {Partial<Campaign> & { agent_id: string }} given
 * @param {number} number of the campaign in its environment, from 1, for the default ID and name
 * @returns {Campaign}
 */
function createCampaign(given, number) {
	return {
		id: `campaign_${String(number).padStart(6, '0')}`,
		name: `Campaign ${number}`,
		...structuredClone({ ...listed, ...detailed }),
		...given,
	};
}

/**
 * @param {CampaignCall} call
 * @returns {boolean} whether the call is queued or active, so that a second call to the number is a duplicate
 */
function isPending({ status }) {
	return status === 'queued' || isActive(status);
}

module.exports = {
	campaignStatuses,
	campaignTypes,
	createCampaign,
	detailedMembers: Object.keys(detailed),
	isPending,
	transitions,
};
