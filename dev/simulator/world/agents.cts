import { showTime } from './time.cts';

const defaults = {
	description: '',
	language: 'en-US',
	voice: {
		id: 'voice-1',
		name: 'Bianca',
		label: 'Bianca Voice',
		stability: 0.6,
		similarity_boost: 0.98,
		ambient_background: 'office',
		template: { id: 'voice-template-1', name: 'Bianca' },
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
	trainings: [] as object[],
	actions: [] as object[],
	phone_numbers: [] as object[],
};

/** An agent as the API shows it. */
export type Agent = typeof defaults & { id: string; name: string; label: string };

/** @param number of the agent in its environment, from 1, for the default ID and names */
export function createAgent(given: Partial<Agent>, number: number): Agent {
	const name = given.name ?? `Agent ${number}`;
	// A copy, so that a change of one agent does not change the others.
	return { id: `agent-${number}`, name, label: name, ...structuredClone(defaults), ...given };
}

/** The fields of an agent that the API shows in calls and campaigns. */
export const showAgentRef = ({ id, name, label }: Agent) => ({ id, name, label });

/**
 * Publishes or unpublishes an agent. Its calls go on.
 *
 * @param now epoch milliseconds
 * @returns the agent in the format of publish-agent. The example of unpublish-agent is not ready to be published; here an agent stays ready.
 */
export function setAgentStatus(agent: Agent, status: 'published' | 'draft', now: number) {
	agent.current_status = status;
	agent.updated_at = showTime(now);
	const { id, name, current_status, is_ready_to_publish, updated_at } = agent;
	return { id, name, current_status, is_ready_to_publish, updated_at };
}
