import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import type { Owner } from '../../api/webhooks';
import type { KeptSecret } from './secret';

export type Context = IHookFunctions | IWebhookFunctions;

/**
 * What the node keeps with its workflow of the webhook that it has registered, of production and test apart. It may be gone or
 * older: when an execution that has changed static data ends, n8n writes all of them back as they were when it began, or began to
 * wait (1.123.81, 2.41.1).
 */
export interface Kept extends IDataObject {
	/** As {@link triggerOf}. */
	trigger?: string;
	owner?: { kind: Owner['kind']; id: string };
	id?: string;
	url?: string;
	secret?: KeptSecret;
}

/** What tells a trigger from all others of this n8n, and its test from production. */
export function triggerOf(context: Context): string {
	const isTest = context.getMode() === 'manual';
	// One that was made by n8n's API may have no webhook id.
	const { webhookId, name } = context.getNode();
	return JSON.stringify([context.getWorkflow().id, webhookId ?? name, isTest]);
}

/** What is kept, to be changed in place. What a copy has of its original, or a trigger of another that had its name, is forgotten. */
export function keptIn(context: Context): Kept {
	const kept: Kept = context.getWorkflowStaticData('node');
	if (kept.trigger !== undefined && kept.trigger !== triggerOf(context)) forget(kept);
	return kept;
}

export function forget(kept: Kept): void {
	for (const key of Object.keys(kept)) delete kept[key];
}
