import type { Endpoint } from '../api/endpoint.cts';
import { setAgentStatus } from '../world/agents.cts';

/** The page does not say what happens if the agent is published already: here it succeeds again. */
const publishAgent: Endpoint = ({ agent, world, ok, refuse }) => {
	if (!agent.is_ready_to_publish) {
		const errors = { initial_message: ['The initial message field is required.'] };
		return refuse(422, /./, { message: 'Agent is not ready to be published.', errors });
	}
	const data = setAgentStatus(agent, 'published', world.now());
	return ok({ success: true, message: 'Agent published successfully', data });
};

export default publishAgent;
