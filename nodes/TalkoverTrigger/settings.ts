import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { InputError } from '../../api/errors';
import type { Owner } from '../../api/webhooks';
import { agentField, campaignField } from '../shared/idFields';
import { Parameters } from '../shared/parameters';
import { campaignEventsField, eventsField, includeCallEventsField, sourceField } from './fields';

/** A trigger node and its workflow. */
export interface Trigger {
	workflowId: string;
	workflowName: string;
	nodeName: string;
	/** Undefined in n8n 1.x for a node that n8n's API created. */
	webhookId?: string;
}

/** What the builder has chosen. */
export interface Settings {
	owner: Owner;
	events: string[];
	/** Of a campaign only. */
	includeCallEvents?: boolean;
}

export function readTrigger(context: IHookFunctions | IWebhookFunctions): Trigger {
	const { id = '', name: workflowName = '' } = context.getWorkflow();
	const { name: nodeName, webhookId } = context.getNode();
	return { workflowId: id, workflowName, nodeName, webhookId };
}

/**
 * Whether n8n listens for one test event. Otherwise the workflow is active.
 *
 * @param context of a registration or a delivery. For a removal, n8n does not tell (mode `internal`, n8n 1.123.81 and 2.41.1).
 */
export function readIsTest(context: IHookFunctions | IWebhookFunctions): boolean {
	return context.getMode() === 'manual';
}

/** An ID for a trigger that is unique within one n8n, and the same after a restart. */
export function triggerKey({ workflowId, webhookId, nodeName }: Trigger): string {
	return JSON.stringify([workflowId, webhookId ?? nodeName]);
}

/** @throws InputError when a parameter has no valid value */
export function readSettings(context: IHookFunctions): Settings {
	const parameters = parametersOf(context);
	const owner = readOwner(context);
	const isCampaign = owner.kind === 'campaigns';
	const names = parameters.value(isCampaign ? campaignEventsField : eventsField) ?? [];
	const events = [names].flat().map(String).filter(Boolean);
	if (events.length === 0) {
		throw new InputError(
			'No event is chosen',
			'Choose at least one in the field Event Names or IDs.',
		);
	}
	if (!isCampaign) return { owner, events };
	return { owner, events, includeCallEvents: parameters.boolean(includeCallEventsField) };
}

/**
 * The agent or campaign whose events start the workflow.
 *
 * @throws InputError when none is chosen
 */
export function readOwner(context: IHookFunctions): Owner {
	const parameters = parametersOf(context);
	return parameters.option(sourceField) === 'campaign'
		? { kind: 'campaigns', id: parameters.id(campaignField) }
		: { kind: 'agents', id: parameters.id(agentField) };
}

function parametersOf(context: IHookFunctions): Parameters {
	return new Parameters((name) => context.getNodeParameter(name, null, { extractValue: true }));
}

/**
 * The address at which n8n receives the trigger's events: one for tests, another one for production. It contains the workflow's ID,
 * so that the trigger does not mistake the webhook of a copied workflow, which has the same webhook ID, for its own.
 *
 * @throws InputError when n8n gives no address, or one at which it would not find the workflow
 */
export function readAddress(
	context: IHookFunctions,
	{ workflowId, webhookId, nodeName }: Trigger,
): string {
	const address = context.getNodeWebhookUrl('default');
	if (!address) {
		throw new InputError(
			'n8n gives no address for the webhook',
			'Save the workflow, and try again.',
		);
	}
	// Without a webhook ID, the address contains the node's name. n8n 1.123.81 finds no workflow for an address with a %.
	if (!webhookId && address.includes('%')) {
		throw new InputError(
			'n8n has given this trigger no ID, and would find no workflow for its events',
			`Change its name "${nodeName}" to one without spaces and special characters. Or delete it, and add a new Talkover Trigger in the editor.`,
		);
	}
	const url = new URL(address);
	url.searchParams.set('workflow', workflowId);
	return url.href;
}
