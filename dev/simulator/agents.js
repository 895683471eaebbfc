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
 * A whole agent out of what a test cares about.
 *
 * @param {Partial<Agent>} given
 * @param {number} number the how-manieth agent of its environment, for the id and names that aren't given
 * @returns {Agent}
 */
function createAgent(given, number) {
	const name = given.name ?? `Agent ${number}`;
	const id = `agent_${String(number).padStart(6, '0')}`;
	// A copy, so that a test which changes one agent changes no other.
	return { id, name, label: name, ...structuredClone(defaults), ...given };
}

/**
 * @param {Agent} agent
 * @returns what the API shows of an agent within something else
 */
function showAgentRef({ id, name, label }) {
	return { id, name, label };
}

module.exports = { createAgent, showAgentRef };
