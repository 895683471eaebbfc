import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { InputError } from '../errors';
import type { TalkoverError } from '../errors';
import type { Answer } from './answer';
import { readBaseUrl, readToken } from './credential';
import { errorFor } from './explain';
import { errorForFailure, NoAnswerError } from './failure';
import { Pacer } from './pacer';
import type { Pacing } from './pacer';

type Context = IExecuteFunctions | ILoadOptionsFunctions;

export interface ClientSettings extends Pacing {
	/** How long one request may take, in seconds. */
	timeout: number;
}

/** An answer worth another try: the API, or something in front of it, is overloaded or down for a moment. */
const TEMPORARY = [500, 502, 503, 504];

const HEADERS = [
	'date',
	'location',
	'retry-after',
	'x-ratelimit-limit',
	'x-ratelimit-remaining',
	'x-ratelimit-reset',
];

/** The one door to the Talkover API, for one execution of the node. */
export class TalkoverClient {
	private readonly asked = new Map<string, Promise<Answer>>();

	private constructor(
		private readonly context: Context,
		private readonly credential: ICredentialDataDecryptedObject,
		private readonly baseUrl: URL,
		private readonly settings: ClientSettings,
		readonly pacer: Pacer,
	) {}

	/**
	 * Reads the credential, once for the whole execution: n8n would read and decrypt it for every request.
	 *
	 * @throws InputError when there is no credential, or it cannot be used
	 */
	static async open(context: Context, settings: ClientSettings): Promise<TalkoverClient> {
		const credential = await readCredential(context);
		readToken(credential);
		const signal =
			'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
		return new TalkoverClient(
			context,
			credential,
			readBaseUrl(credential),
			settings,
			new Pacer(settings, signal),
		);
	}

	/**
	 * Asks for one thing. Equal questions in one execution are one request.
	 *
	 * @param path segments below the base URL, unencoded
	 * @returns the answer, whatever its status, once it is no longer worth another try
	 * @throws TalkoverError when no answer came
	 */
	async get(path: string[], query: Record<string, string> = {}): Promise<Answer> {
		const url = this.urlOf(path, query);
		const asked = this.asked.get(url);
		// A copy, since nodes further on may change an item in place.
		if (asked) return structuredClone(await asked);
		const answer = this.pacer.retry(async () => await this.send({ method: 'GET', url }), isPassing);
		this.asked.set(url, answer);
		return await answer;
	}

	/**
	 * The error for an answer that is not what was asked for.
	 *
	 * @param notFound what to say of a 404, as in `No agent with the ID "x"`
	 */
	errorFor(answer: Answer, notFound?: string): TalkoverError {
		// An API may repeat in an error what it was sent.
		const token = readToken(this.credential);
		return errorFor(answer, (text) => text.replaceAll(token, '***'), notFound);
	}

	private urlOf(path: string[], query: Record<string, string>): string {
		const segments = path.map(encodeURIComponent).join('/');
		const search = new URLSearchParams(query).toString();
		const base = this.baseUrl.href.replace(/\/$/, '');
		return `${base}/${segments}${search && `?${search}`}`;
	}

	private async send(request: IHttpRequestOptions): Promise<Answer> {
		const { context, credential, settings } = this;
		const credentialsDecrypted: ICredentialsDecrypted = {
			id: '',
			name: '',
			type: 'talkoverApi',
			data: credential,
		};
		try {
			const response = (await context.helpers.httpRequestWithAuthentication.call(
				context,
				'talkoverApi',
				{
					...request,
					json: true,
					timeout: settings.timeout * 1000,
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					disableFollowRedirect: true,
				},
				{ credentialsDecrypted },
			)) as IN8nHttpFullResponse;
			return {
				status: response.statusCode,
				headers: pickHeaders(response.headers as Answer['headers']),
				body: shorten(response.body),
			};
		} catch (error) {
			throw errorForFailure(error, this.baseUrl.host, settings.timeout);
		}
	}
}

/** Text is no answer of the API, but perhaps a page of megabytes; its beginning is enough to quote. */
function shorten(body: unknown): unknown {
	return typeof body === 'string' ? body.slice(0, 5000) : body;
}

/** The rest would only take memory: answers are kept until the execution ends. */
function pickHeaders(headers: Answer['headers']): Answer['headers'] {
	return Object.fromEntries(HEADERS.map((name) => [name, headers[name]]));
}

function isPassing(outcome: Answer | Error): boolean {
	return outcome instanceof Error
		? outcome instanceof NoAnswerError && outcome.connectionBroke
		: TEMPORARY.includes(outcome.status);
}

async function readCredential(context: Context): Promise<ICredentialDataDecryptedObject> {
	if (!context.getNode().credentials?.talkoverApi) {
		throw new InputError(
			'No Talkover credential is chosen',
			'Open the node, and choose or create one in “Credential to connect with”.',
		);
	}
	return await context.getCredentials('talkoverApi');
}
