import { getAgent } from './agent/get';
import { getManyAgents } from './agent/getMany';
import { endCall } from './call/endCall';
import { getActiveCall } from './call/getActiveCall';
import { getManyCalls } from './call/getMany';
import { makeCall } from './call/makeCall';
import { waitForEnd } from './call/waitForEnd';
import { getCampaign } from './campaign/get';
import { getManyCampaigns } from './campaign/getMany';
import { makeCampaignCall } from './campaign/makeCampaignCall';
import { updateCampaignStatus } from './campaign/updateStatus';
import type { Operation, Resource } from './operation';

/** All operations. The node's fields, outputs and routing follow from this table. */
export const operations: Operation[] = [
	getActiveCall,
	makeCall,
	waitForEnd,
	endCall,
	getManyCalls,
	getAgent,
	getManyAgents,
	makeCampaignCall,
	getCampaign,
	getManyCampaigns,
	updateCampaignStatus,
];

/**
 * The resources, with the operation that n8n chooses first. n8n does not save what is chosen first, so saved workflows depend on it.
 */
export const resources: Record<Resource, { name: string; firstOperation: Operation }> = {
	call: { name: 'Call', firstOperation: getActiveCall },
	agent: { name: 'Agent', firstOperation: getAgent },
	campaign: { name: 'Campaign', firstOperation: makeCampaignCall },
};

/** The resource that n8n chooses first. */
export const firstResource: Resource = 'call';
