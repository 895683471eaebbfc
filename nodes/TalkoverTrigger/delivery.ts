import type { IDataObject } from 'n8n-workflow';
import { isObject, parseJson } from '../../api/json';
import { isMadeUp, withEventAndContext } from './eventBody';
import { areSameSecret, deriveSecret, hasSecretForm, SECRET_HEADER } from './secret';

/** The largest body that is read, in bytes. No event is that large. */
const MAX_BYTES = 1_000_000;

/** A request whose body n8n has not read: see `unreadBodyField` in fields.ts. */
export interface UnreadRequest {
	/** The names are in lower case. */
	headers: Record<string, string | string[] | undefined>;
	/** Set by `readRawBody`. */
	rawBody?: Buffer;
	/** Also decompresses the body. Rejects with `status` 413 when it is larger than n8n allows. */
	readRawBody(): Promise<unknown>;
}

/** The trigger that receives a delivery. */
export interface Receiver {
	/** See `Trigger` in activation.ts. */
	triggerKey: string;
	/** Whether n8n listens for one test event. */
	isTest: boolean;
	/** Whether the item gets the headers of the request. */
	includeHeaders: boolean;
	/** Called at most once. Rejects when n8n cannot read the credential. */
	readToken: () => Promise<string>;
}

/** The outcome of a delivery: an item that starts the workflow, or only an answer. */
export type Outcome = { item: IDataObject } | { status: number; message: string };

/** Handles one delivery. Only an event from Talkover starts the workflow. */
export async function receive(request: UnreadRequest, receiver: Receiver): Promise<Outcome> {
	const { headers } = request;
	const refusal = await checkSecret(headers[SECRET_HEADER], receiver);
	if (refusal) return refusal;

	const text = await readBody(request);
	if (text === undefined) return { status: 413, message: 'The body is too large.' };
	const body = parseJson(text.replace(/^\ufeff/, ''));
	if (!isObject(body) && !Array.isArray(body)) {
		return { status: 400, message: 'The body is not a JSON object or array.' };
	}
	const data: IDataObject = isObject(body) ? { ...body } : { data: body as IDataObject[] };
	if (isMadeUp(data) && !receiver.isTest) return { status: 200, message: 'The webhook works.' };
	const item = withEventAndContext(data);
	return { item: receiver.includeHeaders ? withHeaders(item, headers) : item };
}

/** @returns the answer if the request is not from Talkover, or the secret cannot be checked; otherwise undefined */
async function checkSecret(
	given: unknown,
	{ triggerKey, isTest, readToken }: Receiver,
): Promise<Outcome | undefined> {
	const refusal = { status: 401, message: 'The secret of this webhook is missing or wrong.' };
	// Checked first, so that most requests from strangers do not read the credential.
	if (!hasSecretForm(given)) return refusal;
	let token: string;
	try {
		token = await readToken();
	} catch {
		// Talkover retries after a 5xx.
		return { status: 503, message: 'n8n cannot read the Talkover credential at the moment.' };
	}
	return areSameSecret(given, deriveSecret(token, triggerKey, isTest)) ? undefined : refusal;
}

/** @returns the body as text, empty if it cannot be read; undefined if it is too large */
async function readBody(request: UnreadRequest): Promise<string | undefined> {
	if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) return undefined;
	try {
		await request.readRawBody();
	} catch (error) {
		if ((error as { status?: unknown }).status === 413) return undefined;
	}
	const { rawBody } = request;
	if (!rawBody) return '';
	return rawBody.length > MAX_BYTES ? undefined : rawBody.toString('utf8');
}

function withHeaders(item: IDataObject, headers: UnreadRequest['headers']): IDataObject {
	const shown = Object.entries(headers).filter(([name]) => name !== SECRET_HEADER);
	return { ...item, webhook_headers: Object.fromEntries(shown) };
}
