import { createHmac } from 'crypto';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { explanationOf, TalkoverError } from '../errors';
import type { Explanation } from '../errors';
import { withLock } from '../async/withLock';
import { isSuccess, isUnclear } from './answers';
import type { Answer } from './answers';
import type { Credential } from './credential';
import { Connection } from './connection';
import type { SendRequest } from './connection';
import { errorForAnswer } from './errorForAnswer';
import type { ErrorDetails } from './errorForAnswer';
import { getOrCreate } from '../getOrCreate';
import { sharedQueue } from './rateLimit/sharedQueues';
import { Turns } from './rateLimit/turns';
import type { Pacing, Turn } from './rateLimit/turns';
import type { GetRequest, OneTimeAction, RepeatableRequest } from './requests';
import { retrying } from './retrying';
import { sleep } from '../async/sleep';

export interface ClientSettings extends Pacing {
	/** How long one request may take, in seconds. */
	timeout: number;
	/** How many items the run has; default: 1. For many, one list may take fewer requests than a lookup for each. */
	itemCount?: number;
}

/** Sends all requests to the Talkover API, for one run of the node with one token and base URL. */
export class TalkoverClient {
	/**
	 * Cached results by how they are read, and by URL. Not the answers: they would take more memory than the results.
	 */
	private readonly cache = new Map<unknown, Map<string, Promise<unknown>>>();

	private readonly perRunObjects = new Map<unknown, unknown>();

	private readonly secrets: string[] = [];

	private readonly redact = (text: string) =>
		this.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);

	/** Identifies the token without revealing it. */
	readonly id: string;

	private readonly connection: Connection;

	private readonly turns: Turns;

	/** @param signal ends all waits; nothing is sent after it is aborted */
	constructor(
		private readonly credential: Credential,
		private readonly request: SendRequest,
		private readonly settings: ClientSettings,
		private readonly signal?: AbortSignal,
	) {
		const { timeout } = settings;
		const { baseUrl } = credential;
		this.connection = new Connection(request, { baseUrl, timeout, redact: this.redact, signal });
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
		return this.connection.installation;
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
	 * @returns the result, which equal requests share
	 * @throws TalkoverError when no answer came, and what `read` throws
	 */
	async get<Request extends GetRequest, Result>(
		request: Request,
		read: (answer: Answer, request: Request, client: TalkoverClient) => Result | Promise<Result>,
	): Promise<Result> {
		const url = this.connection.urlOf(request.path, request.query);
		const results = getOrCreate(this.cache, read, () => new Map<string, Promise<unknown>>());
		const cached = request.isFresh ? undefined : (results.get(url) as Promise<Result> | undefined);
		if (cached) return await cached;
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
		return await this.sendWithRetry({
			method,
			url: this.connection.urlOf(path),
			...(body && { body }),
		});
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
		const request = { method: 'POST', url: this.connection.urlOf(path), body } as const;
		const answer = await turn
			.send(async () => await this.connection.send(request))
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
		return errorForAnswer(answer, this.redact, { notFound, outcome, fieldNames });
	}

	/**
	 * The error for an unexpected answer.
	 *
	 * @param notFound error message for a 404, as in `No agent with the ID "x"`
	 */
	errorFor(answer: Answer, notFound?: string, outcome?: Explanation['outcome']): TalkoverError {
		return errorForAnswer(answer, this.redact, { notFound, outcome });
	}

	/** An HMAC with the token as its key, in hexadecimal digits. */
	sign(text: string): string {
		return createHmac('sha256', this.credential.token).update(text).digest('hex');
	}

	/** Redacts a secret from errors: the API may echo what it was sent. */
	addSecret(secret: string): void {
		this.secrets.push(secret, encodeURIComponent(secret));
	}

	/** Retries after temporary failures. Only for requests that may be carried out twice. */
	private async sendWithRetry(request: IHttpRequestOptions): Promise<Answer> {
		const { turns, signal } = this;
		const place = turns.takePlace();
		const send = async () => await this.connection.send(request);
		return await retrying(
			async () => await turns.run(async (turn) => await turn.send(send), place),
			signal,
		);
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
