import { createHash, randomBytes, timingSafeEqual } from 'crypto';
import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import { TalkoverClient } from '../Talkover/client/client';
import { createWebhook, deleteWebhook, listWebhooks } from '../Talkover/client/webhooks';
import type { Owner, Webhook } from '../Talkover/client/webhooks';
import { InputError, inOneString, TalkoverError, toNodeError } from '../Talkover/errors';
import { readAgentId, readCampaignId } from '../Talkover/operations/idFields';

/** Lower case, as Node.js gives the headers of a request. */
export const SECRET_HEADER = 'x-talkover-trigger-secret';

const SETTINGS = { timeout: 30, maxRateLimitWait: 30 };

/** The API takes no longer name. */
const LONGEST_NAME = 255;

/** As long as the API waits at most, in seconds: n8n answers at once, unless it is flooded; a delivery that is given up would come twice. */
const LONGEST_TIMEOUT = 120;

/** The registrations that were begun in this process: what comes of them may not have been kept. */
const begun = new Set<string>();

/**
 * What the node keeps with its workflow, of production and test apart. Of the secret, only what it takes to recognise it, and, with
 * the token, to make it again: n8n may write back what was kept before the last activation, when an execution ends.
 */
interface Kept extends IDataObject {
	workflowId?: string;
	salt?: string;
	owner?: { kind: Owner['kind']; id: string };
	id?: string;
	url?: string;
	secretHash?: string;
}

/**
 * Registers the workflow's address at the agent or campaign, and removes what was registered for it before: somebody may
 * have changed that in the dashboard, and its headers cannot be read back.
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
		// First, since two with the same secret would start the workflow twice.
		await removeWebhooks(client, owner, url, before);

		const former = kept.owner && !isSame(kept.owner, owner) ? kept.owner : undefined;
		// Another agent's webhook has another secret: if the former one is left, it is not let in.
		const salt = (!former && kept.salt) || randomBytes(32).toString('hex');
		const secret = client.secretFrom(salt);
		begun.add(keyOf(context));
		const isCampaign = owner.kind === 'campaigns';
		const id = await createWebhook(client, owner, {
			name: `n8n: ${context.getWorkflow().name ?? ''}`.slice(0, LONGEST_NAME),
			webhook_url: url,
			events,
			http_method: 'POST',
			enabled: true,
			timeout: LONGEST_TIMEOUT,
			custom_headers: [{ key: SECRET_HEADER, value: secret }],
			...(isCampaign && {
				include_call_events: context.getNodeParameter('includeCallEvents', false) === true,
			}),
		});
		const secretHash = hashOf(secret).toString('hex');
		Object.assign(kept, { workflowId: context.getWorkflow().id, owner, id, url, salt, secretHash });

		if (former) {
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
	for (const key of Object.keys(kept)) if (key !== 'salt') delete kept[key];
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

/**
 * Whether a delivery comes from who was told the secret, compared in a time that does not depend on where they differ.
 *
 * @param kept the node's static data
 */
export function knowsSecret(kept: IDataObject, given: unknown): boolean {
	const { secretHash } = kept as Kept;
	if (typeof given !== 'string' || typeof secretHash !== 'string') return false;
	const known = Buffer.from(secretHash, 'hex');
	const offered = hashOf(given);
	return known.length === offered.length && timingSafeEqual(known, offered);
}

function hashOf(secret: string): Buffer {
	return createHash('sha256').update(secret).digest();
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

function addressOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url) return url;
	throw new InputError('n8n gives no address for the webhook', 'Save the workflow, and try again.');
}

function keptIn(context: IHookFunctions): Kept {
	const kept: Kept = context.getWorkflowStaticData('node');
	// A copy of a workflow may bring what the original has kept.
	const isOfCopy = kept.workflowId !== undefined && kept.workflowId !== context.getWorkflow().id;
	if (isOfCopy) for (const key of Object.keys(kept)) delete kept[key];
	return kept;
}

function keyOf(context: IHookFunctions): string {
	return `${context.getWorkflow().id} ${context.getNodeWebhookUrl('default')}`;
}

function isSame(one: Owner, other: Owner): boolean {
	return one.kind === other.kind && one.id === other.id;
}
