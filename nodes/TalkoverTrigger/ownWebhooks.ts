import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../../api/http/client';
import { explanationOf } from '../../api/errors';
import {
	createWebhook,
	deleteWebhook,
	listWebhooks,
	updateWebhook,
} from '../../api/webhooks/webhooks';
import type { Owner, Webhook, WebhookSettings } from '../../api/webhooks/webhooks';

/** The webhook that the trigger has registered. */
export interface Registered {
	/** The agent or campaign that has it. */
	owner: Owner;
	/** Its ID in Talkover. */
	id: string;
	/** Its address. */
	url: string;
}

/**
 * What the trigger stores in the node's static data about its webhook. n8n saves it after an activation or deactivation. It may be
 * missing or outdated: when an execution that changed static data ends, n8n overwrites all static data with a copy from the start of
 * the execution, or from before a Wait (n8n 1.123.81 and 2.41.1).
 */
export class TriggerState {
	/**
	 * @param staticData of the node
	 * @param triggerKey see `Trigger` in activation.ts
	 */
	constructor(
		private readonly staticData: IDataObject,
		private readonly triggerKey: string,
	) {}

	/**
	 * @returns undefined if nothing is stored, or that of another trigger: a copied node has it, and so does a node that was renamed to
	 * the former name of another one
	 */
	read(): Registered | undefined {
		const { trigger = this.triggerKey, owner, id, url } = this.staticData;
		if (trigger !== this.triggerKey || owner === undefined) return undefined;
		return { owner, id, url } as unknown as Registered;
	}

	save(registered: Registered): void {
		this.clear();
		Object.assign(this.staticData, { trigger: this.triggerKey, ...registered });
	}

	clear(): void {
		for (const name of Object.keys(this.staticData)) delete this.staticData[name];
	}
}

/**
 * Registers the trigger's webhook, and deletes its other ones: two would start the workflow twice. An existing webhook is updated in
 * place, so that Talkover still delivers its retries, and no event is missed in between.
 *
 * @param former what the trigger has registered before
 * @returns the webhook's ID
 */
export async function registerWebhook(
	client: TalkoverClient,
	owner: Owner,
	settings: WebhookSettings,
	former?: Registered,
): Promise<string> {
	const [first, ...others] = await findWebhooks(client, owner, settings.webhook_url, former);
	for (const id of others) await deleteWebhook(client, owner, id);
	if (first !== undefined) {
		if (await updateWebhook(client, owner, first, settings)) return first;
		await deleteWebhook(client, owner, first);
	}
	return await createWebhook(client, owner, settings);
}

/** Deletes the trigger's webhooks at one agent or campaign. If that does not exist any more, neither do its webhooks. */
export async function removeWebhooks(
	client: TalkoverClient,
	owner: Owner,
	url: string,
	former?: Registered,
): Promise<void> {
	const ids = await findWebhooks(client, owner, url, former).catch(noneIfGone);
	for (const id of ids) await deleteWebhook(client, owner, id);
}

function noneIfGone(error: unknown): string[] {
	if (explanationOf(error).outcome === 'gone') return [];
	throw error;
}

/**
 * The trigger's webhooks. The first is the one in its state, even if somebody has changed its address in the dashboard. The others are
 * all that have the trigger's address, since the state may be lost. State for another address of n8n is not used: n8n's database may
 * be a copy, and the webhook that of the original.
 *
 * @returns their IDs
 */
async function findWebhooks(
	client: TalkoverClient,
	owner: Owner,
	url: string,
	former?: Registered,
): Promise<string[]> {
	const { webhooks } = await listWebhooks(client, owner);
	const isHere = former?.url === url && isSameOwner(former.owner, owner);
	const isRegistered = ({ id }: Webhook) => isHere && id === former.id;
	const others = webhooks.filter((webhook) => webhook.url === url && !isRegistered(webhook));
	return [...webhooks.filter(isRegistered), ...others].map(({ id }) => id);
}

export function isSameOwner(one: Owner, other: Owner): boolean {
	return one.kind === other.kind && one.id === other.id;
}
