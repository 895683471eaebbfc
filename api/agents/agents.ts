import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../http/answers';
import { readApiError } from '../http/answers';
import { isObject } from '../json';
import type { TalkoverClient } from '../http/client';
import type { Freshness } from '../http/requests';

/** Messages: "Agent not found", "Agent not found in this environment.", "Voice agent not found". Code: AGENT_NOT_FOUND. */
const AGENT_NOT_FOUND = /agent[ _]not[ _]found/i;

/**
 * Fetches one agent (endpoints/get-agent).
 *
 * @throws TalkoverError for every answer without this agent
 */
export async function fetchAgent(
	client: TalkoverClient,
	agentId: string,
	{ isFresh }: Freshness = {},
): Promise<IDataObject> {
	return await client.get({ path: ['agents', agentId], agentId, isFresh }, readAgent);
}

function readAgent(
	answer: Answer,
	{ agentId }: { agentId: string },
	client: TalkoverClient,
): IDataObject {
	const { status, body } = answer;
	// The published openapi.json gives a bare agent.
	const agent = isObject(body) && isObject(body.data) ? body.data : body;
	const isAgent = isObject(agent) && agent.success !== false && String(agent.id) === agentId;
	if (status === 200 && isAgent) return agent;
	throw client.errorFor(answer, noSuchAgent(agentId));
}

/** The status of an agent. The pt-br pages document the key `status`, the other pages `current_status`. */
export function statusOf({ current_status, status }: IDataObject): unknown {
	return current_status ?? status;
}

/** Whether the agent does not exist, according to a 404 with any of the documented messages. */
export function isAgentNotFound({ status, body }: Answer): boolean {
	const { message = '', code = '' } = readApiError(body);
	return status === 404 && (AGENT_NOT_FOUND.test(message) || AGENT_NOT_FOUND.test(code));
}

/** Error message for a 404 about an agent. */
export function noSuchAgent(agentId: string): string {
	return `No agent with the ID "${agentId}"`;
}
