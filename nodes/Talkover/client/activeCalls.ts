import type { IDataObject } from 'n8n-workflow';
import type { Answer } from './answer';
import { isObject, readStatement } from './answer';
import type { TalkoverClient } from './client';

/** The one documented wording for "free to call" (endpoints/get-active-call). */
const NO_ACTIVE_CALL = 'No active call found for this phone number';

/** "Agent not found", "Agent not found in this environment.", "Voice agent not found" and the code AGENT_NOT_FOUND. */
const AGENT_NOT_FOUND = /agent[ _]not[ _]found/i;

/** What a server says that does not have this endpoint, as an older installation may not. */
const ABOUT_SOMETHING_ELSE = /\b(route|endpoint|url|path|method)\b|^not found\W*$/i;

/**
 * The calls on which an agent and a phone number are right now, as the API gives them and in its order.
 *
 * @param phone E.164
 * @returns an empty list only if the API clearly says that there is no active call
 * @throws TalkoverError for every other answer
 */
export async function findActiveCalls(
	client: TalkoverClient,
	agentId: string,
	phone: string,
): Promise<IDataObject[]> {
	const answer = await client.get(['agents', agentId, 'active-call', phone]);
	const calls = answer.status === 200 && readCalls(answer);
	if (calls) return calls;
	if (answer.status === 404 && (await saysNoCall(client, agentId, answer))) return [];
	throw client.errorFor(answer, saysNoAgent(answer) ? noSuchAgent(agentId) : undefined);
}

function readCalls({ body }: Answer): IDataObject[] | undefined {
	const calls = isObject(body) && body.success !== false ? body.data : undefined;
	if (!isObject(body) || !Array.isArray(calls) || !calls.every(isObject)) return undefined;
	const isClear = calls.length > 0 || (body.success === true && !('error' in body));
	return isClear ? calls : undefined;
}

async function saysNoCall(
	client: TalkoverClient,
	agentId: string,
	answer: Answer,
): Promise<boolean> {
	const { body } = answer;
	if (!isObject(body) || body.success !== false || saysNoAgent(answer)) return false;
	const { message, code, fields } = readStatement(body);
	if (message === NO_ACTIVE_CALL) return true;
	if (message === undefined || code || Object.keys(fields).length > 0) return false;
	if (ABOUT_SOMETHING_ELSE.test(message)) return false;
	// The API's messages are translated in places, so words alone cannot tell "no call" from "no agent": ask for the agent.
	return await agentExists(client, agentId);
}

function saysNoAgent({ status, body }: Answer): boolean {
	const { message = '', code = '' } = readStatement(body);
	return status === 404 && (AGENT_NOT_FOUND.test(message) || AGENT_NOT_FOUND.test(code));
}

/** @throws TalkoverError unless the API says that it has this agent */
async function agentExists(client: TalkoverClient, agentId: string): Promise<true> {
	const answer = await client.get(['agents', agentId]);
	const { body } = answer;
	const agent = isObject(body) && isObject(body.data) ? body.data : body;
	const isAgent = isObject(agent) && agent.success !== false && String(agent.id) === agentId;
	if (answer.status === 200 && isAgent) return true;
	throw client.errorFor(answer, noSuchAgent(agentId));
}

function noSuchAgent(agentId: string): string {
	return `No agent with the ID "${agentId}"`;
}
