import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../http/client';
import { createdAt, dayBefore, listAll } from '../lists';
import { callsOf } from './listedCalls';
import { findInWholeList, numberOf, unclearList } from './recentCalls';
import { isOver, mayBeAnswered } from './statuses';

const HOUR = 3_600_000;

/** Which calls to a number count as recent. */
export interface CalledWithin {
	hours: number;
	answeredOnly: boolean;
	/** Undefined if the calls of all agents count. */
	agentId?: string;
}

/**
 * A recent call to a number, from Talkover's list. Test calls don't count. If the run has many
 * items, the whole list takes fewer requests than searches.
 *
 * @param phone E.164
 * @returns the first in the API's order, or undefined if there is none
 * @throws TalkoverError when the list cannot be read, or has a call that cannot be judged
 */
export async function findCalledWithin(
	client: TalkoverClient,
	phone: string,
	{ hours, answeredOnly, agentId }: CalledWithin,
): Promise<IDataObject | undefined> {
	const since = Date.now() - hours * HOUR;
	const counts = (call: IDataObject) =>
		call.direction !== 'inbound' &&
		call.is_testing !== true &&
		numberOf(call) === phone &&
		(!answeredOnly || mayBeAnswered(call)) &&
		timeOf(call, phone) >= since;
	const date_from = dayBefore(since);
	const query = { date_from };
	const list = { ...callsOf(agentId), query, isFresh: true, mustBeWhole: true };
	const inList = (await findInWholeList(client, list, phone))?.filter(counts);
	// A call that was not over when the list was read may have been answered since.
	const isSettled = !answeredOnly || inList?.every(isOver);
	if (inList && isSettled) return inList[0];

	// The API has no filter for a number; its search also finds parts of numbers.
	const search = { ...list, query: { ...query, search: phone } };
	const [call] = await listAll(client, search, 1, counts);
	return call;
}

function timeOf(call: IDataObject, phone: string): number {
	const time = createdAt(call);
	if (Number.isNaN(time)) {
		throw unclearList(`the call "${String(call.id)}" to ${phone} has no readable time`);
	}
	return time;
}
