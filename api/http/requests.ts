import type { IDataObject } from 'n8n-workflow';
import type { Answer } from './answers';

export interface Freshness {
	/** Whether to send the request even if the run has a cached result. */
	isFresh?: boolean;
}

/** A request that reads something, with whatever else its reader needs. */
export interface GetRequest extends Freshness {
	/** Segments below the base URL, unencoded. */
	path: string[];
	query?: Record<string, string>;
}

/** A request that may be carried out twice, because it sets a state. */
export interface RepeatableRequest {
	method: 'DELETE' | 'PATCH' | 'POST' | 'PUT';
	/** Segments below the base URL, unencoded. */
	path: string[];
	/** Left out for a request without one. */
	body?: IDataObject;
}

/** A request that must not be carried out twice. */
export interface OneTimeAction<Result> {
	/** Segments below the base URL, unencoded. */
	path: string[];
	/** Left out for a request without one. */
	body?: IDataObject;
	/** Reads the result from a 2xx answer; undefined if the answer does not say that the action was done. */
	readResult: (answer: Answer) => Result | undefined;
	/** Reads the result from a 409 or 422, if one can be a result; undefined if it is a refusal. */
	readRefusal?: (answer: Answer) => Result | undefined;
	/** Error message when the outcome is unknown, as in `The call to +1… may have been placed`. */
	uncertainMessage: string;
	/** What the builder should do then. */
	uncertainAdvice: string;
	/** Error message for a 404, as in `No agent with the ID "x"`; undefined if it may be about something else. */
	notFound: (answer: Answer) => string | undefined;
	/** How the builder knows the fields of the body, by the API's names: see `ErrorDetails` in errorForAnswer.ts. */
	fieldNames?: Record<string, string>;
}
