import type { IDataObject } from 'n8n-workflow';
import type { Answer } from './http/answers';
import { dataOf } from './http/answers';
import { isObject } from './json';
import type { TalkoverClient } from './http/client';
import type { GetRequest } from './http/requests';
import { TalkoverError } from './errors';

/** The most items on one page (endpoints/list-calls). */
const MAX_PAGE_SIZE = 100;

/** After this many pages in a row without a new item, the API probably returns the same page every time. */
const MAX_PAGES_WITHOUT_NEW = 3;

/** How often, at most, a list of several pages is read until nothing new is found. */
const MAX_READINGS = 3;

/** Date and time with a time zone, with or without seconds and their fractions. The API's pages show all of these. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

/** In milliseconds. */
export const DAY = 86_400_000;

export interface Page {
	items: IDataObject[];
	isLast: boolean;
}

/** A list to read. `query` has the filters, without `page` and `per_page`. */
export interface ListRequest extends GetRequest {
	/** Error message for a 404, as in `No agent with the ID "x"`. */
	notFound?: string;
	/** Whether it is an error if the end of the list cannot be reached. */
	mustBeWhole?: boolean;
}

/**
 * Fetches one page of a list. The API documents both `meta` and `pagination` for the page data.
 *
 * @param page from 1
 * @param pageSize 1–100
 * @throws TalkoverError for every answer that is not a list
 */
export async function listPage(
	client: TalkoverClient,
	request: ListRequest,
	page: number,
	pageSize: number,
): Promise<Page> {
	const query = { ...request.query, per_page: String(pageSize), page: String(page) };
	return await client.get({ ...request, query, page }, readPage);
}

function readPage(
	answer: Answer,
	{ notFound, page }: ListRequest & { page: number },
	client: TalkoverClient,
): Page {
	const { status, body } = answer;
	const items = dataOf(answer);
	if (status !== 200 || !isObject(body) || !Array.isArray(items) || !items.every(isObject)) {
		throw client.errorFor(answer, notFound);
	}
	const paging = [body.meta, body.pagination].find(isObject);
	const isClear = items.length > 0 || ((body.success === true || paging) && !('error' in body));
	if (!isClear) throw client.errorFor(answer, notFound);
	const info = paging ?? {};
	// Without page data, only an empty page is the end: a short page may just be smaller than requested.
	const isLast = info.last_page ? page >= Number(info.last_page) : items.length === 0;
	return { items, isLast };
}

/**
 * Reads a list page by page, from the first. Each page has only items that no page before it has, because a new item moves others to
 * the next page while the list is read.
 *
 * @param pageSize 1–100
 * @throws TalkoverError as {@link listPage} does, and for a list that must be whole and gives the same page again and again
 */
export async function* pagesOf(
	client: TalkoverClient,
	request: ListRequest,
	pageSize = MAX_PAGE_SIZE,
): AsyncGenerator<Page> {
	const seen = new Set<unknown>();
	for (let page = 1, pagesWithoutNew = 0; pagesWithoutNew < MAX_PAGES_WITHOUT_NEW; page++) {
		const { items, isLast } = await listPage(client, request, page, pageSize);
		const newItems = items.filter((item) => !seen.has(identityOf(item)));
		for (const item of newItems) seen.add(identityOf(item));
		yield { items: newItems, isLast };
		if (isLast) return;
		pagesWithoutNew = newItems.length > 0 ? 0 : pagesWithoutNew + 1;
	}
	if (request.mustBeWhole) throw neverEnds();
}

/**
 * Reads a list until there are enough items.
 *
 * @param limit the most items to return
 * @param isWanted whether to return an item; default: all
 * @returns each item once
 * @throws TalkoverError as {@link pagesOf} does
 */
export async function listAll(
	client: TalkoverClient,
	request: ListRequest,
	limit: number,
	isWanted?: (item: IDataObject) => boolean,
): Promise<IDataObject[]> {
	const pageSize = isWanted ? MAX_PAGE_SIZE : Math.min(limit, MAX_PAGE_SIZE);
	const wanted: IDataObject[] = [];
	for await (const { items } of pagesOf(client, request, pageSize)) {
		wanted.push(...(isWanted ? items.filter(isWanted) : items));
		if (wanted.length >= limit) break;
	}
	return wanted.slice(0, limit);
}

export interface WholeList {
	items: IDataObject[];
	/** When the first page was last read, in epoch milliseconds. The list contains all items that were created before. */
	readAt: number;
	/** The number of pages at that time. */
	pages: number;
}

/** Reads whole lists, with a limited number of requests for all of them. */
export class WholeLists {
	constructor(
		private readonly client: TalkoverClient,
		/** How many requests may still be sent. */
		private requestsLeft: number,
	) {}

	/**
	 * Reads a whole list. While its pages are read, an item may move to a page that was read before, so a list of several pages is read
	 * again until nothing new is found.
	 *
	 * @returns each item once, as last read
	 * @throws TalkoverError when it takes too many requests or the list keeps changing, and as {@link pagesOf} does
	 */
	async read(request: ListRequest): Promise<WholeList> {
		const all = new Map<unknown, IDataObject>();
		let newest = Infinity;
		for (let reading = 1; reading <= MAX_READINGS; reading++) {
			const { items, pages, readAt } = await this.readPages(request);
			// An item that was created in the meantime has not moved.
			const hasMoved = (item: IDataObject) =>
				!all.has(identityOf(item)) && !(createdAt(item) > newest);
			const isComplete = pages === 1 || (reading > 1 && !items.some(hasMoved));
			// Deleted first, so that the items are in the order of this reading.
			for (const item of items) all.delete(identityOf(item));
			for (const item of items) all.set(identityOf(item), item);
			if (isComplete) return { items: [...all.values()], readAt, pages };
			if (reading === 1) newest = Math.max(...items.map(createdAt));
		}
		throw new TalkoverError("Talkover's list keeps changing while it is read");
	}

	private async readPages(request: ListRequest): Promise<WholeList> {
		const list: WholeList = { items: [], readAt: 0, pages: 0 };
		this.spendRequest();
		// Fresh, because a second reading of cached pages would find nothing new.
		const whole = { ...request, isFresh: true, mustBeWhole: true };
		for await (const { items, isLast } of pagesOf(this.client, whole)) {
			list.readAt ||= Date.now();
			list.items.push(...items);
			list.pages++;
			if (!isLast) this.spendRequest();
		}
		return list;
	}

	private spendRequest(): void {
		if (this.requestsLeft <= 0) throw new TalkoverError("Talkover's list has too many pages");
		this.requestsLeft--;
	}
}

/** Epoch milliseconds; NaN if the time is not readable. */
export function createdAt({ created_at: time }: IDataObject): number {
	return typeof time === 'string' && TIME.test(time) ? Date.parse(time) : NaN;
}

/**
 * The day before a time, for the filter `date_from`: the API takes days in an undocumented time zone.
 *
 * @param time epoch milliseconds
 * @returns `YYYY-MM-DD`
 */
export function dayBefore(time: number): string {
	return new Date(time - DAY).toISOString().slice(0, 10);
}

function neverEnds(): TalkoverError {
	return new TalkoverError(
		"Talkover's list cannot be read to its end: it gives the same page again and again",
		{
			advice: "Try again. If it happens again, tell Talkover's support.",
		},
	);
}

/** The ID of an item, or all its fields as JSON if it has none. */
export function identityOf(item: IDataObject): unknown {
	return item.id ?? JSON.stringify(item);
}
