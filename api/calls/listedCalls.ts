import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents/agents';
import type { TalkoverClient } from '../http/client';
import { listAll } from '../lists';

/**
 * Calls from the list of an agent's calls (endpoints/get-agent-calls), because the API has no request for one call.
 *
 * @param callIds the list is read until all of them are found
 * @param query filters that make the list shorter
 * @param isFresh whether to send the requests even if there are cached results
 * @returns the calls that are listed, by their ID
 * @throws TalkoverError when the list cannot be read
 */
export async function findListedCalls(
	client: TalkoverClient,
	agentId: string,
	callIds: string[],
	query: Record<string, string> = {},
	isFresh = true,
): Promise<Map<string, IDataObject>> {
	const ids = new Set(callIds);
	const list = {
		path: ['agents', agentId, 'calls'],
		query,
		notFound: noSuchAgent(agentId),
		isFresh,
	};
	const calls = await listAll(client, list, ids.size, ({ id }) => ids.has(String(id)));
	return new Map(calls.map((call) => [String(call.id), call]));
}
