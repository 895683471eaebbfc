import type { Answer } from '../contract/contract.cts';
import type { Question } from './endpoint.cts';
import { showCall } from '../world/calls.cts';
import type { Call } from '../world/calls.cts';
import { showTime } from '../world/time.cts';

/**
 * One page of a list, in the API's envelope.
 *
 * @param items the whole list
 * @param key of the page's data: the pages of the API differ
 * @param show an item of the page; default: as it is
 */
export function answerPage<Item extends object>(
	items: Item[],
	{ query, ok }: Question,
	key: 'meta' | 'pagination' = 'pagination',
	show: (item: Item) => object = (item) => item,
): Answer {
	const { data, begin, last_page, ...current } = cut(items, query, 20);
	const info = { ...current, last_page };
	const range = {
		from: data.length ? begin + 1 : null,
		to: data.length ? begin + data.length : null,
	};
	const page = key === 'pagination' ? { ...info, ...range } : info;
	return ok({ success: true, data: data.map(show), [key]: page });
}

/** One page of a list, and its page data. */
export function cut<Item>(items: Item[], query: Question['query'], defaultSize: number) {
	const page = Number(query.page || 1);
	const perPage = Number(query.per_page || defaultSize);
	const begin = (page - 1) * perPage;
	return {
		data: items.slice(begin, begin + perPage),
		begin,
		current_page: page,
		per_page: perPage,
		total: items.length,
		last_page: Math.max(1, Math.ceil(items.length / perPage)),
	};
}

/** A page of the calls that match the query, in the order of the lists. */
export function answerCalls(
	question: Question,
	isWanted: (call: Call) => boolean,
	show: (call: Call, now: number) => object = showCall,
): Answer {
	const { query, world } = question;
	const now = world.now();
	const { status, direction, search } = query;
	const found = world.listedCalls().filter(
		(call) =>
			isWanted(call) &&
			(!status || call.statusAt(now) === status) &&
			(!direction || call.direction === direction) &&
			// The search finds any part of a number, so a client must compare the whole number.
			hasText(search, call.plan.to, call.from, call.sid) &&
			isWithinDates(showTime(call.startedAt), query),
	);
	return answerPage(found, question, 'pagination', (call) => show(call, now));
}

/**
 * Whether a time is between `date_from` and `date_to`. The time zone of the days, and whether the last day is included, are
 * undocumented: here they are days in UTC, and both are included.
 *
 * @param time ISO 8601 in UTC
 */
export function isWithinDates(time: string, { date_from: from, date_to: to }: Question['query']) {
	const day = time.slice(0, 'YYYY-MM-DD'.length);
	return (!from || day >= from) && (!to || day <= to);
}

/** Whether a search finds one of the texts. */
export const hasText = (search = '', ...texts: string[]) =>
	texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
