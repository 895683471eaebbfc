import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { TalkoverClient } from './client/client';
import { listPage } from './client/list';
import { toNodeError } from './errors';

const PAGE_SIZE = 50;

/** Shorter than while a workflow runs: somebody is looking at the drop-down. */
const SETTINGS = { timeout: 10, maxRateLimitWait: 5 };

/**
 * The drop-down of agents: searched by the API as the builder types, with more pages on scrolling.
 *
 * @param pageNumber the page to load, as the one before gave it
 * @throws NodeError when the API cannot be asked
 */
export async function searchAgents(
	this: ILoadOptionsFunctions,
	search = '',
	pageNumber = '1',
): Promise<INodeListSearchResult> {
	try {
		const client = await TalkoverClient.open(this, SETTINGS);
		const page = Number(pageNumber);
		const query: Record<string, string> = search.trim() ? { search: search.trim() } : {};
		const { items, lastPage } = await listPage(client, ['agents'], query, page, PAGE_SIZE);
		return {
			results: items.map((agent) => ({ name: nameOf(agent), value: String(agent.id) })),
			paginationToken: page < lastPage ? String(page + 1) : undefined,
		};
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

/** Label and name, and the status of an agent that is not published: the pt-br pages have it under another key. */
function nameOf({ id, name, label, current_status, status }: IDataObject): string {
	const names = [label, name].filter((text) => typeof text === 'string' && text !== '');
	const [first = id, second] = [...new Set(names)];
	const state = current_status ?? status ?? 'published';
	return [
		String(first),
		second === undefined ? '' : ` (${String(second)})`,
		state === 'published' ? '' : ` [${String(state)}]`,
	].join('');
}
