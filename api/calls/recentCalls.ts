import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../client';
import { TalkoverError } from '../errors';
import { createdAt, identityOf, LARGEST_PAGE, listPage, listWhole } from '../lists';
import type { ListRequest } from '../lists';
import { FRESH } from '../rateLimit/pacer';

/** For fewer numbers, searches take hardly more requests than the list. */
const FEWEST_NUMBERS = 10;

/** The most requests for one reading, so that the list stays small in memory. */
const MOST_REQUESTS = 50;

/** By client and list. */
const cached = new WeakMap<TalkoverClient, Map<string, RecentCalls>>();

/**
 * The calls of a list to one number, where reading the whole list takes fewer requests than a search for each number.
 *
 * @param numbers how many numbers will be asked for
 * @returns undefined if the list takes more requests, or cannot be read or understood: then it has to be searched
 * @throws CanceledError
 */
export async function findInWholeList(
	client: TalkoverClient,
	list: ListRequest,
	phone: string,
	numbers: number,
): Promise<IDataObject[] | undefined> {
	if (numbers < FEWEST_NUMBERS) return undefined;
	const byList = cached.get(client) ?? new Map<string, RecentCalls>();
	cached.set(client, byList);
	const key = JSON.stringify([list.path, list.query]);
	const calls =
		byList.get(key) ?? new RecentCalls(client, list, Math.min(numbers / 2, MOST_REQUESTS));
	byList.set(key, calls);
	return await calls.to(phone);
}

/** A whole list of calls, as it was at most some seconds ago. */
class RecentCalls {
	private readonly calls = new Map<unknown, IDataObject>();
	private readonly byNumber = new Map<string, IDataObject[]>();
	/** Epoch milliseconds. */
	private readAt = 0;
	private isNewestFirst = false;
	private isUsable = true;
	private reading?: Promise<void>;

	constructor(
		private readonly client: TalkoverClient,
		private readonly list: ListRequest,
		/** The most requests that one reading of the list is worth. */
		private readonly maxRequests: number,
	) {}

	async to(phone: string): Promise<IDataObject[] | undefined> {
		if (this.isUsable && Date.now() > this.readAt + FRESH) {
			this.reading ??= this.read().finally(() => (this.reading = undefined));
			await this.reading;
		}
		return this.isUsable ? (this.byNumber.get(phone) ?? []) : undefined;
	}

	private async read(): Promise<void> {
		const reading = this.isNewestFirst ? this.readNew() : this.readAll();
		await reading.catch((error: unknown) => {
			if (!(error instanceof TalkoverError)) throw error;
			this.isUsable = false;
		});
	}

	private async readAll(): Promise<void> {
		const budget = { requests: this.maxRequests };
		const calls = await listWhole(this.client, this.list, budget);
		const times = calls.map(createdAt);
		this.isNewestFirst = times.every((time, index) => index === 0 || time <= times[index - 1]);
		// Otherwise new calls may be on any page, and each later reading takes as many requests.
		this.isUsable = this.isNewestFirst || budget.requests >= this.maxRequests - 1;
		this.note(calls);
	}

	/** New calls are on the first pages, before those that were there. */
	private async readNew(): Promise<void> {
		for (let page = 1; ; page++) {
			const { items, isLast } = await listPage(this.client, this.list, page, LARGEST_PAGE);
			const isKnown = items.some((call) => this.calls.has(identityOf(call)));
			this.note(items);
			if (isKnown || isLast) return;
		}
	}

	/** @throws TalkoverError when a call has no number */
	private note(calls: IDataObject[]): void {
		for (const call of calls) this.calls.set(identityOf(call), call);
		this.byNumber.clear();
		for (const call of this.calls.values()) {
			const number = numberOf(call);
			this.byNumber.set(number, [...(this.byNumber.get(number) ?? []), call]);
		}
		this.readAt = Date.now();
	}
}

/**
 * The number that was called, as E.164.
 *
 * @throws TalkoverError when there is none
 */
export function numberOf({ to, id }: IDataObject): string {
	const digits = typeof to === 'string' ? to.replace(/\D/g, '') : '';
	if (digits === '') throw unclear(`the call "${String(id)}" has no number`);
	return `+${digits}`;
}

export function unclear(what: string): TalkoverError {
	return new TalkoverError(`Talkover's list of calls cannot be understood: ${what}`, {
		advice:
			'Nobody was called. Look at the call with the operation Get Many, or call without the option Skip If Called Within.',
	});
}
