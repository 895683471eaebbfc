import type { Endpoint } from '../api/endpoint.cts';
import { answerCalls } from '../api/listing.cts';

const listAgentCalls: Endpoint = (question) =>
	answerCalls(question, ({ agentId }) => agentId === question.agent.id);

export default listAgentCalls;
