import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../http/client';
import { onTalkoverError, TalkoverError } from '../errors';
import { getOrCreate } from '../getOrCreate';
import { createdAt, identityOf, pagesOf, WholeLists } from '../lists';
import type { ListRequest } from '../lists';
import { readNumber } from './listedCalls';
import { FRESH } from '../http/rateLimit/turns';

/** For fewer numbers, a search for each takes about as many requests as the list. */
const FEWEST_NUMBERS = 10;

/** The most requests to send for all lists of a run, so that they stay small in memory. */
const MOST_REQUESTS = 50;

/**
 * The calls to one number, from a list that is read once for all numbers of a run.
 *
 * @returns undefined if searches take fewer requests, or the list cannot be read or is unclear, so that it must be searched
 * @throws CanceledError
 */
export async function findInWholeList(
	client: TalkoverClient,
	list: ListRequest,
	phone: string,
): Promise<IDataObject[] | undefined> {
	if (client.itemCount < FEWEST_NUMBERS) return undefined;
	return await client.perRun(RecentLists).of(list).to(phone);
}

/** The lists of a run. */
class RecentLists {
	private readonly byList = new Map<string, RecentCalls>();
	/** Shared by the first readings of all lists: each agent may have its own list. */
	private readonly lists: WholeLists;

	constructor(private readonly client: TalkoverClient) {
		this.lists = new WholeLists(client, Math.min(Math.floor(client.itemCount / 2), MOST_REQUESTS));
	}

	of(list: ListRequest): RecentCalls {
		const key = JSON.stringify([list.path, list.query]);
		return getOrCreate(this.byList, key, () => new RecentCalls(this.client, list, this.lists));
	}
}

/** A whole list of calls, at most a few seconds old. */
class RecentCalls {
	private readonly calls = new Map<unknown, IDataObject>();
	private readonly byNumber = new Map<string, IDataObject[]>();
	/** When the first page was last read, in epoch milliseconds. */
	private readAt = 0;
	private isNewestFirst = false;
	private isUsable = true;
	private reading?: Promise<void>;

	constructor(
		private readonly client: TalkoverClient,
		private readonly list: ListRequest,
		/** For the first reading of the list. */
		private readonly lists: WholeLists,
	) {}

	async to(phone: string): Promise<IDataObject[] | undefined> {
		// A loop, because reading several pages may take longer than this if it waits for the rate limit.
		while (this.isUsable && Date.now() > this.readAt + FRESH) {
			this.reading ??= this.read().finally(() => (this.reading = undefined));
			await this.reading;
		}
		return this.isUsable ? (this.byNumber.get(phone) ?? []) : undefined;
	}

	private async read(): Promise<void> {
		const reading = this.isNewestFirst ? this.readNew() : this.readAll();
		await reading.catch(
			onTalkoverError(() => {
				this.isUsable = false;
			}),
		);
	}

	private async readAll(): Promise<void> {
		const lists = this.readAt === 0 ? this.lists : new WholeLists(this.client, 1);
		const { items, readAt, pages } = await lists.read(this.list);
		const times = items.map(createdAt);
		const isSorted = times.every((time, index) => index === 0 || time <= times[index - 1]);
		// The order is undocumented, and calls with the same time do not show it.
		this.isNewestFirst = isSorted && times[0] > times[times.length - 1];
		// In any other order, new calls may be on any page, so that each update takes as many requests.
		this.isUsable = this.isNewestFirst || pages === 1;
		this.note(items);
		this.readAt = readAt;
	}

	/** Reads from the first page to the first known call: new calls come before it. */
	private async readNew(): Promise<void> {
		let readAt = 0;
		for await (const { items } of pagesOf(this.client, this.list)) {
			readAt ||= Date.now();
			const isKnown = items.some((call) => this.calls.has(identityOf(call)));
			this.note(items);
			if (isKnown) break;
		}
		this.readAt = readAt;
	}

	/** @throws TalkoverError when a call has no number */
	private note(calls: IDataObject[]): void {
		for (const call of calls) this.calls.set(identityOf(call), call);
		this.byNumber.clear();
		for (const call of this.calls.values()) {
			const number = numberOf(call);
			this.byNumber.set(number, [...(this.byNumber.get(number) ?? []), call]);
		}
	}
}

/**
 * The number that was called, as E.164.
 *
 * @throws TalkoverError when there is none
 */
export function numberOf({ to, id }: IDataObject): string {
	const number = readNumber(to);
	if (number === undefined) throw unclearList(`the call "${String(id)}" has no number`);
	return number;
}

export function unclearList(what: string): TalkoverError {
	return new TalkoverError(`Talkover's list of calls cannot be understood: ${what}`, {
		advice:
			"Nobody was called. Look at the call with Call: Get Many, or call without the option 'Skip If Called Within'.",
	});
}
