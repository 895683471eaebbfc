import type { IHookFunctions, INode } from 'n8n-workflow';
import type { TalkoverClient } from '../../api/client';
import { parseCredential } from '../../api/credential';
import { InputError, TalkoverError } from '../../api/errors';
import {
	createWebhook,
	deleteWebhook,
	GoneError,
	listWebhooks,
	updateWebhook,
} from '../../api/webhooks';
import type { Owner, Webhook, WebhookSettings } from '../../api/webhooks';
import { withLock } from '../../api/withLock';
import { fullMessage, toNodeError } from '../shared/nodeErrors';
import { createClient, readCredential } from '../shared/talkoverClient';
import { followsFailedStart, forgetFailedStart, noteFailedStart } from './failedStarts';
import { checkReachable } from './reachable';
import { deriveSecret, SECRET_HEADER } from './secret';
import {
	readAddress,
	readIsTest,
	readOwner,
	readSettings,
	readTrigger,
	triggerKey,
} from './settings';
import type { Settings, Trigger } from './settings';
import { clearState, saveState, triggerState } from './state';
import type { TriggerState } from './state';
import { claimWebhookId, otherTrigger } from './webhookIds';

/** How long requests to Talkover may take, in seconds. The builder has no options for it. */
const CLIENT_SETTINGS = { timeout: 30, maxRateLimitWait: 30 };

/**
 * How long Talkover waits for n8n's answer, in seconds: the maximum that it allows. n8n answers at once, unless it is overloaded.
 * After a timeout, Talkover would deliver the event twice.
 */
const DELIVERY_TIMEOUT = 120;

/** The maximum that Talkover allows. If n8n is down for longer than all retries take, the event is lost. */
const DELIVERY_RETRIES = 10;

/** How n8n activates workflows that are already active: when it starts, and when another main process takes over. */
const START_MODES = ['init', 'leadershipChange'];

/**
 * Registers the trigger's webhook at the agent or campaign. An existing webhook is updated, since somebody may have changed it in the
 * dashboard.
 *
 * @returns true, as n8n expects
 * @throws NodeError when it could not be registered
 */
export async function register(context: IHookFunctions): Promise<boolean> {
	const node = context.getNode();
	const trigger = readTrigger(context);
	if (!readIsTest(context)) {
		const other = claimWebhookId(context.getWorkflowStaticData('global'), trigger);
		if (other !== undefined) throw activationError(node, sameWebhookId(trigger, other));
	}
	try {
		const url = readAddress(context, trigger);
		// n8n may deactivate a trigger while it is being activated.
		await withLock(url, async () => await registerAt(url, trigger, context));
		forgetFailedStart(trigger.workflowId);
		return true;
	} catch (error) {
		if (START_MODES.includes(context.getActivationMode())) noteFailedStart(trigger.workflowId);
		throw activationError(node, error);
	}
}

async function registerAt(url: string, trigger: Trigger, context: IHookFunctions): Promise<void> {
	const key = triggerKey(trigger);
	const settings = readSettings(context);
	const { client, token, baseUrl } = await openClient(context);
	checkReachable(new URL(url), baseUrl);
	const secret = deriveSecret(token, key, readIsTest(context));
	client.addSecret(secret);
	const state = triggerState(context.getWorkflowStaticData('node'), key);
	const former = { ...state };

	const webhook = webhookSettings(trigger, settings, url, secret);
	const { owner } = settings;
	const id = await registerWebhook(client, owner, webhook, former);
	saveState(state, { trigger: key, owner, id, url });

	const log = logFor(context, trigger);
	if (hasOtherAddress(former, url)) log.formerAddress(former.url);
	if (former.owner && !isSameOwner(former.owner, owner)) {
		await removeWebhooks(client, former.owner, url, former).catch(log.mayStillStart);
	}
}

/**
 * Deletes all webhooks that are registered for the trigger's address. A webhook that does not exist any more is no error.
 *
 * @returns whether none is left. It never throws: n8n 1.x would keep the address of a workflow that is no longer active.
 */
export async function unregister(context: IHookFunctions): Promise<boolean> {
	const trigger = readTrigger(context);
	const deactivation = context.getWorkflowStaticData('global');
	// n8n 2.x also deactivates a trigger that could not be activated. The webhook at the address is the other trigger's.
	if (otherTrigger(deactivation, trigger) !== undefined) return true;
	if (followsFailedStart(trigger.workflowId, deactivation)) return false;
	const log = logFor(context, trigger);
	try {
		const url = readAddress(context, trigger);
		return await withLock(url, async () => await unregisterAt(url, trigger, context, log));
	} catch (error) {
		log.mayBeLeft(error);
		return false;
	}
}

async function unregisterAt(
	url: string,
	trigger: Trigger,
	context: IHookFunctions,
	log: ReturnType<typeof logFor>,
): Promise<boolean> {
	const state = triggerState(context.getWorkflowStaticData('node'), triggerKey(trigger));
	if (hasOtherAddress(state, url)) log.formerAddress(state.url);
	const { client } = await openClient(context);
	const { owner } = state;
	const atRegistered = await succeeds(log.mayBeLeft, async () => {
		if (owner) await removeWebhooks(client, owner, url, state);
	});
	// The chosen owner differs after a change of the field, or if n8n has lost the state.
	const atChosen = await succeeds(log.mayBeLeft, async () => {
		const chosen = readOwner(context);
		if (owner && isSameOwner(owner, chosen)) return;
		await removeWebhooks(client, chosen, url, state);
	});
	if (atRegistered) clearState(state);
	return atRegistered && atChosen;
}

/** Runs a step, and passes its error to `onError`. @returns whether it succeeded */
async function succeeds(
	onError: (error: unknown) => void,
	step: () => Promise<void>,
): Promise<boolean> {
	try {
		await step();
		return true;
	} catch (error) {
		onError(error);
		return false;
	}
}

/**
 * Reads the credential.
 *
 * @throws InputError when there is no credential, or it cannot be used
 */
async function openClient(context: IHookFunctions) {
	const credential = await readCredential(context);
	const client = createClient(context, credential, CLIENT_SETTINGS);
	return { client, ...parseCredential(credential) };
}

/** Warnings in n8n's log about webhooks that may still exist in Talkover. */
function logFor(context: IHookFunctions, { workflowName }: Trigger) {
	return {
		formerAddress: (address?: string) =>
			context.logger.warn(
				`The webhook of "${workflowName}" for ${address} is left in Talkover. Delete it there, unless another n8n uses it.`,
			),
		mayBeLeft: (error: unknown) =>
			context.logger.warn(
				`A webhook of "${workflowName}" may be left in Talkover: ${fullMessage(error)}`,
			),
		mayStillStart: (error: unknown) =>
			context.logger.warn(
				`A webhook of "${workflowName}" may be left in Talkover at the former agent or campaign, whose events would still start the workflow. Delete it there. ${fullMessage(error)}`,
			),
	};
}

/** n8n 2.x shows the message of an error that stops an activation, 1.x the description: the message contains both. */
function activationError(node: INode, error: unknown) {
	return toNodeError(node, new TalkoverError(fullMessage(error)));
}

/** Both have the same address, so n8n 1.x would start only one of them, without an error. */
function sameWebhookId({ nodeName, webhookId }: Trigger, other: string): InputError {
	return new InputError(
		`The triggers "${other}" and "${nodeName}" have the same webhook ID (${webhookId}), so only one of them would start the workflow`,
		'Delete one of them, and add a new Talkover Trigger in its place. Or change its webhookId in the JSON of the workflow.',
	);
}

function webhookSettings(
	{ workflowName }: Trigger,
	{ events, includeCallEvents }: Settings,
	url: string,
	secret: string,
): WebhookSettings {
	return {
		name: `n8n: ${workflowName}`,
		webhook_url: url,
		events,
		http_method: 'POST',
		enabled: true,
		timeout: DELIVERY_TIMEOUT,
		max_retries: DELIVERY_RETRIES,
		custom_headers: [{ key: SECRET_HEADER, value: secret }],
		...(includeCallEvents !== undefined && { include_call_events: includeCallEvents }),
	};
}

/**
 * Registers one webhook, and deletes other webhooks of the trigger: two would start the workflow twice. An existing webhook is updated
 * in place, so that Talkover still delivers its retries, and no event is missed in between.
 *
 * @returns the webhook's ID
 */
async function registerWebhook(
	client: TalkoverClient,
	owner: Owner,
	webhook: WebhookSettings,
	state: TriggerState,
): Promise<string> {
	const [first, ...others] = await findWebhooks(client, owner, webhook.webhook_url, state);
	for (const id of others) await deleteWebhook(client, owner, id);
	if (first !== undefined) {
		if (await updateWebhook(client, owner, first, webhook)) return first;
		await deleteWebhook(client, owner, first);
	}
	return await createWebhook(client, owner, webhook);
}

/** Deletes the trigger's webhooks at one agent or campaign. If that does not exist any more, neither do its webhooks. */
async function removeWebhooks(
	client: TalkoverClient,
	owner: Owner,
	url: string,
	state: TriggerState,
): Promise<void> {
	const remove = async () => {
		for (const id of await findWebhooks(client, owner, url, state)) {
			await deleteWebhook(client, owner, id);
		}
	};
	await remove().catch(ignoreGone);
}

function ignoreGone(error: unknown): void {
	if (!(error instanceof GoneError)) throw error;
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
	state: TriggerState,
): Promise<string[]> {
	const { webhooks } = await listWebhooks(client, owner);
	const isOwners = state.owner !== undefined && isSameOwner(state.owner, owner);
	const isRegistered = ({ id }: Webhook) => isOwners && id === state.id && state.url === url;
	const others = webhooks.filter((webhook) => webhook.url === url && !isRegistered(webhook));
	return [...webhooks.filter(isRegistered), ...others].map(({ id }) => id);
}

/** Whether the webhook was registered for another address of n8n. It is not deleted: this n8n may be a copy of the one that uses it. */
function hasOtherAddress({ url: former }: TriggerState, url: string): boolean {
	return former !== undefined && former !== url;
}

function isSameOwner(one: Owner, other: Owner): boolean {
	return one.kind === other.kind && one.id === other.id;
}
