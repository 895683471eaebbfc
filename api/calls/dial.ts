import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents/agents';
import { isObject } from '../json';
import type { Answer } from '../http/answers';
import type { TalkoverClient } from '../http/client';
import { rememberCall } from './justMade';
import { explanationOf } from '../errors';
import type { Turn } from '../http/rateLimit/turns';
import { isId } from '../http/answers';

export interface CallRequest {
	/** E.164. */
	to: string;
	/** Values for the placeholders in the agent's prompt. */
	payload?: IDataObject;
	/** Comes back with the call's webhook events. */
	context?: IDataObject;
	/** 0–3600. */
	delay_seconds?: number;
	is_testing?: boolean;
}

/** Why a person was not called, with the calls that are the reason. */
export interface Skipped {
	reason: 'on_a_call' | 'called_recently' | 'called_at_same_moment';
	calls: IDataObject[];
}

/** Advice when it is unknown whether a call was made. */
export const LOOK_FOR_CALL =
	'It is not dialed again. Before you call this number, look for the call in Talkover, or with Call: Get Many.';

/**
 * Makes a call (endpoints/make-call). Dials a phone.
 *
 * @param findReason runs after a wait for the rate limit, because somebody else may have called the person in the meantime
 * @returns the call with the API's fields and its ID as `id`, or the reason not to call
 * @throws TalkoverError as {@link TalkoverClient.post} does
 */
export async function dial(
	client: TalkoverClient,
	agentId: string,
	request: CallRequest,
	findReason: () => Promise<Skipped | undefined> = async () => undefined,
): Promise<{ done: IDataObject } | { skipped: Skipped }> {
	const remember = (call?: IDataObject) => {
		rememberCall({
			installation: client.installation,
			phone: request.to,
			agentId,
			clientId: client.id,
			call,
			delay: request.delay_seconds,
			isTest: request.is_testing,
		});
	};
	const action = {
		path: ['agents', agentId, 'call'],
		body: { ...request },
		readResult: ({ body }: Answer) => readCreatedCall(body),
		uncertainMessage: `The call to ${request.to} may have been placed`,
		uncertainAdvice: LOOK_FOR_CALL,
		notFound: () => noSuchAgent(agentId),
	};
	const lookAndDial = async (turn: Turn) => {
		const reason = turn.isLate ? await turn.hold(findReason) : undefined;
		if (reason) return { skipped: reason };
		const call = await client.postInTurn(turn, action);
		if (!call) return undefined;
		remember(call);
		return { done: call };
	};
	return await client.inTurn(lookAndDial).catch((error: unknown) => {
		if (explanationOf(error).outcome === 'unknown') remember();
		throw error;
	});
}

/**
 * Reads the call that was made, from any of the documented answers: `{ success, data: { id } }` (endpoints/make-call), flat with
 * `call_id` (getting-started/quickstart), or bare with `id` (api-reference/openapi.json).
 *
 * @returns undefined if the answer does not say that a call was made
 */
export function readCreatedCall(body: unknown): IDataObject | undefined {
	if (!isObject(body) || body.success === false) return undefined;
	const { data, ...bare } = body;
	const { id: inner, call_id: innerCall } = isObject(data) ? data : {};
	const id = [inner, innerCall, bare.call_id, bare.id].find(isId);
	return id === undefined ? undefined : { ...(isObject(data) ? data : bare), id: String(id) };
}
