import type { IHookFunctions } from 'n8n-workflow';

/**
 * For each activation, which trigger has which webhook ID.
 *
 * A trigger cannot see the other nodes of its workflow. But n8n activates them all with one Workflow object, whose global static
 * data is one object (n8n 1.123.81 and 2.41.1). That object stands for the activation here. The next activation has another one,
 * so nothing is left of a renamed, replaced or deleted trigger.
 */
const activations = new WeakMap<object, Map<string, string>>();

/**
 * Notes that a trigger is being activated. A test is not looked at: n8n starts it from one trigger.
 *
 * @returns the name of a trigger with the same webhook ID that came first in this activation; undefined if there is none
 */
export function claimWebhookId(context: IHookFunctions): string | undefined {
	const { webhookId, name } = context.getNode();
	if (webhookId === undefined || context.getMode() === 'manual') return undefined;
	const activation = context.getWorkflowStaticData('global');
	const names = activations.get(activation) ?? new Map<string, string>();
	activations.set(activation, names);
	if (!names.has(webhookId)) names.set(webhookId, name);
	return otherTrigger(context);
}

/** The other trigger, if {@link claimWebhookId} has found one in this activation. */
export function otherTrigger(context: IHookFunctions): string | undefined {
	const { webhookId = '', name } = context.getNode();
	const first = activations.get(context.getWorkflowStaticData('global'))?.get(webhookId);
	return first === name ? undefined : first;
}
