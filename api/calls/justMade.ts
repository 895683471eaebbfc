import type { IDataObject } from 'n8n-workflow';
import { isLocked } from '../withLock';

/** How long Talkover may take to show a new call in its answers, in milliseconds. It is undocumented; a minute is our bound. */
export const UNTIL_SHOWN = 60_000;

/** Who calls whom: agents and numbers of different installations have nothing to do with each other. */
export interface Pair {
	/** Base URL. */
	installation: string;
	/** E.164. */
	phone: string;
	agentId: string;
	/** Of the client that calls: all agents of an environment are those of its token. */
	clientId: string;
}

/** A call that was made by this process, or that may have been made. */
interface JustMade {
	pair: Pair;
	/** Undefined if the outcome is unknown: Talkover's answer was lost. */
	call?: IDataObject;
	/** As {@link takeTicket}. */
	ticket: number;
	/** Epoch milliseconds. Until then, Talkover may not show it. */
	until: number;
	/** Whether it was ended since. */
	isOver: boolean;
}

export interface MadeCall extends Pair {
	/** Undefined if nobody knows whether it was made. */
	call: IDataObject | undefined;
	/** Seconds until Talkover dials. */
	delay?: number;
	/** A test call is remembered only for those who asked before it was made, so that a builder can run a workflow twice. */
	isTest?: boolean;
}

/** The calls just made, by installation and number. */
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

/** A number that tells what came first: the wish to call somebody, or a call that was made meanwhile. */
export function takeTicket(): number {
	return ++tickets;
}

/** Remembers a call until Talkover must show it. */
export function rememberCall({ call, delay = 0, isTest = false, ...pair }: MadeCall): void {
	sweep();
	const until = Date.now() + delay * 1000 + (isTest && call ? 0 : UNTIL_SHOWN);
	const made = { pair, call, ticket: takeTicket(), until, isOver: false };
	madeTo.set(keyOf(pair), [...(madeTo.get(keyOf(pair)) ?? []), made]);
}

export interface JustMadeQuery {
	/** Ticket that was taken before the wait for the lock: a call made during the wait counts, however long it was. */
	since: number;
	/** Whether the calls of other agents of the environment count. */
	anyAgent: boolean;
	/** Whether calls count that were ended since. */
	ended: boolean;
}

/** A call to the number that Talkover may not show yet. */
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

/** Notes that a call was ended: the person may be called again. */
export function noteEnd(installation: string, callId: string): void {
	for (const made of [...madeTo.values()].flat()) {
		if (made.pair.installation === installation && made.call?.id === callId) made.isOver = true;
	}
}

function keyOf({ installation, phone }: Pick<Pair, 'installation' | 'phone'>): string {
	return `${installation} ${phone}`;
}

/** Bounds the memory: at most once a minute, removes what no longer counts for anybody. */
function sweep(): void {
	const now = Date.now();
	if (now < nextSweep) return;
	nextSweep = now + UNTIL_SHOWN;
	for (const [key, made] of madeTo) {
		const left = made.filter(
			({ pair, until }) => until > now || isLocked(pairLock(pair)) || isLocked(numberLock(pair)),
		);
		if (left.length > 0) madeTo.set(key, left);
		else madeTo.delete(key);
	}
}
