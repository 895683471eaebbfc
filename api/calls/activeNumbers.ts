import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents';
import type { TalkoverClient } from '../client';
import { TalkoverError } from '../errors';
import { listPage } from '../lists';
import type { ListRequest } from '../lists';
import { ACTIVE, isOver } from './statuses';

const DAY = 86_400_000;

const PAGE_SIZE = 100;

/** One for each active status, and one for all others. */
const FEWEST_REQUESTS = ACTIVE.length + 1;

/** How often a list of several pages is read, until a reading finds nothing new. */
const MAX_READINGS = 3;

/** A number as the lists give it: E.164, with or without separators. */
const NUMBER = /^\+[\d\s().-]+$/;

/** By client and agent: the list is read once in a run. */
const cached = new WeakMap<TalkoverClient, Map<string, Promise<Set<string> | undefined>>>();

/**
 * The numbers that may be on an active call with an agent, from its list of calls (endpoints/get-agent-calls). A number that is not
 * among them is on no call, unless the call began while the list was read.
 *
 * @param maxRequests the most requests that the list is worth
 * @returns E.164; undefined if the list cannot tell, or takes more requests: then each number has to be looked up
 * @throws CanceledError
 */
export async function findActiveNumbers(
	client: TalkoverClient,
	agentId: string,
	maxRequests: number,
): Promise<Set<string> | undefined> {
	if (maxRequests < FEWEST_REQUESTS) return undefined;
	const byAgent = cached.get(client) ?? new Map<string, Promise<Set<string> | undefined>>();
	cached.set(client, byAgent);
	const numbers =
		byAgent.get(agentId) ??
		new ActiveNumbers(client, agentId, maxRequests).read().catch(ignoreFailure);
	byAgent.set(agentId, numbers);
	return await numbers;
}

/** The list cannot be used. */
class UnusableList extends TalkoverError {}

class ActiveNumbers {
	private readonly numbers = new Set<string>();

	constructor(
		private readonly client: TalkoverClient,
		private readonly agentId: string,
		private requestsLeft: number,
	) {}

	/** @throws TalkoverError when the list cannot tell */
	async read(): Promise<Set<string>> {
		// A call that changes its status meanwhile can only move to a list that is still to be read.
		for (const status of ACTIVE) await this.readWhole({ status });
		// Then calls with a status in no documentation. None of them is days old.
		const since = new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10);
		await this.readWhole({ date_from: since });
		return this.numbers;
	}

	/** Reads a list again if it has several pages: while they are read, a call may move to a page that was read before. */
	private async readWhole(query: Record<string, string>): Promise<void> {
		const seen = new Set<unknown>();
		let newest = Infinity;
		for (let reading = 1; reading <= MAX_READINGS; reading++) {
			const { calls, pages } = await this.readPages(query);
			// Calls that began meanwhile are no sign of such a move.
			const moved = calls.filter((call) => !seen.has(call.id) && !(createdAt(call) > newest));
			for (const call of calls) seen.add(call.id);
			if (pages === 1 || (reading > 1 && moved.length === 0)) return;
			if (reading === 1) newest = Math.max(...calls.map(createdAt));
		}
		throw new UnusableList('The list changes while it is read');
	}

	private async readPages(
		query: Record<string, string>,
	): Promise<{ calls: IDataObject[]; pages: number }> {
		const { client, agentId } = this;
		const list: ListRequest = {
			path: ['agents', agentId, 'calls'],
			query,
			notFound: noSuchAgent(agentId),
			isFresh: true,
		};
		const calls: IDataObject[] = [];
		for (let pages = 1; ; pages++) {
			if (this.requestsLeft-- <= 0) throw new UnusableList('The list has too many pages');
			const { items, isLast } = await listPage(client, list, pages, PAGE_SIZE);
			for (const call of items) this.note(call);
			calls.push(...items);
			if (isLast) return { calls, pages };
		}
	}

	private note(call: IDataObject): void {
		if (isOver(call)) return;
		// The person is at `to`, or at `from` if they called; a caller may withhold their number.
		const isOutbound = call.direction === 'outbound';
		for (const side of isOutbound ? [call.to] : [call.to, call.from]) {
			const text = typeof side === 'string' ? side : '';
			if (NUMBER.test(text)) this.numbers.add(`+${text.replace(/\D/g, '')}`);
			else if (isOutbound || /\d/.test(text)) throw new UnusableList('A number is not E.164');
		}
	}
}

/** Epoch milliseconds; NaN if it is not readable. */
function createdAt({ created_at: time }: IDataObject): number {
	return Date.parse(String(time ?? ''));
}

function ignoreFailure(error: unknown): undefined {
	if (!(error instanceof TalkoverError)) throw error;
	return undefined;
}
