import type { IDataObject } from 'n8n-workflow';
import { isObject, parseJson } from '../json';
import { getOrCreate } from '../getOrCreate';
import { createdAt } from '../lists';

export interface Undelivered {
	/** One log for each event of which no attempt came through, that of the last attempt; oldest first. */
	certain: IDataObject[];
	/** Logs of failed attempts without a body that may belong to an event that came through, or that may still do so. */
	unclear: IDataObject[];
}

/**
 * Finds the events that did not come through. There is one log for each attempt, and no ID that the attempts of an event share, also
 * with a retry by hand (endpoints/list-webhook-logs, retry-webhook-log). So attempts with the same name and body are those of one event.
 * It is not undelivered as long as an attempt is pending, or another one will follow.
 *
 * Logs of failed attempts may have no body: two of the three documented examples have none. Such an attempt may belong to any event of
 * its name. Since an attempt that came through is not repeated, everything before it does not matter.
 *
 * @param logs all logs of one webhook
 */
export function findUndelivered(logs: IDataObject[]): Undelivered {
	const found: Undelivered = { certain: [], unclear: [] };
	for (const ofName of groupBy(logs, ({ event }) => String(event))) {
		const withoutBody = ofName.filter((log) => bodyOf(log) === '');
		const withBody = ofName.filter((log) => bodyOf(log) !== '');
		for (const attempts of groupBy(withBody, bodyOf)) {
			const sorted = attempts.sort(byTime);
			if (!sorted.every(isOverAmong(sorted))) continue;
			const isClear = withoutBody.every((log) => isBefore(log, sorted[0]));
			found[isClear ? 'certain' : 'unclear'].push(sorted[sorted.length - 1]);
		}
		const isOver = isOverAmong(ofName);
		// Each event has as many attempts, one after the other.
		const isOfAnother = (later: IDataObject, log: IDataObject) =>
			later.status === 'failed'
				? later.attempt === log.attempt
				: Number(later.attempt) < Number(log.attempt) && isOver(later);
		for (const log of withoutBody.filter(({ status }) => status === 'failed')) {
			const isClear = ofName.every(
				(other) => other === log || isBefore(other, log) || isOfAnother(other, log),
			);
			found[isClear ? 'certain' : 'unclear'].push(log);
		}
	}
	found.certain.sort(byTime);
	return found;
}

/** The body that was sent, the same text for equal ones; empty if the log does not show it. */
export function bodyOf({ request_payload: sent }: IDataObject): string {
	const body = typeof sent === 'string' ? (parseJson(sent) ?? sent) : sent;
	const text = JSON.stringify(body, (_, value: unknown) =>
		isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
	);
	// PHP gives an empty object as a list.
	return ['""', '{}', '[]', 'null', undefined].includes(text) ? '' : text;
}

/** Whether an attempt has failed, and the next one that Talkover made by itself is among the given ones. */
function isOverAmong(attempts: IDataObject[]): (log: IDataObject) => boolean {
	const newestFirst = [...attempts].sort(byTime).reverse();
	const numbers = new Set(attempts.map(({ attempt }) => attempt));
	// Which next attempt belongs to which is unknown. It is enough that each can have one.
	const followed = [...numbers].filter((number) => {
		const next = newestFirst.filter(({ attempt }) => attempt === Number(number) + 1);
		return newestFirst
			.filter(({ attempt, status }) => attempt === number && status === 'retrying')
			.every((log, nth) => nth < next.length && !isBefore(next[nth], log));
	});
	const isFollowed = new Set(followed);
	return ({ status, attempt }) =>
		status === 'failed' || (status === 'retrying' && isFollowed.has(attempt));
}

/** Whether an attempt is certainly older. A time that is not readable is not. */
function isBefore(log: IDataObject, other: IDataObject): boolean {
	return createdAt(log) < createdAt(other);
}

function byTime(one: IDataObject, other: IDataObject): number {
	return createdAt(one) - createdAt(other) || Number(one.attempt) - Number(other.attempt);
}

function groupBy(logs: IDataObject[], keyOf: (log: IDataObject) => string): IDataObject[][] {
	const groups = new Map<string, IDataObject[]>();
	for (const log of logs) getOrCreate(groups, keyOf(log), () => []).push(log);
	return [...groups.values()];
}
