import type { IDataObject } from 'n8n-workflow';
import { isAgentNotFound, noSuchAgent } from '../agents';
import type { Answer } from '../answers';
import { isObject, readApiError } from '../answers';
import type { TalkoverClient } from '../client';
import { noteEnd } from './justMade';

export interface EndedCall extends IDataObject {
	ended: true;
	/** Whether the call was over before the request. */
	alreadyEnded: boolean;
}

/**
 * Ends a call (endpoints/end-call). One that is already over counts as ended.
 *
 * @returns the API's fields of the call, and whether it was already over
 * @throws RefusedError when the agent has no such call, and otherwise as {@link TalkoverClient.post} does
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
		readConflict: ({ body }) =>
			isNotActive(body) ? { id: callId, ended: true, alreadyEnded: true } : undefined,
		uncertainMessage: `The call "${callId}" may have been ended`,
		uncertainAdvice:
			'Run this again in a new execution: a call that is already over counts as ended.',
		notFound: (answer) =>
			isAgentNotFound(answer)
				? noSuchAgent(agentId)
				: `No call with the ID "${callId}" of the agent "${agentId}"`,
	});
	if (!ended.alreadyEnded) noteEnd(client.installation, callId);
	return ended;
}

function readEndedCall({ status, body }: Answer, callId: string): EndedCall | undefined {
	const isEnded = status === 204 || (isObject(body) && body.success !== false);
	if (!isEnded) return undefined;
	const call = isObject(body) && isObject(body.data) ? body.data : {};
	return { ...call, id: call.id ?? callId, ended: true, alreadyEnded: false };
}

function isNotActive(body: unknown): boolean {
	const { code, message } = readApiError(body);
	return code === 'CALL_NOT_ACTIVE' || (!code && message === 'Call is not active');
}
