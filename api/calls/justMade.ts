import type { IDataObject } from 'n8n-workflow';
import { isLocked } from '../async/withLock';

/** How long Talkover may take to show a new call, in milliseconds. This is undocumented; a minute is our limit. */
export const UNTIL_SHOWN = 60_000;

/** An agent and the number that it calls. */
export interface Pair {
	/** Base URL. Agents and calls of different installations are unrelated. */
	installation: string;
	/** E.164. */
	phone: string;
	agentId: string;
	/** ID of the client that calls: the same for all agents of an environment. */
	clientId: string;
}

/** A call that was made by this process, or that may have been made. */
interface JustMade {
	pair: Pair;
	/** Undefined if the outcome is unknown: Talkover's answer was lost. */
	call?: IDataObject;
	/** See {@link takeTicket}. */
	ticket: number;
	/** When Talkover dials, in epoch milliseconds. */
	dialsAt: number;
	/** Epoch milliseconds until which the call counts. */
	until: number;
	/** Whether the call has ended. */
	isOver: boolean;
}

export interface MadeCall extends Pair {
	/** Undefined if it is unknown whether the call was made. */
	call: IDataObject | undefined;
	/** Seconds until Talkover dials. */
	delay?: number;
	/** A test call counts only during its delay and for requests that waited for it, so that a builder can run a workflow twice. */
	isTest?: boolean;
}

/** By installation and number. */
const madeTo = new Map<string, JustMade[]>();
let nextSweep = 0;
let tickets = 0;

/** The lock for the calls of one agent to a number. */
export function pairLock({ installation, phone, agentId }: Pair): string {
	return `${installation} call ${phone} ${agentId}`;
}

/** The lock for the calls of all agents of an environment to a number. */
export function numberLock({ installation, phone, clientId }: Pair): string {
	return `${installation} call ${phone} by any agent of ${clientId}`;
}

/** The next number of a counter, which tells whether a call was made before or after a request began. */
export function takeTicket(): number {
	return ++tickets;
}

/** Remembers a call until Talkover shows it. */
export function rememberCall({ call, delay = 0, isTest = false, ...pair }: MadeCall): void {
	sweep();
	const dialsAt = Date.now() + delay * 1000;
	const until = dialsAt + (isTest && call ? 0 : UNTIL_SHOWN);
	const made = { pair, call, ticket: takeTicket(), dialsAt, until, isOver: false };
	madeTo.set(keyOf(pair), [...(madeTo.get(keyOf(pair)) ?? []), made]);
}

export interface JustMadeQuery {
	/** Ticket taken before the wait for the lock. A call made during the wait counts, even if the wait was long. */
	since: number;
	/** Whether the calls of other agents of the environment count. */
	anyAgent: boolean;
	/** Whether calls that have ended count. */
	ended: boolean;
}

/** The newest call to the number that Talkover may not show yet. */
export function findJustMade(
	{ agentId, clientId, ...pair }: Pair,
	{ since, anyAgent, ended }: JustMadeQuery,
): JustMade | undefined {
	const now = Date.now();
	const counts = (made: JustMade) =>
		(made.pair.agentId === agentId || (anyAgent && made.pair.clientId === clientId)) &&
		(made.ticket > since || (made.until > now && (ended || !made.isOver)));
	return madeTo.get(keyOf(pair))?.filter(counts).at(-1);
}

/** Notes that a call has ended, so that the person may be called again. */
export function noteEnd(installation: string, callId: string): void {
	for (const made of findMade(installation, callId)) made.isOver = true;
}

/**
 * When Talkover dials a call that this process has just made, in epoch milliseconds. Such a call is among the newest calls, or Talkover
 * may not show it yet.
 *
 * @returns undefined if the process has not made it, or Talkover must have shown it by now
 */
export function dialTimeOf(installation: string, callId: string): number | undefined {
	return findMade(installation, callId).find(mayBeHidden)?.dialsAt;
}

/** Whether Talkover may not show a call yet. */
function mayBeHidden({ dialsAt }: JustMade): boolean {
	return dialsAt + UNTIL_SHOWN > Date.now();
}

function findMade(installation: string, callId: string): JustMade[] {
	return [...madeTo.values()]
		.flat()
		.filter(({ pair, call }) => pair.installation === installation && call?.id === callId);
}

function keyOf({ installation, phone }: Pick<Pair, 'installation' | 'phone'>): string {
	return `${installation} ${phone}`;
}

/** At most once a minute, removes calls that no longer count for anybody. */
function sweep(): void {
	const now = Date.now();
	if (now < nextSweep) return;
	nextSweep = now + UNTIL_SHOWN;
	for (const [key, made] of madeTo) {
		const left = made.filter(
			(one) => mayBeHidden(one) || isLocked(pairLock(one.pair)) || isLocked(numberLock(one.pair)),
		);
		if (left.length > 0) madeTo.set(key, left);
		else madeTo.delete(key);
	}
}
