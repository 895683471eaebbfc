import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isObject, parseJson } from '../../api/answers';
import { eventIn } from './events';
import { knowsSecret, SECRET_HEADER } from './secret';

/** More than any event takes, in bytes. */
const LARGEST_BODY = 1_000_000;

/** What Talkover sends when somebody presses Test in its dashboard (endpoints/test-webhook). */
const TEST_EVENT = 'webhook.test';

/** n8n leaves the body unread, so that nothing of a stranger's is (see the hidden field of the node). */
interface UnreadRequest {
	headers: Record<string, string | string[] | undefined>;
	rawBody?: Buffer;
	readRawBody(): Promise<undefined>;
}

/**
 * Answers one delivery at once: a workflow starts for an event from Talkover, and for nothing else.
 *
 * @returns what n8n starts the workflow with: one item
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = context.getRequestObject() as unknown as UnreadRequest;
	const { headers } = request;
	if (!(await knowsSecret(context, headers[SECRET_HEADER]))) {
		return refuse(context, 401, 'The secret of this webhook is missing or wrong.');
	}
	if (Number(headers['content-length'] ?? 0) > LARGEST_BODY) return tooLarge(context);
	const failure = await request.readRawBody().catch((error: { status?: unknown }) => error);
	const { rawBody } = request;
	const isTooLarge = failure?.status === 413 || (rawBody && rawBody.length > LARGEST_BODY);
	if (isTooLarge) return tooLarge(context);
	const body = parseJson((rawBody?.toString('utf8') ?? '').replace(/^\ufeff/, ''));
	if (!isObject(body) && !Array.isArray(body)) {
		return refuse(context, 400, 'The body is not a JSON object or array.');
	}
	if (isObject(body) && body.event === TEST_EVENT && context.getMode() !== 'manual') {
		return { webhookResponse: { message: 'The webhook works.' } };
	}
	return { workflowData: [[{ json: itemOf(context, body, headers) }]] };
}

/** The body as it came; with the event, if it names it elsewhere, and with the headers, if they are wanted. */
function itemOf(
	context: IWebhookFunctions,
	body: IDataObject | unknown[],
	headers: UnreadRequest['headers'],
): IDataObject {
	const data = isObject(body) ? body : ({ data: body } as IDataObject);
	const event = eventIn(data);
	const withEvent = event === undefined || 'event' in data ? data : { ...data, event };
	if (context.getNodeParameter('includeHeaders', false) !== true) return withEvent;
	const shown = Object.entries(headers).filter(([name]) => name !== SECRET_HEADER);
	return { ...withEvent, webhook_headers: Object.fromEntries(shown) as IDataObject };
}

function tooLarge(context: IWebhookFunctions): IWebhookResponseData {
	return refuse(context, 413, 'The body is too large.');
}

function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
