import type { IHookFunctions } from 'n8n-workflow';
import { TalkoverClient } from '../Talkover/client/client';
import {
	createWebhook,
	deleteWebhook,
	listWebhooks,
	updateWebhook,
} from '../Talkover/client/webhooks';
import type { Owner, Webhook, WebhookSettings } from '../Talkover/client/webhooks';
import { InputError, inOneString, TalkoverError, toNodeError } from '../Talkover/errors';
import { readAgentId, readCampaignId } from '../Talkover/operations/idFields';
import { checkBoolean } from '../Talkover/operations/options';
import { includeCallEventsField } from './fields';
import { makeSecret, SECRET_HEADER, SETTINGS } from './secret';
import type { KeptSecret } from './secret';

/** The API takes no longer name. */
const LONGEST_NAME = 255;

/** As long as the API waits at most, in seconds: n8n answers at once, unless it is flooded; a delivery that is given up would come twice. */
const LONGEST_TIMEOUT = 120;

/** As many as the API takes: n8n may be away for a while, and what is not delivered then is lost. */
const MOST_RETRIES = 10;

/** The registrations that were begun in this process: what comes of them may not have been kept. */
const begun = new Set<string>();

/** What the node keeps with its workflow, of production and test apart. */
interface Kept extends KeptSecret {
	workflowId?: string;
	owner?: { kind: Owner['kind']; id: string };
	id?: string;
	url?: string;
}

/**
 * Registers the workflow's address at the agent or campaign with a new secret. What was registered for it before is put right, since
 * somebody may have changed it in the dashboard, and removed where it cannot be.
 *
 * @returns true
 * @throws NodeError when it could not be registered
 */
export async function register(context: IHookFunctions): Promise<true> {
	try {
		const owner = readOwner(context);
		const url = addressOf(context);
		const events = readEvents(context, owner);
		const client = await TalkoverClient.open(context, SETTINGS);
		const kept = keptIn(context);
		const before = { ...kept };
		const { secret, kept: keptSecret } = makeSecret(context, client, kept);
		const left = await findWebhooks(client, owner, url, before);
		begun.add(keyOf(context));
		const id = await registerAt(client, owner, left, {
			name: `n8n: ${context.getWorkflow().name ?? ''}`.slice(0, LONGEST_NAME),
			webhook_url: url,
			events,
			http_method: 'POST',
			enabled: true,
			timeout: LONGEST_TIMEOUT,
			max_retries: MOST_RETRIES,
			custom_headers: [{ key: SECRET_HEADER, value: secret }],
			...(owner.kind === 'campaigns' && { include_call_events: readIncludeCallEvents(context) }),
		});
		Object.assign(kept, { workflowId: context.getWorkflow().id, owner, id, url }, keptSecret);

		const former = before.owner;
		if (former && !isSame(former, owner)) {
			await tidyUp(context, async () => {
				await removeWebhooks(client, former, url, before).catch(goneWithOwner);
			});
		}
		return true;
	} catch (error) {
		// n8n 2.x shows the message of what stops an activation, 1.x the description.
		const whole = inOneString(toNodeError(context.getNode(), error));
		throw toNodeError(context.getNode(), new TalkoverError(whole));
	}
}

/**
 * One webhook, where there may be some from earlier: two would start the workflow twice. An agent's is changed in place, so that what
 * Talkover is about to deliver again arrives, and nothing is missed meanwhile.
 *
 * @returns its id
 */
async function registerAt(
	client: TalkoverClient,
	owner: Owner,
	[first, ...others]: string[],
	settings: WebhookSettings,
): Promise<string> {
	for (const id of others) await deleteWebhook(client, owner, id);
	if (first !== undefined) {
		const isAgents = owner.kind === 'agents';
		if (isAgents && (await updateWebhook(client, owner.id, first, settings))) return first;
		await deleteWebhook(client, owner, first);
	}
	return await createWebhook(client, owner, settings);
}

/**
 * Deletes all that is registered for the workflow's address. What is already gone is no error.
 *
 * @returns whether nothing is left. Nothing is thrown: n8n would keep the address of a workflow that is no longer active.
 */
export async function unregister(context: IHookFunctions): Promise<boolean> {
	const kept = keptIn(context);
	// Another workflow may be the one that is registered, if n8n gives up a copy that has the same address.
	if (!kept.owner && !begun.has(keyOf(context))) return true;
	const remove = async (owner: Owner | undefined) => {
		const client = await TalkoverClient.open(context, SETTINGS);
		if (owner) await removeWebhooks(client, owner, addressOf(context), kept).catch(goneWithOwner);
	};
	const atKept = await tidyUp(context, async () => await remove(kept.owner));
	// Found again by its address, if it was registered but not kept.
	const atChosen = await tidyUp(context, async () => {
		const owner = readOwner(context);
		if (!kept.owner || !isSame(kept.owner, owner)) await remove(owner);
	});
	if (!atKept) return false;
	begun.delete(keyOf(context));
	forget(kept);
	return atChosen;
}

/** What is left in Talkover does no harm, other than to be there: whoever sends to it is not let in. */
async function tidyUp(context: IHookFunctions, step: () => Promise<void>): Promise<boolean> {
	try {
		await step();
		return true;
	} catch (error) {
		const reason = inOneString(toNodeError(context.getNode(), error));
		const { name = '' } = context.getWorkflow();
		context.logger.warn(`A webhook of "${name}" may be left in Talkover: ${reason}`);
		return false;
	}
}

async function removeWebhooks(
	client: TalkoverClient,
	owner: Owner,
	url: string,
	kept: Kept,
): Promise<void> {
	for (const id of await findWebhooks(client, owner, url, kept)) {
		await deleteWebhook(client, owner, id);
	}
}

/** Those of this workflow: by their address, since an id may not have been kept, and by the id, since somebody may have changed the address. */
async function findWebhooks(
	client: TalkoverClient,
	owner: Owner,
	url: string,
	kept: Kept,
): Promise<string[]> {
	const { webhooks } = await listWebhooks(client, owner);
	const isOurs = (hook: Webhook) =>
		hook.url === url || hook.url === kept.url || hook.id === kept.id;
	return webhooks.filter(isOurs).map(({ id }) => id);
}

/** With an agent or campaign, its webhooks are gone. */
function goneWithOwner(error: unknown): void {
	if (!(error instanceof TalkoverError) || error.explanation.status !== 404) throw error;
}

function readOwner(context: IHookFunctions): Owner {
	const source = {
		parameter: (name: string) => context.getNodeParameter(name, '', { extractValue: true }),
	};
	return context.getNodeParameter('source') === 'campaign'
		? { kind: 'campaigns', id: readCampaignId(source) }
		: { kind: 'agents', id: readAgentId(source) };
}

function readEvents(context: IHookFunctions, { kind }: Owner): string[] {
	const name = kind === 'campaigns' ? 'campaignEvents' : 'events';
	const events = [context.getNodeParameter(name, [])].flat().map(String).filter(Boolean);
	if (events.length > 0) return events;
	throw new InputError('No event is chosen', 'Choose at least one in the field Events.');
}

function readIncludeCallEvents(context: IHookFunctions): boolean {
	const value = context.getNodeParameter(includeCallEventsField.name, false);
	return checkBoolean(includeCallEventsField, value);
}

function addressOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url) return url;
	throw new InputError('n8n gives no address for the webhook', 'Save the workflow, and try again.');
}

function keptIn(context: IHookFunctions): Kept {
	const kept: Kept = context.getWorkflowStaticData('node');
	// A copy of a workflow may bring what the original has kept.
	const isOfCopy = kept.workflowId !== undefined && kept.workflowId !== context.getWorkflow().id;
	if (isOfCopy) forget(kept);
	return kept;
}

function forget(kept: Kept): void {
	for (const key of Object.keys(kept)) delete kept[key];
}

function keyOf(context: IHookFunctions): string {
	return `${context.getWorkflow().id} ${context.getNodeWebhookUrl('default')}`;
}

function isSame(one: Owner, other: Owner): boolean {
	return one.kind === other.kind && one.id === other.id;
}
