import { getOrCreate } from '../../api/getOrCreate';
import type { Trigger } from './settings';

/**
 * The global static data of the workflow, which identifies one activation: n8n activates all triggers of a workflow with the same
 * Workflow object, and so with the same global static data (n8n 1.123.81 and 2.41.1). The next activation has another object, so the
 * names of triggers that were renamed, replaced or deleted do not remain.
 */
export type Activation = object;

/** For each activation, the names of triggers by webhook ID. A trigger cannot see the other nodes of its workflow. */
const activations = new WeakMap<Activation, Map<string, string>>();

/**
 * Records that a trigger is being activated. Not used for a test, which n8n starts from one trigger.
 *
 * @returns the name of another trigger with the same webhook ID that was first in this activation; undefined if there is none
 */
export function claimWebhookId(activation: Activation, trigger: Trigger): string | undefined {
	const { webhookId, nodeName } = trigger;
	if (webhookId === undefined) return undefined;
	const names = getOrCreate(activations, activation, () => new Map<string, string>());
	getOrCreate(names, webhookId, () => nodeName);
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
