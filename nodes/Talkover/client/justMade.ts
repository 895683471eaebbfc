import type { IDataObject } from 'n8n-workflow';
import { isLocked } from '../withLock';

/** How long Talkover may take to show a new call in its answers, in milliseconds. It is undocumented; a minute is our bound. */
const UNTIL_SHOWN = 60_000;

/** A call that was made by this process, or that may have been made. */
interface JustMade {
	agentId: string;
	/** Undefined if the outcome is unknown: Talkover's answer was lost. */
	call?: IDataObject;
	/** As {@link takeTicket}. */
	ticket: number;
	/** Epoch milliseconds. Until then, Talkover may not show it. */
	until: number;
}

export interface DialledNumber {
	/** Base URL: agents and numbers of different installations have nothing to do with each other. */
	installation: string;
	/** E.164. */
	phone: string;
}

const madeTo = new Map<string, JustMade[]>();
let nextSweep = 0;
let tickets = 0;

/** The lock for all calls to a number. */
export function numberLock({ installation, phone }: DialledNumber): string {
	return `${installation} call ${phone}`;
}

/** The lock for the calls of one agent to a number. */
export function pairLock(to: DialledNumber, agentId: string): string {
	return `${numberLock(to)} ${agentId}`;
}

/** A number that tells what came first: the wish to call somebody, or a call that was made meanwhile. */
export function takeTicket(): number {
	return ++tickets;
}

/**
 * Remembers a call until Talkover must show it.
 *
 * @param call undefined if nobody knows whether it was made
 * @param delay seconds until Talkover dials
 * @param isTest a test call is remembered only for those who asked before it was made, so that a builder can run a workflow twice
 */
export function rememberCall(
	to: DialledNumber,
	agentId: string,
	call: IDataObject | undefined,
	delay = 0,
	isTest = false,
): void {
	sweep();
	const until = Date.now() + delay * 1000 + (isTest ? 0 : UNTIL_SHOWN);
	const key = numberLock(to);
	madeTo.set(key, [...(madeTo.get(key) ?? []), { agentId, call, ticket: takeTicket(), until }]);
}

/**
 * A call to the number that Talkover may not show yet.
 *
 * @param agentId undefined for the calls of all agents
 * @param since ticket that was taken before the wait for the lock: a call that was made during the wait counts, however long that was
 */
export function findJustMade(
	to: DialledNumber,
	agentId: string | undefined,
	since: number,
): JustMade | undefined {
	const now = Date.now();
	return madeTo
		.get(numberLock(to))
		?.filter(
			(made) =>
				(agentId === undefined || made.agentId === agentId) &&
				(made.until > now || made.ticket > since),
		)
		.at(-1);
}

/** Notes that a call is over: the person may be called again. */
export function noteEnd(installation: string, callId: string): void {
	const now = Date.now();
	for (const [key, made] of madeTo) {
		if (!key.startsWith(`${installation} `)) continue;
		for (const entry of made) if (entry.call?.id === callId) entry.until = now;
	}
}

/** Bounds the memory: at most once a minute, removes what counts for nobody any more. */
function sweep(): void {
	const now = Date.now();
	if (now < nextSweep) return;
	nextSweep = now + UNTIL_SHOWN;
	for (const [key, made] of madeTo) {
		if (isLocked(key)) continue;
		const left = made.filter(({ agentId, until }) => until > now || isLocked(`${key} ${agentId}`));
		if (left.length > 0) madeTo.set(key, left);
		else madeTo.delete(key);
	}
}
