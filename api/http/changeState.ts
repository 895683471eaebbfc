import { isSuccess, isUnclear } from './answers';
import { isObject } from '../json';
import type { Answer } from './answers';
import { onTalkoverError } from '../errors';
import type { TalkoverError } from '../errors';
import type { TalkoverClient } from './client';
import type { RepeatableRequest } from './requests';

/** How to set a state. */
export interface StateChange<Result> {
	request: RepeatableRequest;
	/** Reads the result from a 2xx answer; undefined if the answer does not say that the state is set. */
	readResult: (answer: Answer) => Result | undefined;
	/**
	 * Looks for the reason of a refusal, in JSON, that is about the state.
	 *
	 * @returns the result if the state is set all the same: a request before may have set it
	 * @throws TalkoverError otherwise
	 */
	afterRefusal?: (refusal: TalkoverError) => Promise<Result>;
	/** Error message when the outcome is unknown, as in `The campaign "x" may have been changed`. */
	uncertainMessage: string;
	/** What the builder should do then. */
	uncertainAdvice: string;
	/** Error message for a 404, as in `No agent with the ID "x"`. */
	notFound: string;
	/** How the builder knows the fields of the body, by the API's names: see `ErrorDetails` in errorForAnswer.ts. */
	fieldNames?: Record<string, string>;
}

/** Statuses of a refusal that is about the state, or about the values. The pages of the API differ. */
const ABOUT_STATE = [400, 409, 422];

/**
 * Sets a state. The outcome may be unknown, but then it does no harm to run this again.
 *
 * @throws TalkoverError for every answer that is not clearly a success, and when no answer came; with the outcome `refused` when the
 * API clearly did not do it
 */
export async function changeState<Result>(
	client: TalkoverClient,
	change: StateChange<Result>,
): Promise<Result> {
	const { uncertainMessage, uncertainAdvice } = change;
	const uncertain = (reason: TalkoverError) =>
		reason.as(`${uncertainMessage}: ${reason.message}`, uncertainAdvice);

	const answer = await client.sendRepeatable(change.request).catch(
		onTalkoverError((error) => {
			throw error.explanation.sent === 'maybe' ? uncertain(error) : error;
		}),
	);
	const { status, body } = answer;
	const result = isSuccess(status) ? change.readResult(answer) : undefined;
	if (result !== undefined) return result;
	if (isSuccess(status) || isUnclear(status)) throw uncertain(client.errorFor(answer));
	const refusal = client.refusalFor(answer, change);
	if (!change.afterRefusal || !ABOUT_STATE.includes(status) || !isObject(body)) throw refusal;
	return await change.afterRefusal(refusal);
}
