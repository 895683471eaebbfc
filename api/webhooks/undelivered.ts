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

/** What a log says. Computed once, because there may be very many logs. */
interface Attempt {
	log: IDataObject;
	status: unknown;
	attempt: unknown;
	/** Epoch milliseconds; NaN if it is not readable. */
	time: number;
	/** See {@link bodyOf}. */
	body: string;
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
	const certain: Attempt[] = [];
	const unclear: Attempt[] = [];
	for (const ofName of groupBy(logs.map(readLog), ({ log }) => String(log.event))) {
		// Bodies that change tell no more than none.
		const areUsable = !haveChanged(ofName);
		const hasBody = ({ body }: Attempt) => areUsable && body !== '';
		const withoutBody = newestFirst(ofName.filter((one) => !hasBody(one)));
		for (const attempts of groupBy(ofName.filter(hasBody), ({ body }) => body)) {
			const [last, ...earlier] = newestFirst(attempts);
			if (!attempts.every(isOverAmong(attempts))) continue;
			const first = earlier.at(-1) ?? last;
			const isClear = withoutBody.slice(0, 1).every((newest) => isBefore(newest, first));
			(isClear ? certain : unclear).push(last);
		}
		const isOver = isOverAmong(ofName);
		// Each event has as many attempts, one after the other.
		const isOfAnother = (later: Attempt, one: Attempt) =>
			later.status === 'failed'
				? later.attempt === one.attempt
				: Number(later.attempt) < Number(one.attempt) && isOver(later);
		const all = newestFirst(ofName);
		for (const one of withoutBody.filter(({ status }) => status === 'failed')) {
			const older = all.findIndex((other) => isBefore(other, one));
			const others = all.slice(0, older < 0 ? all.length : older);
			const isClear = others.every((other) => other === one || isOfAnother(other, one));
			(isClear ? certain : unclear).push(one);
		}
	}
	const logsOf = (attempts: Attempt[]) =>
		newestFirst(attempts)
			.reverse()
			.map(({ log }) => log);
	return { certain: logsOf(certain), unclear: logsOf(unclear) };
}

function readLog(log: IDataObject): Attempt {
	const { status, attempt } = log;
	return { log, status, attempt, time: createdAt(log), body: bodyOf(log) };
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

/**
 * Whether the attempts of one event have different bodies, such as with the time of the attempt: then one has no attempt before it with
 * the same body. So it is, for a while, when that is older than the logs that are kept.
 */
function haveChanged(ofName: Attempt[]): boolean {
	const withBody = ofName.filter(({ body }) => body !== '');
	return groupBy(withBody, ({ body }) => body).some((attempts) =>
		attempts.every(({ attempt }) => Number(attempt) > 1),
	);
}

/** Whether an attempt has failed, and the next one that Talkover made by itself is among the given ones. */
function isOverAmong(attempts: Attempt[]): (one: Attempt) => boolean {
	const byNumber = new Map(
		groupBy(newestFirst(attempts), ({ attempt }) => String(attempt)).map((same) => [
			Number(same[0].attempt),
			same,
		]),
	);
	// Which next attempt belongs to which is unknown. It is enough that each can have one.
	const isFollowed = new Set(
		[...byNumber].flatMap(([number, same]) => {
			if (Number.isNaN(number)) return [];
			const next = byNumber.get(number + 1) ?? [];
			const areAll = same
				.filter(({ status }) => status === 'retrying')
				.every((one, nth) => nth < next.length && !isBefore(next[nth], one));
			return areAll ? [number] : [];
		}),
	);
	return ({ status, attempt }) =>
		status === 'failed' || (status === 'retrying' && isFollowed.has(Number(attempt)));
}

/** Whether an attempt is certainly older. A time that is not readable is not. */
function isBefore(one: Attempt, other: Attempt): boolean {
	return one.time < other.time;
}

/** Attempts with an unreadable time are first, since they may be the newest. */
function newestFirst(attempts: Attempt[]): Attempt[] {
	const timeOf = ({ time }: Attempt) => (Number.isNaN(time) ? Number.MAX_VALUE : time);
	return [...attempts].sort(
		(a, b) => timeOf(b) - timeOf(a) || Number(b.attempt) - Number(a.attempt),
	);
}

function groupBy<Item>(items: Item[], keyOf: (item: Item) => string): Item[][] {
	const groups = new Map<string, Item[]>();
	for (const item of items) getOrCreate(groups, keyOf(item), (): Item[] => []).push(item);
	return [...groups.values()];
}
