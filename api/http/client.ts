import { createHmac } from 'crypto';
import type { IDataObject, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { CanceledError, explanationOf, TalkoverError } from '../errors';
import type { Explanation } from '../errors';
import { withLock } from '../async/withLock';
import { isSuccess, isUnclear } from './answers';
import type { Answer } from './answers';
import type { Credential } from './credential';
import { errorFor } from './errorForAnswer';
import type { ErrorDetails } from './errorForAnswer';
import { errorForFailure } from './errorForNoAnswer';
import { getOrCreate } from '../getOrCreate';
import { sharedQueue } from './rateLimit/sharedQueues';
import { Turns } from './rateLimit/turns';
import type { Pacing, Turn } from './rateLimit/turns';
import { retrying } from './retrying';
import { sleep } from '../async/sleep';
import { shorten } from '../text';

/** Sends one request with the credential's token, and resolves with the answer, with any status. */
export type SendRequest = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

export interface ClientSettings extends Pacing {
	/** How long one request may take, in seconds. */
	timeout: number;
	/** How many items the run has; default: 1. For many, one list may take fewer requests than a lookup for each. */
	itemCount?: number;
}

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
	/** How the builder knows the fields of the body, by the API's names: see {@link ErrorDetails}. */
	fieldNames?: Record<string, string>;
}

const HEADERS = [
	'date',
	'location',
	'retry-after',
	'x-ratelimit-limit',
	'x-ratelimit-remaining',
	'x-ratelimit-reset',
];

/** Sends all requests to the Talkover API, for one run of the node with one token and base URL. */
export class TalkoverClient {
	/**
	 * Cached results by how they are read, and by URL. Not the answers: they would take more memory than the results.
	 */
	private readonly cache = new Map<unknown, Map<string, Promise<unknown>>>();

	private readonly perRunObjects = new Map<unknown, unknown>();

	private readonly secrets: string[] = [];

	/** Identifies the token without revealing it. */
	readonly id: string;

	private readonly turns: Turns;

	/** @param signal ends all waits; nothing is sent after it is aborted */
	constructor(
		private readonly credential: Credential,
		private readonly request: SendRequest,
		private readonly settings: ClientSettings,
		private readonly signal?: AbortSignal,
	) {
		this.id = this.sign('client').slice(0, 16);
		this.turns = new Turns(sharedQueue(`${this.installation} ${this.id}`), settings, signal);
		this.addSecret(credential.token);
	}

	/** The same client with another end. @param signal ends all waits; nothing is sent after it is aborted */
	withSignal(signal?: AbortSignal): TalkoverClient {
		return new TalkoverClient(this.credential, this.request, this.settings, signal);
	}

	/** How long requests have paused for the rate limit, in seconds. */
	get secondsWaited(): number {
		return this.turns.secondsWaited;
	}

	/** How many items the run has. */
	get itemCount(): number {
		return this.settings.itemCount ?? 1;
	}

	/** What requests of a run share, such as a list that is read once: the only object of a class, which lives as long as the run. */
	perRun<T>(type: new (client: TalkoverClient) => T): T {
		return getOrCreate(this.perRunObjects, type, () => new type(this)) as T;
	}

	/** The base URL without a trailing slash: the same for all tokens of one Talkover. */
	get installation(): string {
		return this.credential.baseUrl.href.replace(/\/$/, '');
	}

	/**
	 * Runs one step at a time per key in this process, as {@link withLock} does.
	 *
	 * @throws CanceledError when the execution ends during the wait, and what the step throws
	 */
	async withLock<T>(key: string, step: () => Promise<T>): Promise<T> {
		return await withLock(key, step, this.signal);
	}

	/** @throws CanceledError when the execution ends in the meantime */
	async sleep(milliseconds: number): Promise<void> {
		await sleep(milliseconds, this.signal);
	}

	/**
	 * Sends a GET request. Requests of one run with the same URL and the same `read` are sent once.
	 *
	 * @param read reads the result from the answer, with any status, after all retries. It is a function of a module, which gets all
	 * that it needs: one that is made for each request would be another each time.
	 * @returns the result; a cached one as a copy, because later nodes may change an item in place
	 * @throws TalkoverError when no answer came, and what `read` throws
	 */
	async get<Request extends GetRequest, Result>(
		request: Request,
		read: (answer: Answer, request: Request, client: TalkoverClient) => Result | Promise<Result>,
	): Promise<Result> {
		const url = this.urlOf(request.path, request.query);
		const results = getOrCreate(this.cache, read, () => new Map<string, Promise<unknown>>());
		const cached = request.isFresh ? undefined : (results.get(url) as Promise<Result> | undefined);
		if (cached) return structuredClone(await cached);
		const result = this.sendWithRetry({ method: 'GET', url }).then(
			async (answer) => await read(answer, request, this),
		);
		results.set(url, result);
		return await result;
	}

	/**
	 * Sends a request that sets a state, and again after a temporary failure.
	 *
	 * @returns the answer, with any status, after all retries
	 * @throws TalkoverError when no answer came
	 */
	async sendRepeatable({ method, path, body }: RepeatableRequest): Promise<Answer> {
		return await this.sendWithRetry({ method, url: this.urlOf(path), body });
	}

	/**
	 * Sends a POST request that must not be carried out twice. Only a 429 leads to a retry: it says that nothing happened.
	 *
	 * @throws TalkoverError with the outcome `refused` when the API clearly did not do it, `unknown` when it may have done it, and none
	 * when it was not sent: no connection, or the rate limit took too long
	 */
	async post<Result>(action: OneTimeAction<Result>): Promise<Result> {
		return await this.inTurn(async (turn) => await this.postInTurn(turn, action));
	}

	/**
	 * Runs a task in a turn to send one POST. If the task returns undefined, it runs again in another turn.
	 *
	 * @throws CanceledError when the execution ends during the wait, and what the task throws
	 */
	async inTurn<T>(task: (turn: Turn) => Promise<T | undefined>): Promise<T> {
		return await this.turns.run(task);
	}

	/** As {@link post}, for a task of {@link inTurn}. @returns undefined if the request needs another turn */
	async postInTurn<Result>(turn: Turn, action: OneTimeAction<Result>): Promise<Result | undefined> {
		const { path, body } = action;
		const request = { method: 'POST', url: this.urlOf(path), body } as const;
		const answer = await turn
			.send(async () => await this.send(request))
			.catch((error: Error) => {
				throw explanationOf(error).sent === 'no' ? error : uncertain(action, error);
			});
		return answer && this.resultOf(answer, action);
	}

	private resultOf<Result>(answer: Answer, action: OneTimeAction<Result>): Result {
		const { status } = answer;
		const read = isSuccess(status)
			? action.readResult
			: status === 409 || status === 422
				? action.readRefusal
				: undefined;
		const result = read?.(answer);
		if (result !== undefined) return result;
		if (isSuccess(status) || isUnclear(status)) throw uncertain(action, this.errorFor(answer));
		const { fieldNames } = action;
		throw this.refusalFor(answer, { notFound: action.notFound(answer), fieldNames });
	}

	/** The error for a refused change. Otherwise like {@link errorFor}. */
	refusalFor(
		answer: Answer,
		{ notFound, fieldNames }: Pick<ErrorDetails, 'notFound' | 'fieldNames'>,
	): TalkoverError {
		// A change may be tried again after a 429.
		const outcome = answer.status === 429 ? undefined : 'refused';
		return errorFor(answer, (text) => this.redact(text), { notFound, outcome, fieldNames });
	}

	/**
	 * The error for an unexpected answer.
	 *
	 * @param notFound error message for a 404, as in `No agent with the ID "x"`
	 */
	errorFor(answer: Answer, notFound?: string, outcome?: Explanation['outcome']): TalkoverError {
		return errorFor(answer, (text) => this.redact(text), { notFound, outcome });
	}

	/** An HMAC with the token as its key, in hexadecimal digits. */
	sign(text: string): string {
		return createHmac('sha256', this.credential.token).update(text).digest('hex');
	}

	/** Redacts a secret from errors: the API may echo what it was sent. */
	addSecret(secret: string): void {
		this.secrets.push(secret, encodeURIComponent(secret));
	}

	private redact(text: string): string {
		return this.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
	}

	/** Retries after temporary failures. Only for requests that may be carried out twice. */
	private async sendWithRetry(request: IHttpRequestOptions): Promise<Answer> {
		const { turns, signal } = this;
		const place = turns.takePlace();
		const send = async () => await this.send(request);
		return await retrying(
			async () => await turns.run(async (turn) => await turn.send(send), place),
			signal,
		);
	}

	/** Text does not come from the API, and may be a web page of megabytes. Its beginning is enough for an error message. */
	private readBody(body: unknown): unknown {
		return typeof body === 'string' ? shorten(this.redact(body), 5000) : body;
	}

	private urlOf(path: string[], query: Record<string, string> = {}): string {
		const segments = path.map(encodeURIComponent).join('/');
		const search = new URLSearchParams(query).toString();
		return `${this.installation}/${segments}${search && `?${search}`}`;
	}

	private async send(options: IHttpRequestOptions): Promise<Answer> {
		const { request, settings } = this;
		try {
			const response = await request({
				...options,
				json: true,
				timeout: settings.timeout * 1000,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			});
			return {
				status: response.statusCode,
				headers: pickHeaders(response.headers as Answer['headers']),
				body: this.readBody(response.body),
			};
		} catch (error) {
			const failure = errorForFailure(error, this.credential.baseUrl.host, settings.timeout);
			// n8n must see a cancel as a cancel. But a request that certainly did not arrive must stay known as such.
			throw this.signal?.aborted && failure.explanation.sent === 'maybe'
				? new CanceledError()
				: failure;
		}
	}
}

/** The error for an unknown outcome. The advice of the reason would be wrong: first, the outcome must be checked. */
function uncertain(
	{ uncertainMessage, uncertainAdvice }: OneTimeAction<unknown>,
	reason: Error,
): TalkoverError {
	const { quote, status } = explanationOf(reason);
	const explanation = { advice: uncertainAdvice, quote, status, outcome: 'unknown' } as const;
	return new TalkoverError(`${uncertainMessage}: ${reason.message}`, explanation);
}

function pickHeaders(headers: Answer['headers']): Answer['headers'] {
	return Object.fromEntries(HEADERS.map((name) => [name, headers[name]]));
}
