const { isActive } = require('./calls');

/** @typedef {typeof campaignStatuses[number]} CampaignStatus */
/** @typedef {typeof campaignTypes[number]} CampaignType */
/** @typedef {typeof listed & typeof detailed & { id: string, name: string, agent_id: string }} Campaign A campaign as the API shows it, without its agent, calls and statistics. */
/**
 * @typedef {object} CampaignCall A call that a campaign is to make
 * @property {string} id not that of a call: whether it becomes one is not documented
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

/** @type {Record<CampaignStatus, readonly CampaignStatus[]>} To which statuses a campaign can change. */
const transitions = {
	draft: ['active', 'cancelled'],
	active: ['paused', 'completed', 'cancelled'],
	paused: ['active', 'completed', 'cancelled'],
	completed: [],
	cancelled: [],
};

/** What lists show, too. */
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

/** What only the page of one campaign shows. */
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
 * A whole campaign out of what a test cares about.
 *
 * @param {Partial<Campaign> & { agent_id: string }} given
 * @param {number} number the how-manieth campaign of its environment, for the id and the name that aren't given
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
 * @returns {boolean} whether the phone has yet to ring, or is in use: until then, a second call to the number is a duplicate
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
