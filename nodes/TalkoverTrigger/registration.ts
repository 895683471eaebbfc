import { InputError } from '../../api/errors';
import type { Owner, WebhookSettings } from '../../api/webhooks/webhooks';
import { withLock } from '../../api/async/withLock';
import type { Trigger } from './activation';
import type { Hook, Settings } from './hook';
import { isSameOwner, registerWebhook, removeWebhooks } from './ownWebhooks';
import { checkReachable } from './reachable';
import { deriveSecret, SECRET_HEADER } from './secret';

/**
 * How long Talkover waits for n8n's answer, in seconds: the maximum that it allows. n8n answers at once, unless it is overloaded.
 * After a timeout, Talkover would deliver the event twice.
 */
const DELIVERY_TIMEOUT = 120;

/** The maximum that Talkover allows. If n8n is down for longer than all retries take, the event is lost. */
const DELIVERY_RETRIES = 10;

/**
 * Registers the trigger's webhook at the agent or campaign. An existing webhook is updated, since somebody may have changed it in the
 * dashboard.
 *
 * @returns true, as n8n expects
 * @throws NodeError when it could not be registered
 */
export async function register(hook: Hook): Promise<boolean> {
	const { trigger, activation } = hook;
	const other = activation.claimWebhookId();
	if (other !== undefined) throw hook.activationError(sameWebhookId(trigger, other));
	try {
		const url = hook.readUrl();
		// n8n may deactivate a trigger while it is being activated.
		await withLock(url, async () => await registerAt(url, hook));
	} catch (error) {
		activation.noteFailure();
		throw hook.activationError(error);
	}
	activation.noteSuccess();
	return true;
}

async function registerAt(url: string, hook: Hook): Promise<void> {
	const { trigger, isTest, state, log } = hook;
	const settings = hook.readSettings();
	const { client, token, baseUrl } = await hook.openClient();
	checkReachable(new URL(url), baseUrl);
	const secret = deriveSecret(token, trigger.key, isTest);
	client.addSecret(secret);

	const { owner } = settings;
	const former = state.read();
	const webhook = webhookSettings(trigger, settings, url, secret);
	const id = await registerWebhook(client, owner, webhook, former);
	state.save({ owner, id, url });

	if (!former) return;
	// It is not deleted: this n8n may be a copy of the one that uses it.
	if (former.url !== url) log.formerAddress(former.url);
	if (!isSameOwner(former.owner, owner)) {
		await removeWebhooks(client, former.owner, url, former).catch(log.mayStillStart);
	}
}

/**
 * Deletes all webhooks that are registered for the trigger's address. A webhook that does not exist any more is no error.
 *
 * @returns whether none is left. It never throws: n8n 1.x would keep the address of a workflow that is no longer active.
 */
export async function unregister(hook: Hook): Promise<boolean> {
	const { activation, log } = hook;
	// The webhook at the address is the other trigger's.
	if (activation.otherTrigger !== undefined) return true;
	if (activation.followsFailedStart()) return false;
	try {
		const url = hook.readUrl();
		return await withLock(url, async () => await unregisterAt(url, hook));
	} catch (error) {
		log.mayBeLeft(error);
		return false;
	}
}

async function unregisterAt(url: string, hook: Hook): Promise<boolean> {
	const { state, log } = hook;
	const former = state.read();
	if (former && former.url !== url) log.formerAddress(former.url);
	const { client } = await hook.openClient();
	const removeAt = async (owner: Owner): Promise<boolean> => {
		try {
			await removeWebhooks(client, owner, url, former);
			return true;
		} catch (error) {
			log.mayBeLeft(error);
			return false;
		}
	};

	const isRemoved = !former || (await removeAt(former.owner));
	if (isRemoved) state.clear();
	// The chosen owner differs after a change of the field, or if n8n has lost the state.
	const chosen = hook.readOwner();
	if (former && isSameOwner(former.owner, chosen)) return isRemoved;
	return (await removeAt(chosen)) && isRemoved;
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
