import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isAgentNotFound, noSuchAgent } from '../agents/agents';
import type { Answer } from '../http/answers';
import { isId, objectOf, readApiError } from '../http/answers';
import type { TalkoverClient } from '../http/client';
import { WholeLists } from '../lists';
import type { ListRequest } from '../lists';
import { bodyOf, findUndelivered } from './undelivered';
import type { Undelivered } from './undelivered';
import { webhooksPath } from './webhooks';
import type { Owner } from './webhooks';

/** The statuses of a log (endpoints/list-webhook-logs). */
export const DELIVERY_STATUSES = ['pending', 'success', 'failed', 'retrying'];

/** A webhook of an agent or campaign. */
export interface OwnedWebhook {
	owner: Owner;
	id: string;
}

/** The list of a webhook's deliveries (endpoints/list-webhook-logs, list-campaign-webhook-logs): one log for each attempt. */
export function deliveriesOf(webhook: OwnedWebhook): ListRequest {
	return { path: logsPath(webhook), notFound: noSuchWebhook(webhook) };
}

/**
 * Finds the events of a webhook that did not come through: see {@link findUndelivered}. Each log gets an `event_key`, the same for all
 * attempts of its event.
 *
 * @throws TalkoverError when the list of deliveries cannot be read to its end: the attempt that came through may be on a later page
 */
export async function fetchUndelivered(
	client: TalkoverClient,
	webhook: OwnedWebhook,
): Promise<Undelivered> {
	const lists = new WholeLists(client, Infinity);
	const { items } = await lists.read(deliveriesOf(webhook));
	const { certain, unclear } = findUndelivered(items);
	const { owner, id } = webhook;
	const withKey = (log: IDataObject) => {
		const event = [owner.kind, owner.id, id, log.event, bodyOf(log) || log.id];
		const event_key = createHash('sha256').update(JSON.stringify(event)).digest('hex');
		return { ...log, event_key: event_key.slice(0, 32) };
	};
	return { certain: certain.map(withKey), unclear };
}

export type Retry = IDataObject &
	(
		| { retried: true; log_id: string }
		/** Talkover does not deliver it again. */
		| { retried: false; reason: 'not_retriable'; message?: string }
	);

/**
 * Delivers a failed attempt again (endpoints/retry-webhook-log, retry-campaign-webhook-log).
 *
 * @returns the API's fields of the new attempt, or why there is none
 * @throws TalkoverError as {@link TalkoverClient.post} does
 */
export async function retryDelivery(
	client: TalkoverClient,
	webhook: OwnedWebhook,
	deliveryId: string,
): Promise<Retry> {
	const { owner, id } = webhook;
	return await client.post<Retry>({
		path: [...logsPath(webhook), deliveryId, 'retry'],
		readResult: readRetry,
		readRefusal: readNotRetriable,
		uncertainMessage: `The delivery "${deliveryId}" may have been sent again`,
		uncertainAdvice:
			'It is not sent again. Look with Webhook Delivery: Get Many whether there is a new attempt: each one is a delivery of its own.',
		notFound: (answer) =>
			isAgentNotFound(answer)
				? noSuchAgent(owner.id)
				: `No delivery with the ID "${deliveryId}" of the webhook "${id}"`,
	});
}

function logsPath({ owner, id }: OwnedWebhook): string[] {
	return [...webhooksPath(owner), id, 'logs'];
}

function noSuchWebhook({ owner, id }: OwnedWebhook): string {
	const kind = owner.kind === 'agents' ? 'agent' : 'campaign';
	return `No webhook with the ID "${id}" of the ${kind} "${owner.id}"`;
}

function readRetry(answer: Answer): Retry | undefined {
	const data = objectOf(answer);
	const log_id = data?.log_id;
	return isId(log_id) ? { ...data, retried: true, log_id: String(log_id) } : undefined;
}

/** The page of campaigns documents no refusal, so a 422 there may lack the code. One with fields is about the request itself. */
function readNotRetriable({ status, body }: Answer): Retry | undefined {
	const { code, message, fields } = readApiError(body);
	const isAboutLog =
		code === 'LOG_NOT_RETRIABLE' || (!code && message && Object.keys(fields).length === 0);
	return status === 422 && isAboutLog
		? { retried: false, reason: 'not_retriable', message }
		: undefined;
}
