import type { IHookFunctions, IWebhookFunctions, Logger } from 'n8n-workflow';
import { parseCredential } from '../../api/http/credential';
import { InputError, TalkoverError } from '../../api/errors';
import type { Owner } from '../../api/webhooks/webhooks';
import { fullMessage, toNodeError } from '../shared/nodeErrors';
import { readOwner } from '../shared/ownerFields';
import { Parameters } from '../shared/parameters';
import { createClient, readCredential } from '../shared/talkoverClient';
import { Activation } from './activation';
import type { Trigger } from './activation';
import { campaignEventsField, eventsField, includeCallEventsField } from './fields';
import { TriggerState } from './ownWebhooks';

/** How long requests to Talkover may take, in seconds. The builder has no options for it. */
const CLIENT_SETTINGS = { timeout: 30, maxRateLimitWait: 30 };

/** What the builder has chosen. */
export interface Settings {
	owner: Owner;
	events: string[];
	/** Of a campaign only. */
	includeCallEvents?: boolean;
}

export type Hook = ReturnType<typeof openHook>;

/**
 * What n8n tells a trigger that it activates or deactivates. Only this asks n8n's context. What can fail is a function, so that the
 * caller decides what becomes of the error.
 */
export function openHook(context: IHookFunctions) {
	const trigger = readTrigger(context);
	const isTest = readIsTest(context);
	const parameters = new Parameters((name) =>
		context.getNodeParameter(name, null, { extractValue: true }),
	);
	return {
		trigger,
		isTest,
		activation: new Activation(
			context.getWorkflowStaticData('global'),
			trigger,
			isTest,
			context.getActivationMode(),
		),
		state: new TriggerState(context.getWorkflowStaticData('node'), trigger.key),
		log: warnings(context.logger, trigger),
		/** @throws InputError when n8n gives no address, or one at which it would not find the workflow */
		readUrl: () => urlFor(trigger, context.getNodeWebhookUrl('default')),
		/** The agent or campaign whose events start the workflow. @throws InputError when none is chosen */
		readOwner: () => readOwner(parameters),
		/** @throws InputError when a parameter has no valid value */
		readSettings: () => readSettings(parameters),
		/** @throws InputError when there is no credential, or it cannot be used */
		openClient: async () => {
			const credential = await readCredential(context);
			const client = createClient(context, credential, CLIENT_SETTINGS);
			return { client, ...parseCredential(credential) };
		},
		/** n8n 2.x shows the message of an error that stops an activation, 1.x the description: the message contains both. */
		activationError: (error: unknown) =>
			toNodeError(context.getNode(), new TalkoverError(fullMessage(error))),
	};
}

export function readTrigger(context: IHookFunctions | IWebhookFunctions): Trigger {
	const { id: workflowId = '', name: workflowName = '' } = context.getWorkflow();
	const { name: nodeName, webhookId } = context.getNode();
	const key = JSON.stringify([workflowId, webhookId ?? nodeName]);
	return { workflowId, workflowName, nodeName, webhookId, key };
}

/**
 * Whether n8n listens for one test event. Otherwise the workflow is active.
 *
 * @param context of a registration or a delivery. For a removal, n8n does not tell (mode `internal`, n8n 1.123.81 and 2.41.1).
 */
export function readIsTest(context: IHookFunctions | IWebhookFunctions): boolean {
	return context.getMode() === 'manual';
}

function readSettings(parameters: Parameters): Settings {
	const owner = readOwner(parameters);
	const isCampaign = owner.kind === 'campaigns';
	const names = parameters.value(isCampaign ? campaignEventsField : eventsField) ?? [];
	const events = [names].flat().map(String).filter(Boolean);
	if (events.length === 0) {
		throw new InputError(
			'No event is chosen',
			"Choose at least one in the field 'Event Names or IDs'.",
		);
	}
	if (!isCampaign) return { owner, events };
	return { owner, events, includeCallEvents: parameters.boolean(includeCallEventsField) };
}

/**
 * The address at which n8n receives the trigger's events: one for tests, another one for production. It contains the workflow's ID,
 * so that the trigger does not mistake the webhook of a copied workflow, which has the same webhook ID, for its own.
 */
function urlFor({ workflowId, webhookId, nodeName }: Trigger, address?: string): string {
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

/** Warnings in n8n's log about webhooks that may still exist in Talkover. */
function warnings(logger: Logger, { workflowName }: Trigger) {
	return {
		formerAddress: (address: string) =>
			logger.warn(
				`The webhook of "${workflowName}" for ${address} is left in Talkover. Delete it there, unless another n8n uses it.`,
			),
		mayBeLeft: (error: unknown) =>
			logger.warn(`A webhook of "${workflowName}" may be left in Talkover: ${fullMessage(error)}`),
		mayStillStart: (error: unknown) =>
			logger.warn(
				`A webhook of "${workflowName}" may be left in Talkover at the former agent or campaign, whose events would still start the workflow. Delete it there. ${fullMessage(error)}`,
			),
	};
}
