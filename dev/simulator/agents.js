/** @typedef {typeof defaults & { id: string, name: string, label: string }} Agent An agent as the API shows it. */

const defaults = {
	description: '',
	language: 'en-US',
	voice: {
		id: 'voice_000001',
		name: 'Bianca',
		label: 'Bianca Voice',
		stability: 0.6,
		similarity_boost: 0.98,
		ambient_background: 'office',
		template: { id: 'voice_template_000001', name: 'Bianca' },
	},
	initial_message: 'Hello',
	interrupt_sensitivity: 'medium',
	conversation_speed: 1,
	initial_message_delay: 0,
	ask_if_human_present_on_idle: false,
	direction: 'outbound',
	who_speaks_first: 'agent',
	current_status: 'published',
	is_sandbox: false,
	is_ready_to_publish: true,
	created_at: '2024-01-15T10:30:00Z',
	updated_at: '2024-01-15T10:30:00Z',
	/** @type {object[]} */
	trainings: [],
	/** @type {object[]} */
	actions: [],
	/** @type {object[]} */
	phone_numbers: [],
};

/**
 * Creates an agent from the given fields and defaults.
 *
 * @param {Partial<Agent>} given
 * @param {number} number of the agent in its environment, from 1, for the default ID and names
 * @returns {Agent}
 */
function createAgent(given, number) {
	const name = given.name ?? `Agent ${number}`;
	const id = `agent_${String(number).padStart(6, '0')}`;
	// A copy, so that a change of one agent does not change the others.
	return { id, name, label: name, ...structuredClone(defaults), ...given };
}

/**
 * @param {Agent} agent
 * @returns the fields of an agent that the API shows in calls and campaigns
 */
function showAgentRef({ id, name, label }) {
	return { id, name, label };
}

module.exports = { createAgent, showAgentRef };
