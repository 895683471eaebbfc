import type { IDataObject } from 'n8n-workflow';
import { isAgentNotFound, noSuchAgent } from '../agents/agents';
import type { Answer } from '../http/answers';
import { objectOf, readApiError } from '../http/answers';
import { isObject } from '../json';
import type { TalkoverClient } from '../http/client';
import { onTalkoverError, TalkoverError } from '../errors';
import { createdAt, dayBefore } from '../lists';
import { noteEnd, UNTIL_SHOWN } from './justMade';
import { findListedCalls } from './listedCalls';
import type { ListedCallsQuery } from './listedCalls';
import { isNotOver, isOver, isVoicemail } from './statuses';

/** The longest time that a call can wait before it is dialed, in milliseconds: `delay_seconds` (endpoints/make-call). */
const LONGEST_DELAY = 3_600_000;

/** How long to wait for an end to show in the list, in milliseconds: it does so "a little after" the answer (endpoints/end-call). */
const UNTIL_LISTED = 5000;

const MAY_RING_LATER =
	'It may be waiting for its delay and ring later, or have just ended. Run this again later, or check its state in Talkover.';

export interface EndedCall extends IDataObject {
	ended: true;
	/** Whether the call was over before the request. */
	alreadyEnded: boolean;
}

/**
 * Ends a call (endpoints/end-call). One that is already over counts as ended: the API says that it is not active, and lists it as over.
 * A call that still waits for its delay may not be active either.
 *
 * @returns the API's fields of the call, and whether it was already over
 * @throws TalkoverError when the agent has no such call, when a call that is not active may not be over, and otherwise as {@link TalkoverClient.post} does
 */
export async function hangUp(
	client: TalkoverClient,
	agentId: string,
	callId: string,
): Promise<EndedCall> {
	const ended = await client.post<EndedCall>({
		path: ['agents', agentId, 'end-call'],
		body: { call_sid: callId },
		readResult: (answer) => readEndedCall(answer, callId),
		readRefusal: ({ body }) =>
			isNotActive(body) ? { id: callId, ended: true, alreadyEnded: true } : undefined,
		uncertainMessage: `The call "${callId}" may have been ended`,
		uncertainAdvice:
			'Run this again in a new execution: a call that is already over counts as ended.',
		notFound: (answer) =>
			isAgentNotFound(answer)
				? noSuchAgent(agentId)
				: `No call with the ID "${callId}" of the agent "${agentId}"`,
	});
	if (ended.alreadyEnded) await checkIsOver(client, agentId, callId);
	noteEnd(client.installation, callId);
	return ended;
}

/** @throws TalkoverError unless a call that is not active is over */
async function checkIsOver(client: TalkoverClient, agentId: string, callId: string): Promise<void> {
	const call = await findListed(client, agentId, callId).catch(
		onTalkoverError((reason) => {
			throw reason.as(
				`The call "${callId}" is not active, but it is unknown whether it is over: ${reason.message}`,
				MAY_RING_LATER,
			);
		}),
	);
	if (call && wasDialed(call)) return;
	const listed = call ? `but lists it as "${String(call.status)}"` : 'and does not list it';
	throw new TalkoverError(
		`The call "${callId}" was not ended: Talkover says that it is not active, ${listed}`,
		{ advice: MAY_RING_LATER },
	);
}

async function findListed(
	client: TalkoverClient,
	agentId: string,
	callId: string,
): Promise<IDataObject | undefined> {
	const find = async (which: ListedCallsQuery) =>
		(await findListedCalls(client, agentId, [callId], which)).get(callId);
	const query = { date_from: dayBefore(Date.now()) };
	const call = await find({ query });
	if (call && wasDialed(call)) return call;
	await client.sleep(UNTIL_LISTED);
	return (await find({ query, isFresh: true })) ?? (await find({}));
}

/** Whether a call was certainly dialed, so that it is over when it is not active. An undocumented status may be that of a delay. */
function wasDialed(call: IDataObject): boolean {
	if (isOver(call) || isVoicemail(call)) return true;
	return !isNotOver(call) && createdAt(call) + LONGEST_DELAY + UNTIL_SHOWN < Date.now();
}

function readEndedCall(answer: Answer, callId: string): EndedCall | undefined {
	const { status, body } = answer;
	const isEnded = status === 204 || (isObject(body) && body.success !== false);
	if (!isEnded) return undefined;
	const call = objectOf(answer) ?? {};
	return { ...call, id: call.id ?? callId, ended: true, alreadyEnded: false };
}

function isNotActive(body: unknown): boolean {
	const { code, message } = readApiError(body);
	return code === 'CALL_NOT_ACTIVE' || (!code && message === 'Call is not active');
}
