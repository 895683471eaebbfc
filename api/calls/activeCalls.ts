import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../answers';
import { isAboutRoute, isObject, readApiError } from '../answers';
import { fetchAgent, noSuchAgent, saysNoAgent } from '../agents';
import type { TalkoverClient } from '../client';

/** The one documented wording for "free to call" (endpoints/get-active-call). */
const NO_ACTIVE_CALL = 'No active call found for this phone number';

/**
 * The calls on which an agent and a phone number are right now, as the API gives them and in its order.
 *
 * @param phone E.164
 * @param isFresh whether to ask again what this run has asked before
 * @returns an empty list only if the API clearly says that there is no active call
 * @throws TalkoverError for every other answer
 */
export async function findActiveCalls(
	client: TalkoverClient,
	agentId: string,
	phone: string,
	isFresh = false,
): Promise<IDataObject[]> {
	const read = async (answer: Answer) => {
		const calls = answer.status === 200 && readCalls(answer);
		if (calls) return calls;
		if (answer.status === 404 && (await saysNoCall(client, agentId, answer))) return [];
		throw client.errorFor(answer, saysNoAgent(answer) ? noSuchAgent(agentId) : undefined);
	};
	return await client.get(['agents', agentId, 'active-call', phone], read, {}, isFresh);
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
	const error = readApiError(body);
	const { message, code, fields } = error;
	if (message === NO_ACTIVE_CALL) return true;
	if (message === undefined || code || Object.keys(fields).length > 0) return false;
	if (isAboutRoute(error)) return false;
	// The API's messages are translated in places, so words alone cannot tell "no call" from "no agent": ask for the agent.
	await fetchAgent(client, agentId);
	return true;
}
