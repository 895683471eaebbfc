import type { Trigger } from './settings';

/**
 * The global static data of the workflow. It stands for one activation: n8n activates all triggers of a workflow with one Workflow
 * object, whose global static data is one object (n8n 1.123.81 and 2.41.1). The next activation has another object, so nothing
 * remains of a trigger that was renamed, replaced or deleted.
 */
export type Activation = object;

/** For each activation, the name of the trigger that has a webhook ID. A trigger cannot see the other nodes of its workflow. */
const activations = new WeakMap<Activation, Map<string, string>>();

/**
 * Notes that a trigger is being activated. Not for a test, which n8n starts from one trigger.
 *
 * @returns the name of another trigger with the same webhook ID that came first in this activation; undefined if there is none
 */
export function claimWebhookId(activation: Activation, trigger: Trigger): string | undefined {
	const { webhookId, nodeName } = trigger;
	if (webhookId === undefined) return undefined;
	const names = activations.get(activation) ?? new Map<string, string>();
	activations.set(activation, names);
	if (!names.has(webhookId)) names.set(webhookId, nodeName);
	return otherTrigger(activation, trigger);
}

/** The name of the other trigger, if {@link claimWebhookId} has found one in this activation. */
export function otherTrigger(
	activation: Activation,
	{ webhookId = '', nodeName }: Trigger,
): string | undefined {
	const first = activations.get(activation)?.get(webhookId);
	return first === nodeName ? undefined : first;
}
