import type { IDataObject } from 'n8n-workflow';
import { isObject } from './answer';
import type { TalkoverClient } from './client';

export interface Page {
	items: IDataObject[];
	lastPage: number;
}

/**
 * One page of a list, whichever of the two documented shapes says where it stands: `meta` or `pagination`.
 *
 * @param query the filters, without `page` and `per_page`
 * @param page from 1
 * @param pageSize 1–100
 * @throws TalkoverError for every answer that is not a list
 */
export async function listPage(
	client: TalkoverClient,
	path: string[],
	query: Record<string, string>,
	page: number,
	pageSize: number,
): Promise<Page> {
	const answer = await client.get(path, {
		...query,
		per_page: String(pageSize),
		page: String(page),
	});
	const { status, body } = answer;
	if (status !== 200 || !isObject(body) || !Array.isArray(body.data)) throw client.errorFor(answer);
	const info = isObject(body.meta) ? body.meta : isObject(body.pagination) ? body.pagination : {};
	const items = body.data.filter(isObject);
	const lastPage = Number(info.last_page ?? (items.length < pageSize ? page : page + 1));
	return { items, lastPage };
}
