import type { IDataObject } from 'n8n-workflow';
import { onTalkoverError, TalkoverError } from '../errors';
import type { TalkoverClient } from '../http/client';
import { createdAt, dayBefore } from '../lists';
import { findActiveCalls } from './activeCalls';
import type { Skipped } from './dial';
import { hangUp } from './hangUp';
import { findListedCalls } from './listedCalls';
import { isNotOver, isOver } from './statuses';

/**
 * How long Talkover may take to show a new call, in milliseconds, so that a look after it finds each call that began before. This is
 * undocumented: two seconds are our limit, and one more because times of calls are in whole seconds, and one for clocks that differ.
 */
const UNTIL_DECIDED = 4000;

/**
 * When to look, in milliseconds after the call was made. First, as soon as nobody can make a call any more that has a time in the same
 * second: if Talkover shows all calls by then, the second one is ended before it rings for long. For certain, when every earlier call
 * is shown. If Talkover does not show this call even then, or does not list another one, later again.
 */
const LOOKS = [1000, UNTIL_DECIDED, 15_000, 60_000];

const CHECK_CALLS =
	'The person is not called again. Look at the calls in Talkover, or with Call: Get Many, and end the second one, if there is one, with End Call.';

/** A call that was just made, after nobody was on a call with this person. */
interface OwnCall {
	client: TalkoverClient;
	agentId: string;
	/** E.164. */
	phone: string;
	id: string;
	/** Filters with which the list has this call and those that began at the same moment. */
	query: Record<string, string>;
}

/** What one look found. */
interface Look {
	/** IDs of the other active calls. */
	others: string[];
	/** The first call of all, if it is not this one. */
	first?: IDataObject;
	/** ID of a call of which Talkover does not say when it began. */
	withoutTime?: string;
	/** Whether Talkover shows this call, and all others in its list. */
	isWhole: boolean;
}

/**
 * Looks whether another call between an agent and a person began at the same moment, from a process that could not know of this one.
 * The first of them stays: the one with the lowest `created_at`, or the lowest ID of those with the same. Each process ends only the
 * call that it has made, so that in any order of events exactly one stays: see docs/decisions.md.
 *
 * @param phone E.164
 * @param call that was just made without a delay, while no call was active
 * @param pause waits, in milliseconds
 * @returns the call, or the first one, for which it was ended
 * @throws TalkoverError when it is unclear whether there is another call or which one is the first, or when two may be in progress, and
 * CanceledError
 */
export async function keepFirstCall(
	client: TalkoverClient,
	agentId: string,
	phone: string,
	call: IDataObject,
	pause: (milliseconds: number) => Promise<void>,
): Promise<{ done: IDataObject } | { skipped: Skipped }> {
	const date_from = dayBefore(createdAt(call) || Date.now());
	const query = { search: phone, date_from };
	const own: OwnCall = { client, agentId, phone, id: String(call.id), query };
	let others: string[] = [];
	let elapsed = 0;
	for (const time of LOOKS) {
		await pause(time - elapsed);
		elapsed = time;
		const found = await look(own).catch(
			onTalkoverError((reason) => {
				throw unclear(own, others, reason);
			}),
		);
		({ others } = found);
		const { first, withoutTime, isWhole } = found;
		if (withoutTime !== undefined) {
			const reason = `Talkover does not say when the call "${withoutTime}" began`;
			throw unclear(own, others, new TalkoverError(reason));
		}
		if (first) {
			await hangUp(client, agentId, own.id).catch(
				onTalkoverError((reason) => {
					throw twoCalls(own, [String(first.id)], reason);
				}),
			);
			if (time >= UNTIL_DECIDED) return skippedFor(first);
			// If there are three, this one may not be the first.
			await pause(UNTIL_DECIDED - time);
			return skippedFor(await lookAfterEnd(own, first));
		}
		if (isWhole && time >= UNTIL_DECIDED) return { done: call };
	}
	throw unclear(own, others, new TalkoverError('Talkover does not list all calls'));
}

async function look({ client, agentId, phone, id, query }: OwnCall): Promise<Look> {
	const calls = await findActiveCalls(client, agentId, phone, { isFresh: true });
	const active = calls.map((call) => String(call.id));
	const others = active.filter((other) => other !== id);
	if (others.length === 0 && active.length > 0) return { others, isWhole: true };

	// A lookup does not say when a call began, and does not show one that is over already.
	const ids = [id, ...others];
	const listed = await findListedCalls(client, agentId, ids, { query, isFresh: true });
	const own = listed.get(id);
	if (!own) return { others, isWhole: false };
	const isShown = active.includes(id) || !isNotOver(own);
	if (others.length === 0) return { others, isWhole: isShown };

	const going = [...listed.values()].filter((call) => call === own || !isOver(call));
	const withoutTime = going.find((call) => Number.isNaN(createdAt(call)));
	if (withoutTime && going.length > 1) {
		return { others, withoutTime: String(withoutTime.id), isWhole: false };
	}
	const [first] = going.sort(byBeginning);
	return {
		others,
		first: first === own ? undefined : first,
		isWhole: isShown && listed.size === ids.length,
	};
}

function skippedFor(call: IDataObject): { skipped: Skipped } {
	return { skipped: { reason: 'called_at_same_moment', calls: [call] } };
}

/** The first of all calls, or the one for which this call was ended if that is over by now. */
async function lookAfterEnd(own: OwnCall, first: IDataObject): Promise<IDataObject> {
	const found = await look(own).catch(
		onTalkoverError((reason) => {
			const { message, explanation } = reason;
			const text = `The call "${own.id}" to ${own.phone} was ended for the call "${String(first.id)}", but it is unknown whether that one goes on: ${message}`;
			// Final, so that a retry does not take the ended call for the one that stays when the other one is over.
			throw new TalkoverError(text, { ...explanation, advice: CHECK_CALLS, outcome: 'unknown' });
		}),
	);
	return found.first ?? first;
}

/** Orders calls by their beginning, in the same way in each process. */
function byBeginning(one: IDataObject, other: IDataObject): number {
	const [id, otherId] = [String(one.id), String(other.id)];
	return createdAt(one) - createdAt(other) || (id < otherId ? -1 : 1);
}

function unclear(own: OwnCall, others: string[], reason: TalkoverError): TalkoverError {
	if (others.length > 0) return twoCalls(own, others, reason);
	return reason.as(
		`The call "${own.id}" to ${own.phone} was made, but it is unknown whether another one began at the same moment: ${reason.message}`,
		CHECK_CALLS,
	);
}

function twoCalls({ id, phone }: OwnCall, others: string[], reason: TalkoverError): TalkoverError {
	const ids = [id, ...others].map((one) => `"${one}"`).join(' and ');
	return reason.as(
		`Two calls to ${phone} may be in progress, ${ids}: ${reason.message}`,
		CHECK_CALLS,
	);
}
