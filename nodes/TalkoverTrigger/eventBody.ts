import type { IDataObject } from 'n8n-workflow';
import { isObject, parseJson } from '../../api/json';

/** The event that Talkover sends when somebody presses Test at an agent's webhook (endpoints/test-webhook). */
const TEST_EVENT = 'webhook.test';

/** How many objects and lists may be around the context, so that no body takes long. */
const MAX_DEPTH = 8;

/**
 * Whether somebody pressed Test in Talkover's dashboard. A campaign's webhook then gets an event that it subscribes to, whose body is
 * undocumented (endpoints/test-campaign-webhook): it may have the mark of an agent's test, or none.
 */
export function isMadeUp({ event, test }: IDataObject): boolean {
	return event === TEST_EVENT || test === true;
}

/** The body of an event with `event` and `context` at the top, if it has them in other places. A context in JSON text is parsed. */
export function withEventAndContext(body: IDataObject): IDataObject {
	const event = 'event' in body ? body.event : eventIn(body);
	const context = contextIn(body);
	return {
		...body,
		...(event !== undefined && { event }),
		...(context !== undefined && { context }),
	};
}

/**
 * The name of the event. Talkover documents only the body of its test delivery, where the name is in `event`. The other fields are
 * guesses.
 */
function eventIn(body: IDataObject): string | undefined {
	const named = [body.event_type, body.event_name, body.type].find(
		(value) => typeof value === 'string' && /^(event_|campaign\.|campaign_call\.)/.test(value),
	);
	return named as string | undefined;
}

/**
 * The context that Make Call gave the call. It is in every event (endpoints/make-call), but the place is undocumented. So this takes the
 * one that is nearest to the top of the body. It may be JSON text.
 *
 * @returns undefined if there is none, if `context` at the top is something else, or if several at one depth differ: each may be meant
 */
function contextIn(body: IDataObject): IDataObject | undefined {
	if (!isEmpty(body.context)) return readContext(body.context)[0];
	let level: unknown[] = [body];
	for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
		const found = level.flatMap((value) => (isObject(value) ? readContext(value.context) : []));
		const [first, ...others] = found.map((context) => JSON.stringify(context));
		if (first !== undefined) {
			return others.every((context) => context === first) ? found[0] : undefined;
		}
		level = level.flatMap((value) =>
			typeof value === 'object' && value !== null ? Object.values(value) : [],
		);
	}
	return undefined;
}

/** Whether there is no context at a place: PHP writes an empty object as a list. */
function isEmpty(context: unknown): boolean {
	if (typeof context === 'object' && context !== null) return Object.keys(context).length === 0;
	return context === undefined || context === null || context === '';
}

/** @returns a list that is empty if the value is not an object with fields, or the JSON of one */
function readContext(value: unknown): IDataObject[] {
	const context = typeof value === 'string' ? parseJson(value) : value;
	return isObject(context) && Object.keys(context).length > 0 ? [context as IDataObject] : [];
}
