import type { IHookFunctions } from 'n8n-workflow';
import type { Owner } from '../../api/webhooks';
import { InputError } from '../../api/errors';
import { readAgentId, readCampaignId } from '../shared/idFields';
import { checkBoolean } from '../Talkover/operations/fields/options';
import { includeCallEventsField } from './fields';

/**
 * Whose events start the workflow.
 *
 * @throws InputError when none is chosen
 */
export function readOwner(context: IHookFunctions): Owner {
	const source = {
		parameter: (name: string) => context.getNodeParameter(name, '', { extractValue: true }),
	};
	return context.getNodeParameter('source') === 'campaign'
		? { kind: 'campaigns', id: readCampaignId(source) }
		: { kind: 'agents', id: readAgentId(source) };
}

/** @throws InputError when none is chosen */
export function readEvents(context: IHookFunctions, { kind }: Owner): string[] {
	const name = kind === 'campaigns' ? 'campaignEvents' : 'events';
	const events = [context.getNodeParameter(name, [])].flat().map(String).filter(Boolean);
	if (events.length > 0) return events;
	throw new InputError('No event is chosen', 'Choose at least one in the field Events.');
}

/** @throws InputError when it is neither true nor false */
export function readIncludeCallEvents(context: IHookFunctions): boolean {
	const value = context.getNodeParameter(includeCallEventsField.name, false);
	return checkBoolean(includeCallEventsField, value);
}

/**
 * Where n8n listens for the trigger's events; with the workflow's id, so that a copy with the same webhook id is not taken for it.
 *
 * @throws InputError when n8n would not find the workflow by it
 */
export function addressOf(context: IHookFunctions): string {
	const address = context.getNodeWebhookUrl('default');
	if (!address) {
		throw new InputError(
			'n8n gives no address for the webhook',
			'Save the workflow, and try again.',
		);
	}
	const { webhookId, name } = context.getNode();
	// Of a workflow that was made by n8n's API. At an address with a % in it, n8n 1.123.81 finds no workflow.
	if (!webhookId && address.includes('%')) {
		throw new InputError(
			'n8n has given this trigger no ID, and would find no workflow for its events',
			`Give it a name without blanks and special letters instead of "${name}", or delete it and add it anew in the editor.`,
		);
	}
	const url = new URL(address);
	url.searchParams.set('workflow', context.getWorkflow().id ?? '');
	return url.href;
}
