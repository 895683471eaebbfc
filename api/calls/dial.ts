import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents';
import { isObject } from '../answers';
import type { TalkoverClient } from '../client';
import { rememberCall } from './justMade';
import { UncertainError } from '../errors';

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

/** Why a person was not called: the calls that are the reason. */
export interface Skipped {
	reason: 'on_a_call' | 'called_recently';
	calls: IDataObject[];
}

/** What to do when nobody knows whether a call was placed. */
export const LOOK_FOR_CALL =
	'It is not dialled again. Look in Talkover, or with the operation Get Many of calls, whether there is a call to this number, before you dial it once more.';

/**
 * Makes a call (endpoints/make-call). Dials a phone.
 *
 * @param findReason asked again after a wait for the rate limit, in which somebody else may have called the person
 * @returns the call as the API gives it, with its id as `id`, or the reason that was found
 * @throws RefusedError, UncertainError and TalkoverError as {@link TalkoverClient.post} does
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
	const place = async () => {
		const call = await client.post({
			path: ['agents', agentId, 'call'],
			body: { ...request },
			readResult: ({ body }) => readCreatedCall(body),
			uncertainMessage: `The call to ${request.to} may have been placed`,
			uncertainAdvice: LOOK_FOR_CALL,
			notFound: () => noSuchAgent(agentId),
			lookAgain: async () => {
				const reason = await findReason();
				if (reason) throw new FoundReason(reason);
			},
		});
		remember(call);
		return { done: call };
	};
	return await place().catch((error: unknown) => {
		if (error instanceof FoundReason) return { skipped: error.reason };
		if (error instanceof UncertainError) remember();
		throw error;
	});
}

/** Ends the tries to call. */
class FoundReason extends Error {
	constructor(readonly reason: Skipped) {
		super();
	}
}

/**
 * The call that an answer says was made, whichever of the documented shapes it has: `{ success, data: { id } }` (endpoints/make-call),
 * flat with `call_id` (getting-started/quickstart), or bare with `id` (api-reference/openapi.json).
 */
export function readCreatedCall(body: unknown): IDataObject | undefined {
	if (!isObject(body) || body.success === false) return undefined;
	const { data, ...bare } = body;
	const { id: inner, call_id: innerCall } = isObject(data) ? data : {};
	const id = [inner, innerCall, bare.call_id, bare.id].find(isId);
	return id === undefined ? undefined : { ...(isObject(data) ? data : bare), id: String(id) };
}

function isId(id: unknown): boolean {
	return (typeof id === 'string' && id !== '') || typeof id === 'number';
}
