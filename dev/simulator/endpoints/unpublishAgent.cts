import type { Endpoint } from '../api/endpoint.cts';
import { setAgentStatus } from '../world/agents.cts';

/** The page does not say what happens if the agent is a draft already: here it succeeds again. */
const unpublishAgent: Endpoint = ({ agent, world, ok }) => {
	const data = setAgentStatus(agent, 'draft', world.now());
	return ok({ success: true, message: 'Agent unpublished successfully', data });
};

export default unpublishAgent;
