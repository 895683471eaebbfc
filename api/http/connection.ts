import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { CanceledError } from '../errors';
import { shorten } from '../text';
import type { Answer } from './answers';
import { errorForNoAnswer } from './errorForNoAnswer';

/** Sends one request with the credential's token, and resolves with the answer, with any status. */
export type SendRequest = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

export interface ConnectionOptions {
	baseUrl: URL;
	/** How long one request may take, in seconds. */
	timeout: number;
	/** Removes secrets from a text. */
	redact: (text: string) => string;
	/** After it is aborted, a request that may have arrived counts as canceled. */
	signal?: AbortSignal;
}

const HEADERS = [
	'date',
	'location',
	'retry-after',
	'x-ratelimit-limit',
	'x-ratelimit-remaining',
	'x-ratelimit-reset',
];

/** Sends single requests, and turns what n8n's HTTP helper gives into answers and errors. */
export class Connection {
	/** The base URL without a trailing slash. */
	readonly installation: string;

	constructor(
		private readonly request: SendRequest,
		private readonly options: ConnectionOptions,
	) {
		this.installation = options.baseUrl.href.replace(/\/$/, '');
	}

	/** @param path segments below the base URL, unencoded */
	urlOf(path: string[], query?: Record<string, string>): string {
		const segments = path.map(encodeURIComponent).join('/');
		const search = query ? new URLSearchParams(query).toString() : '';
		return `${this.installation}/${segments}${search && `?${search}`}`;
	}

	/** @throws TalkoverError when no answer came, and CanceledError */
	async send(options: IHttpRequestOptions): Promise<Answer> {
		const { baseUrl, timeout, signal } = this.options;
		try {
			const response = await this.request({
				...options,
				json: true,
				timeout: timeout * 1000,
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
			const failure = errorForNoAnswer(error, baseUrl.host, timeout);
			// n8n must see a cancel as a cancel. But a request that certainly did not arrive must stay known as such.
			throw signal?.aborted && failure.explanation.sent === 'maybe' ? new CanceledError() : failure;
		}
	}

	/** Text does not come from the API, and may be a web page of megabytes. Its beginning is enough for an error message. */
	private readBody(body: unknown): unknown {
		return typeof body === 'string' ? shorten(this.options.redact(body), 5000) : body;
	}
}

function pickHeaders(headers: Answer['headers']): Answer['headers'] {
	return Object.fromEntries(HEADERS.map((name) => [name, headers[name]]));
}
