import type { IDataObject } from 'n8n-workflow';
import type { Answer } from './answers';
import { isObject, readApiError } from './answers';
import type { TalkoverClient } from './client';

/** "Agent not found", "Agent not found in this environment.", "Voice agent not found" and the code AGENT_NOT_FOUND. */
const AGENT_NOT_FOUND = /agent[ _]not[ _]found/i;

/**
 * One agent, as the API gives it (endpoints/get-agent).
 *
 * @throws TalkoverError unless the API says that it has this agent
 */
export async function fetchAgent(client: TalkoverClient, agentId: string): Promise<IDataObject> {
	return await client.get(['agents', agentId], (answer) => {
		const { status, body } = answer;
		// The published openapi.json gives a bare agent.
		const agent = isObject(body) && isObject(body.data) ? body.data : body;
		const isAgent = isObject(agent) && agent.success !== false && String(agent.id) === agentId;
		if (status === 200 && isAgent) return agent;
		throw client.errorFor(answer, noSuchAgent(agentId));
	});
}

/** What an agent's status is: the pt-br pages have it under another key. */
export function statusOf({ current_status, status }: IDataObject): unknown {
	return current_status ?? status;
}

/** Whether a 404 says that there is no such agent, in any of its documented wordings. */
export function saysNoAgent({ status, body }: Answer): boolean {
	const { message = '', code = '' } = readApiError(body);
	return status === 404 && (AGENT_NOT_FOUND.test(message) || AGENT_NOT_FOUND.test(code));
}

/** What to say of a 404 for an agent. */
export function noSuchAgent(agentId: string): string {
	return `No agent with the ID "${agentId}"`;
}
