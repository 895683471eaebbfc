import type { IDataObject } from 'n8n-workflow';
import { isObject, parseJson } from '../../api/answers';
import { contextIn } from './context';
import { eventIn } from './events';
import { readBody } from './requestBody';
import type { UnreadRequest } from './requestBody';
import { areSameSecret, deriveSecret, hasSecretForm, SECRET_HEADER } from './secret';

/** The event that Talkover sends when somebody presses Test at an agent's webhook (endpoints/test-webhook). */
const TEST_EVENT = 'webhook.test';

/** The trigger that receives a delivery. */
export interface Receiver {
	/** See `triggerKey` in settings.ts. */
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
	const item: IDataObject = isObject(body) ? { ...body } : { data: body as IDataObject[] };
	if (isMadeUp(item) && !receiver.isTest) return { status: 200, message: 'The webhook works.' };
	addEvent(item);
	addContext(item);
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

/**
 * Whether somebody pressed Test in Talkover's dashboard. A campaign's webhook then gets an event that it subscribes to, whose body is
 * undocumented (endpoints/test-campaign-webhook): it may have the mark of an agent's test, or none.
 */
function isMadeUp({ event, test }: IDataObject): boolean {
	return event === TEST_EVENT || test === true;
}

/** Adds `event` if the body has its event in another field. */
function addEvent(item: IDataObject): void {
	const event = eventIn(item);
	if (event !== undefined && !('event' in item)) item.event = event;
}

/** Adds `context` if the body has it in another place, and parses it if it is JSON text. */
function addContext(item: IDataObject): void {
	const context = contextIn(item);
	if (context !== undefined) item.context = context;
}

function withHeaders(item: IDataObject, headers: UnreadRequest['headers']): IDataObject {
	const shown = Object.entries(headers).filter(([name]) => name !== SECRET_HEADER);
	return { ...item, webhook_headers: Object.fromEntries(shown) };
}
