import { InputError } from '../../../api/errors';
import { getAgent } from './agent/get';
import { getManyAgents } from './agent/getMany';
import { publishAgent } from './agent/publish';
import { unpublishAgent } from './agent/unpublish';
import { endCall } from './call/endCall';
import { getActiveCall } from './call/getActiveCall';
import { getManyCalls } from './call/getMany';
import { makeCall } from './call/makeCall';
import { waitForEnd } from './call/waitForEnd';
import { createCampaign } from './campaign/create';
import { getCampaign } from './campaign/get';
import { getCampaignCalls } from './campaign/getCalls';
import { getManyCampaigns } from './campaign/getMany';
import { makeCampaignCall } from './campaign/makeCampaignCall';
import { updateCampaign } from './campaign/update';
import { updateCampaignStatus } from './campaign/updateStatus';
import { waitForCampaignEnd } from './campaign/waitForEnd';
import { getManyPhoneNumbers } from './phoneNumber/getMany';
import { getManyDeliveries } from './webhookDelivery/getMany';
import { retryWebhookDelivery } from './webhookDelivery/retry';
import type { Operation, Resource } from './operation';

/**
 * All operations. The node's fields, outputs and routing follow from this table. The value of an operation that n8n calls Get Many
 * is `getAll`, as in n8n's own nodes.
 */
export const operations: Operation[] = [
	getActiveCall,
	makeCall,
	waitForEnd,
	endCall,
	getManyCalls,
	getAgent,
	getManyAgents,
	publishAgent,
	unpublishAgent,
	makeCampaignCall,
	getCampaignCalls,
	waitForCampaignEnd,
	getCampaign,
	getManyCampaigns,
	createCampaign,
	updateCampaign,
	updateCampaignStatus,
	getManyPhoneNumbers,
	getManyDeliveries,
	retryWebhookDelivery,
];

/** The resources. Do not change a default operation: n8n does not save default values, so saved workflows depend on them. */
export const resources: Record<Resource, { name: string; defaultOperation: Operation }> = {
	call: { name: 'Call', defaultOperation: getActiveCall },
	agent: { name: 'Agent', defaultOperation: getAgent },
	campaign: { name: 'Campaign', defaultOperation: makeCampaignCall },
	phoneNumber: { name: 'Phone Number', defaultOperation: getManyPhoneNumbers },
	webhookDelivery: { name: 'Webhook Delivery', defaultOperation: getManyDeliveries },
};

/** Saved workflows depend on it, too. */
export const defaultResource: Resource = 'call';

/** @throws InputError for an unknown operation, as in a workflow that was made with a later version of the node */
export function findOperation(resource: unknown, value: unknown): Operation {
	const found = operations.find(
		(operation) => operation.resource === resource && operation.value === value,
	);
	if (!found) {
		throw new InputError(
			`This version of the node has no operation "${String(resource)}: ${String(value)}"`,
			'Choose another operation, or update the package n8n-nodes-talkover.',
		);
	}
	return found;
}
