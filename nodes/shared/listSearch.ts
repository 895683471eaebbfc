import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { statusOf } from '../../api/agents/agents';
import { listPage } from '../../api/lists';
import { listWebhooks } from '../../api/webhooks/webhooks';
import type { Webhook } from '../../api/webhooks/webhooks';
import { toNodeError } from './nodeErrors';
import { readOwner } from './ownerFields';
import { Parameters } from './parameters';
import { openClient } from './talkoverClient';

const PAGE_SIZE = 50;

/** Shorter than in a workflow, because somebody is waiting for the drop-down. */
export const DROP_DOWN_SETTINGS = { timeout: 10, maxRateLimitWait: 5 };

/**
 * The drop-down of agents. The API searches as the builder types; scrolling loads more pages.
 *
 * @param pageNumber the `paginationToken` of the page before
 * @throws NodeError when the list cannot be loaded
 */
export async function searchAgents(
	this: ILoadOptionsFunctions,
	search?: string,
	pageNumber?: string,
): Promise<INodeListSearchResult> {
	return await searchList(this, 'agents', showAgent, search, pageNumber);
}

/** The drop-down of campaigns, as {@link searchAgents}. */
export async function searchCampaigns(
	this: ILoadOptionsFunctions,
	search?: string,
	pageNumber?: string,
): Promise<INodeListSearchResult> {
	return await searchList(this, 'campaigns', showCampaign, search, pageNumber);
}

/** The drop-down of the webhooks of the chosen agent or campaign. Their list has no pages, and the API does not search in it. */
export async function searchWebhooks(
	this: ILoadOptionsFunctions,
	search = '',
): Promise<INodeListSearchResult> {
	try {
		const owner = readOwner(currentParameters(this));
		const { webhooks } = await listWebhooks(await openClient(this, DROP_DOWN_SETTINGS), owner);
		const text = search.trim().toLowerCase();
		const shown = webhooks.map(showWebhook);
		return { results: shown.filter(({ name }) => name.toLowerCase().includes(text)) };
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

/** The parameters of the node that the builder has open. */
export function currentParameters(context: ILoadOptionsFunctions): Parameters {
	return new Parameters((name) => context.getCurrentNodeParameter(name, { extractValue: true }));
}

async function searchList(
	context: ILoadOptionsFunctions,
	path: string,
	show: (item: IDataObject) => INodeListSearchItems,
	search = '',
	pageNumber = '1',
): Promise<INodeListSearchResult> {
	try {
		const client = await openClient(context, DROP_DOWN_SETTINGS);
		const page = Number(pageNumber);
		const query: Record<string, string> = search.trim() ? { search: search.trim() } : {};
		const { items, isLast } = await listPage(client, { path: [path], query }, page, PAGE_SIZE);
		return {
			results: items.map(show),
			paginationToken: isLast ? undefined : String(page + 1),
		};
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

/** Label and name, and the status of an agent that is not published. */
function showAgent(agent: IDataObject): INodeListSearchItems {
	const { id, name, label } = agent;
	const names = [label, name].filter((text) => typeof text === 'string' && text !== '');
	const [first = id, second] = [...new Set(names)];
	const state = statusOf(agent) ?? 'published';
	return {
		name: [
			String(first),
			second === undefined ? '' : ` (${String(second)})`,
			state === 'published' ? '' : ` [${String(state)}]`,
		].join(''),
		value: String(id),
	};
}

/** The name, and the status of a campaign that takes no calls. */
function showCampaign({ id, name, status }: IDataObject): INodeListSearchItems {
	const state = (status ?? 'active') === 'active' ? '' : ` [${String(status)}]`;
	return { name: `${String(name || id)}${state}`, value: String(id) };
}

/** The name, the address, and whether it gets no events at the moment. */
function showWebhook({ id, name, url, isEnabled }: Webhook): INodeListSearchItems {
	return { name: `${name || id} (${url})${isEnabled ? '' : ' [disabled]'}`, value: id };
}
