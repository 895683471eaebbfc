import { noSuchAgent } from '../agents/agents';
import type { Answer } from '../http/answers';
import { isAboutRoute, isId, isSuccess, objectOf, readApiError } from '../http/answers';
import { isObject } from '../json';
import { noSuchCampaign } from '../campaigns/campaigns';
import type { TalkoverClient } from '../http/client';
import type { WebhookEvent } from './events';

/** The agent or campaign whose events a webhook receives. */
export interface Owner {
	kind: 'agents' | 'campaigns';
	id: string;
}

export interface Webhook {
	id: string;
	/** Empty if Talkover does not give it. */
	name: string;
	/** The address that receives the events. */
	url: string;
	isEnabled: boolean;
}

/** The API's names and values: see the pages of {@link createWebhook}. A type, because an interface would be no JSON for TypeScript. */
export type WebhookSettings = {
	name: string;
	webhook_url: string;
	events: string[];
	http_method: 'POST';
	enabled: true;
	/** In seconds. */
	timeout: number;
	max_retries: number;
	custom_headers: Array<{ key: string; value: string }>;
	/** Only for campaigns. */
	include_call_events?: boolean;
};

/**
 * The webhooks of an agent or campaign, and the available events (endpoints/list-agent-webhooks,
 * list-campaign-webhooks; neither is paged).
 *
 * @throws TalkoverError for every other answer; with the outcome `gone` when there is no such agent or campaign
 */
export async function listWebhooks(
	client: TalkoverClient,
	owner: Owner,
): Promise<{ webhooks: Webhook[]; events: WebhookEvent[] }> {
	return await client.get({ path: webhooksPath(owner), owner }, readWebhooks);
}

function readWebhooks(answer: Answer, { owner }: { owner: Owner }, client: TalkoverClient) {
	const data = answer.status === 200 ? objectOf(answer) : undefined;
	if (!data || !Array.isArray(data.webhooks)) {
		throw client.errorFor(answer, notFound(owner), isGone(answer) ? 'gone' : undefined);
	}
	return {
		webhooks: data.webhooks.filter(isObject).map(({ id, name, webhook_url: url, enabled }) => ({
			id: String(id),
			name: String(name ?? ''),
			url: String(url),
			isEnabled: enabled !== false,
		})),
		events: readEvents(data.available_events),
	};
}

/**
 * Registers a webhook (endpoints/create-webhook, create-campaign-webhook).
 *
 * @returns its id
 * @throws TalkoverError as {@link TalkoverClient.post} does
 */
export async function createWebhook(
	client: TalkoverClient,
	owner: Owner,
	settings: WebhookSettings,
): Promise<string> {
	return await client.post({
		path: webhooksPath(owner),
		body: settings,
		readResult: readId,
		uncertainMessage: 'The webhook may have been registered',
		uncertainAdvice:
			'Publish the workflow again (n8n 1: activate it), which removes what was registered before.',
		notFound: () => notFound(owner),
	});
}

/**
 * Updates a webhook (endpoints/update-webhook, update-campaign-webhook): all settings that somebody may have changed in the dashboard.
 *
 * @returns whether it succeeded; false if the webhook does not exist any more, or Talkover refuses
 * @throws TalkoverError when the outcome is unknown
 */
export async function updateWebhook(
	client: TalkoverClient,
	owner: Owner,
	id: string,
	settings: WebhookSettings,
): Promise<boolean> {
	// Settings that are left out would keep their values.
	const body = { ...settings, authorization_scheme: 'none', payload_templates: {} };
	const path = [...webhooksPath(owner), id];
	const answer = await client.sendRepeatable({ method: 'PUT', path, body });
	if (succeeded(answer)) return true;
	const { status } = answer;
	if (status >= 400 && status < 500 && status !== 429) return false;
	throw client.errorFor(answer, notFound(owner));
}

/**
 * Deletes a webhook (endpoints/delete-webhook, delete-campaign-webhook). One that is already gone counts as deleted.
 *
 * @throws TalkoverError when it could not be deleted
 */
export async function deleteWebhook(
	client: TalkoverClient,
	owner: Owner,
	id: string,
): Promise<void> {
	const path = [...webhooksPath(owner), id];
	const answer = await client.sendRepeatable({ method: 'DELETE', path });
	if (!succeeded(answer) && !isGone(answer)) throw client.errorFor(answer);
}

/** Segments below the base URL. */
export function webhooksPath({ kind, id }: Owner): string[] {
	return [kind, id, 'webhooks'];
}

function notFound({ kind, id }: Owner): string {
	return kind === 'agents' ? noSuchAgent(id) : noSuchCampaign(id);
}

function readId(answer: Answer): string | undefined {
	const id = objectOf(answer)?.id;
	return isId(id) ? String(id) : undefined;
}

/** An agent has an object of names and descriptions, a campaign an array of names. */
function readEvents(available: unknown): WebhookEvent[] {
	if (Array.isArray(available)) return available.map((name) => ({ name: String(name) }));
	if (!isObject(available)) return [];
	return Object.entries(available).map(([name, description]) => ({
		name,
		description: String(description),
	}));
}

/** Whether an update or a deletion succeeded. A web page may come from a server that is not the API. */
function succeeded({ status, body }: Answer): boolean {
	const isDenial = isObject(body) ? body.success === false : Boolean(body);
	return isSuccess(status) && !isDenial;
}

/** Whether something does not exist. A web page, or a message about the route, may come from a server that is not the API. */
function isGone({ status, body }: Answer): boolean {
	return status === 404 && isObject(body) && !isAboutRoute(readApiError(body));
}
