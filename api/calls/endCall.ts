import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent, saysNoAgent } from '../agents';
import { isObject, readStatement } from '../answers';
import type { Deed, TalkoverClient } from '../client';
import { noteEnd } from './justMade';

export interface EndedCall extends IDataObject {
	ended: true;
	/** Whether it was over before it was asked to end. */
	alreadyEnded: boolean;
}

/**
 * Ends a call (endpoints/end-call). One that is already over counts as ended.
 *
 * @returns what the API gives of the call, and how it ended
 * @throws RefusedError when the agent has no such call, and otherwise as {@link TalkoverClient.post} does
 */
export async function endCall(
	client: TalkoverClient,
	agentId: string,
	callId: string,
): Promise<EndedCall> {
	const deed: Deed = {
		mayHave: `The call "${callId}" may have been ended`,
		findOut: 'It may be ended again in a new execution: a call that is over counts as ended.',
		notFound: (answer) =>
			saysNoAgent(answer)
				? noSuchAgent(agentId)
				: `No call with the ID "${callId}" of the agent "${agentId}"`,
		accept: [409],
	};
	const answer = await client.post(['agents', agentId, 'end-call'], { call_sid: callId }, deed);
	const { status, body } = answer;
	if (status === 409) {
		if (!saysNotActive(body)) throw client.refusalFor(answer, deed);
		return { id: callId, ended: true, alreadyEnded: true };
	}
	const isEnded = status === 204 || (isObject(body) && body.success !== false);
	if (!isEnded) throw client.uncertainFor(answer, deed);
	noteEnd(client.installation, callId);
	const call = isObject(body) && isObject(body.data) ? body.data : {};
	return { ...call, id: call.id ?? callId, ended: true, alreadyEnded: false };
}

function saysNotActive(body: unknown): boolean {
	const { code, message } = readStatement(body);
	return code === 'CALL_NOT_ACTIVE' || (!code && message === 'Call is not active');
}
