import type { IHookFunctions } from 'n8n-workflow';
import type { TalkoverClient } from '../../api/client';
import {
	createWebhook,
	deleteWebhook,
	GoneError,
	listWebhooks,
	updateWebhook,
} from '../../api/webhooks';
import type { Owner, Webhook, WebhookSettings } from '../../api/webhooks';
import { InputError, inOneString, TalkoverError, toNodeError } from '../../api/errors';
import { withLock } from '../../api/withLock';
import { openClient } from './client';
import { forget, keptIn, triggerOf } from './kept';
import type { Kept } from './kept';
import { addressOf, readEvents, readIncludeCallEvents, readOwner } from './parameters';
import { rememberSecret, SECRET_HEADER, secretFor } from './secret';
import { claimWebhookId, otherTrigger } from './webhookIds';

/** As long as the API waits at most, in seconds: n8n answers at once, unless it is flooded; a delivery that is given up would come twice. */
const LONGEST_TIMEOUT = 120;

/** As many as the API takes: n8n may be away for a while, and what is not delivered then is lost. */
const MOST_RETRIES = 10;

/** The triggers whose webhook stays though n8n 1.x has it deleted: see {@link register}. */
const spared = new Set<string>();

/**
 * Registers the workflow's address at the agent or campaign. What was registered for it before is put right, since somebody may
 * have changed it in the dashboard.
 *
 * @returns true
 * @throws NodeError when it could not be registered
 */
export async function register(context: IHookFunctions): Promise<true> {
	const other = claimWebhookId(context);
	if (other !== undefined) throw activationError(context, sameWebhookId(context, other));
	const trigger = triggerOf(context);
	// n8n 1.x may deactivate a trigger while it is being activated.
	return await withLock(trigger, async () => {
		spared.delete(trigger);
		try {
			return await registerNow(context);
		} catch (error) {
			// n8n 1.x has the webhook deleted then, and tries again: what Talkover is about to deliver again would be lost.
			if (context.getActivationMode() === 'init') spared.add(trigger);
			throw activationError(context, error);
		}
	});
}

/** n8n 2.x shows the message of what stops an activation, 1.x the description. */
function activationError(context: IHookFunctions, error: unknown) {
	const node = context.getNode();
	return toNodeError(node, new TalkoverError(inOneString(toNodeError(node, error))));
}

/** They have the same address, so n8n 1.x would start only one of them, without a word. */
function sameWebhookId(context: IHookFunctions, other: string): InputError {
	const { name, webhookId } = context.getNode();
	return new InputError(
		`The triggers "${other}" and "${name}" have the same webhook ID (${webhookId}), so only one of them would start the workflow`,
		'Delete one of them, and add a new Talkover Trigger in its place. In the JSON of the workflow, you can change its webhookId instead.',
	);
}

async function registerNow(context: IHookFunctions): Promise<true> {
	const owner = readOwner(context);
	const url = addressOf(context);
	const settings = {
		name: `n8n: ${context.getWorkflow().name ?? ''}`,
		webhook_url: url,
		events: readEvents(context, owner),
		http_method: 'POST' as const,
		enabled: true as const,
		timeout: LONGEST_TIMEOUT,
		max_retries: MOST_RETRIES,
		...(owner.kind === 'campaigns' && { include_call_events: readIncludeCallEvents(context) }),
	};
	const client = await openClient(context);
	const kept = keptIn(context);
	const before = { ...kept };
	const left = await findWebhooks(client, owner, url, before);

	const isSameWebhook = owner.kind === 'agents' && left.length > 0 && left[0] === before.id;
	const { secret, kept: keptSecret } = secretFor(context, client, isSameWebhook);
	const custom_headers = [{ key: SECRET_HEADER, value: secret }];
	const id = await registerOne(client, owner, left, { ...settings, custom_headers });
	Object.assign(kept, { owner, id, url });
	rememberSecret(context, keptSecret);

	warnOfFormer(context, before, url);
	const { owner: former } = before;
	if (former && !isSame(former, owner)) {
		await tidyUp(context, async () => {
			await removeWebhooks(client, former, url, before).catch(goneWithOwner);
		});
	}
	return true;
}

/**
 * One webhook, where there may be some from earlier: two would start the workflow twice. An agent's is changed in place, so that what
 * Talkover is about to deliver again arrives, and nothing is missed meanwhile.
 *
 * @returns its id
 */
async function registerOne(
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
 * @returns whether nothing is left. Nothing is thrown: n8n 1.x would keep the address of a workflow that is no longer active.
 */
export async function unregister(context: IHookFunctions): Promise<boolean> {
	// n8n 2.x also deletes what failed to activate: here, that is the webhook of the other trigger.
	if (otherTrigger(context) !== undefined) return true;
	if (spared.delete(triggerOf(context))) return false;
	return await withLock(triggerOf(context), async () => {
		const kept = keptIn(context);
		const remove = async (owner: Owner) => {
			const url = addressOf(context);
			warnOfFormer(context, kept, url);
			const client = await openClient(context);
			await removeWebhooks(client, owner, url, kept).catch(goneWithOwner);
		};
		const { owner } = kept;
		const atKept = !owner || (await tidyUp(context, async () => await remove(owner)));
		// Found again by its address, if it was registered but not kept.
		const atChosen = await tidyUp(context, async () => {
			const chosen = readOwner(context);
			if (!owner || !isSame(owner, chosen)) await remove(chosen);
		});
		if (atKept) forget(kept);
		return atKept && atChosen;
	});
}

/** It is left, since this n8n may be a copy that the database was brought to. */
function warnOfFormer(context: IHookFunctions, { url: former }: Kept, url: string): void {
	if (former === undefined || former === url) return;
	const { name = '' } = context.getWorkflow();
	context.logger.warn(
		`The webhook of "${name}" for ${former} is left in Talkover. Delete it there, unless another n8n uses it.`,
	);
}

/** What is left in Talkover starts nothing: n8n does not know its address, or there is a newer secret. */
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

/**
 * Those of this trigger: by their address, since an id may not have been kept; and the one that is kept, to which somebody may have
 * given another address, first. Not if n8n's own address is another one, since a copy of n8n's database may bring it.
 */
async function findWebhooks(
	client: TalkoverClient,
	owner: Owner,
	url: string,
	kept: Kept,
): Promise<string[]> {
	const { webhooks } = await listWebhooks(client, owner);
	const isKept = ({ id }: Webhook) => id === kept.id && kept.url === url;
	const others = webhooks.filter((hook) => hook.url === url && !isKept(hook));
	return [...webhooks.filter(isKept), ...others].map(({ id }) => id);
}

/** With an agent or campaign, its webhooks are gone. */
function goneWithOwner(error: unknown): void {
	if (!(error instanceof GoneError)) throw error;
}

function isSame(one: Owner, other: Owner): boolean {
	return one.kind === other.kind && one.id === other.id;
}
