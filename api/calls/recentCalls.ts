import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../client';
import { TalkoverError } from '../errors';
import { getOrCreate } from '../getOrCreate';
import { createdAt, identityOf, listPage, listWhole, MAX_PAGE_SIZE } from '../lists';
import type { Budget, ListRequest } from '../lists';
import { FRESH } from '../rateLimit/turns';

/** For fewer numbers, a search for each takes about as many requests as the list. */
const FEWEST_NUMBERS = 10;

/** The most requests to send for all lists of a run, so that they stay small in memory. */
const MOST_REQUESTS = 50;

interface Cached {
	byList: Map<string, RecentCalls>;
	/** Shared by the first readings of all lists: each agent may have its own list. */
	budget: Budget;
}

const cached = new WeakMap<TalkoverClient, Cached>();

/**
 * The calls to one number, from a list that is read once for all numbers of a run.
 *
 * @param numbers how many numbers this run looks up
 * @returns undefined if searches take fewer requests, or the list cannot be read or is unclear, so that it must be searched
 * @throws CanceledError
 */
export async function findInWholeList(
	client: TalkoverClient,
	list: ListRequest,
	phone: string,
	numbers: number,
): Promise<IDataObject[] | undefined> {
	if (numbers < FEWEST_NUMBERS) return undefined;
	const { byList, budget } = getOrCreate<TalkoverClient, Cached>(cached, client, () => ({
		byList: new Map(),
		budget: { requests: Math.min(Math.floor(numbers / 2), MOST_REQUESTS) },
	}));
	const key = JSON.stringify([list.path, list.query]);
	const calls = getOrCreate(byList, key, () => new RecentCalls(client, list, budget));
	return await calls.to(phone);
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
		private readonly budget: Budget,
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
		await reading.catch((error: unknown) => {
			if (!(error instanceof TalkoverError)) throw error;
			this.isUsable = false;
		});
	}

	private async readAll(): Promise<void> {
		const budget = this.readAt === 0 ? this.budget : { requests: 1 };
		const { items, readAt, pages } = await listWhole(this.client, this.list, budget);
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
		for (let page = 1; ; page++) {
			const { items, isLast } = await listPage(this.client, this.list, page, MAX_PAGE_SIZE);
			readAt ||= Date.now();
			const isKnown = items.some((call) => this.calls.has(identityOf(call)));
			this.note(items);
			if (isKnown || isLast) break;
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
	if (number === undefined) throw unclear(`the call "${String(id)}" has no number`);
	return number;
}

/** A number in a list of calls, such as `+1 555-123-4567`, as E.164; undefined if it has no digits. */
export function readNumber(listed: unknown): string | undefined {
	const digits = typeof listed === 'string' ? listed.replace(/\D/g, '') : '';
	return digits === '' ? undefined : `+${digits}`;
}

export function unclear(what: string): TalkoverError {
	return new TalkoverError(`Talkover's list of calls cannot be understood: ${what}`, {
		advice:
			'Nobody was called. Look at the call with the operation Get Many, or call without the option Skip If Called Within.',
	});
}
