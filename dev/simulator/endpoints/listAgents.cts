import type { Endpoint } from '../api/endpoint.cts';
import { answerPage, hasText } from '../api/listing.cts';

const listAgents: Endpoint = (question) => {
	const { status, direction, search } = question.query;
	const agents = question.world.agents.filter(
		(agent) =>
			(!status || agent.current_status === status) &&
			(!direction || agent.direction === direction) &&
			hasText(search, agent.name, agent.label),
	);
	return answerPage(agents, question, 'meta');
};

export default listAgents;
