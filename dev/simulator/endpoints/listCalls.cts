import type { Endpoint } from '../api/endpoint.cts';
import { answerCalls } from '../api/listing.cts';
import { showAgentRef } from '../world/agents.cts';
import { showCall } from '../world/calls.cts';

const listCalls: Endpoint = (question) => {
	const { query, world } = question;
	const isWanted = ({ agentId }: { agentId: string }) =>
		!query.agent_id || agentId === query.agent_id;
	return answerCalls(question, isWanted, (call, now) => ({
		...showCall(call, now),
		agent: showAgentRef(world.agent(call.agentId)),
	}));
};

export default listCalls;
