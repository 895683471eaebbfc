import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents/agents';
import type { TalkoverClient } from '../http/client';
import type { Freshness } from '../http/requests';
import { listAll } from '../lists';
import type { ListRequest } from '../lists';

/** The list of the calls of an agent, or of all agents (endpoints/get-agent-calls, list-calls). */
export function callsOf(agentId?: string): ListRequest {
	if (agentId === undefined) return { path: ['calls'] };
	return { path: ['agents', agentId, 'calls'], notFound: noSuchAgent(agentId) };
}

/** A number in a list of calls, such as `+1 555-123-4567`, as E.164; undefined if it has no digits. */
export function readNumber(listed: unknown): string | undefined {
	const digits = typeof listed === 'string' ? listed.replace(/\D/g, '') : '';
	return digits === '' ? undefined : `+${digits}`;
}

export interface ListedCallsQuery extends Freshness {
	/** Filters that make the list shorter. */
	query?: Record<string, string>;
}

/**
 * Calls from the list of an agent's calls, because the API has no request for one call.
 *
 * @param callIds the list is read until all of them are found
 * @returns the calls that are listed, by their ID
 * @throws TalkoverError when the list cannot be read
 */
export async function findListedCalls(
	client: TalkoverClient,
	agentId: string,
	callIds: string[],
	{ query, isFresh }: ListedCallsQuery,
): Promise<Map<string, IDataObject>> {
	const ids = new Set(callIds);
	const list = { ...callsOf(agentId), query, isFresh };
	const calls = await listAll(client, list, ids.size, ({ id }) => ids.has(String(id)));
	return new Map(calls.map((call) => [String(call.id), call]));
}
