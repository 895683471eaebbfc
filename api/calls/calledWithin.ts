import type { IDataObject } from 'n8n-workflow';
import { TalkoverError } from '../errors';
import { noSuchAgent } from '../agents';
import type { TalkoverClient } from '../client';
import { listAll } from '../lists';

const HOUR = 3_600_000;

/** Date and time with a time zone, with or without fractions of a second: the API's pages show all of these. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

/** The statuses of a call that reached nobody. A status that is in no documentation may be an answered call. */
const NOT_ANSWERED: unknown[] = ['failed', 'busy', 'no-answer', 'voicemail'];

/** Which calls to a number count as recent. */
export interface CalledWithin {
	hours: number;
	answeredOnly: boolean;
	/** Undefined for the calls of all agents. */
	agentId?: string;
}

/**
 * A call to a number that Talkover lists as recent (endpoints/list-calls, get-agent-calls). Test calls don't count.
 *
 * @param phone E.164
 * @returns the first in the API's order, or undefined if there is none
 * @throws TalkoverError when the list cannot be had, or holds a call that cannot be judged
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
		isTo(call, phone) &&
		!(answeredOnly && NOT_ANSWERED.includes(call.status)) &&
		timeOf(call, phone) >= since;
	const list = {
		path: agentId === undefined ? ['calls'] : ['agents', agentId, 'calls'],
		// The filter takes days of an undocumented time zone, so it asks for a day more. There is no filter for a number.
		query: { search: phone, date_from: new Date(since - 24 * HOUR).toISOString().slice(0, 10) },
		notFound: agentId === undefined ? undefined : noSuchAgent(agentId),
		isFresh: true,
		mustBeWhole: true,
	};
	const [call] = await listAll(client, list, 1, counts);
	return call;
}

function isTo({ to, id }: IDataObject, phone: string): boolean {
	const digits = typeof to === 'string' ? to.replace(/\D/g, '') : '';
	if (digits === '') throw unclear(`the call "${String(id)}" has no number`);
	return `+${digits}` === phone;
}

function timeOf({ created_at: time, id }: IDataObject, phone: string): number {
	const parsed = typeof time === 'string' && TIME.test(time) ? Date.parse(time) : NaN;
	if (Number.isNaN(parsed)) {
		throw unclear(`the call "${String(id)}" to ${phone} has no readable time`);
	}
	return parsed;
}

function unclear(what: string): TalkoverError {
	return new TalkoverError(`Talkover's list of calls cannot be understood: ${what}`, {
		advice:
			'Nobody was called. Look at the call with the operation Get Many, or call without the option Skip If Called Within.',
	});
}
