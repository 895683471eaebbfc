import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../http/answers';
import { dataOf, isAboutRoute, readApiError } from '../http/answers';
import { isObject } from '../json';
import { fetchAgent, isAgentNotFound, noSuchAgent } from '../agents/agents';
import type { TalkoverClient } from '../http/client';
import type { Freshness } from '../http/requests';

/** The documented message of a 404 for "no active call" (endpoints/get-active-call). */
const NO_ACTIVE_CALL = 'No active call found for this phone number';

/**
 * The active calls between an agent and a phone number, in the API's order (endpoints/get-active-call).
 *
 * @param phone E.164
 * @returns an empty list only if the API clearly says that no call is active
 * @throws TalkoverError for every other answer
 */
export async function findActiveCalls(
	client: TalkoverClient,
	agentId: string,
	phone: string,
	{ isFresh }: Freshness = {},
): Promise<IDataObject[]> {
	const path = ['agents', agentId, 'active-call', phone];
	return await client.get({ path, agentId, isFresh }, readActiveCalls);
}

async function readActiveCalls(
	answer: Answer,
	{ agentId }: { agentId: string },
	client: TalkoverClient,
): Promise<IDataObject[]> {
	const calls = answer.status === 200 && readCalls(answer);
	if (calls) return calls;
	if (answer.status === 404 && (await meansNoCall(client, agentId, answer))) return [];
	throw client.errorFor(answer, isAgentNotFound(answer) ? noSuchAgent(agentId) : undefined);
}

function readCalls(answer: Answer): IDataObject[] | undefined {
	const { body } = answer;
	const calls = dataOf(answer);
	if (!isObject(body) || !Array.isArray(calls) || !calls.every(isObject)) return undefined;
	const isClear = calls.length > 0 || (body.success === true && !('error' in body));
	return isClear ? calls : undefined;
}

/** @throws TalkoverError when the agent does not exist, or cannot be fetched */
async function meansNoCall(
	client: TalkoverClient,
	agentId: string,
	answer: Answer,
): Promise<boolean> {
	const { body } = answer;
	if (!isObject(body) || body.success !== false || isAgentNotFound(answer)) return false;
	const error = readApiError(body);
	const { message, code, fields } = error;
	if (message === NO_ACTIVE_CALL) return true;
	if (message === undefined || code || Object.keys(fields).length > 0) return false;
	if (isAboutRoute(error)) return false;
	// Some of the API's messages are translated, so an unknown message can mean "no call" or "no agent".
	await fetchAgent(client, agentId);
	return true;
}
