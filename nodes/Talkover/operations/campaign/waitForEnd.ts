import { waitForCampaignCall } from '../../../../api/campaigns/waitForCampaignCall';
import { campaignField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { callIdField, notice } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { presentWait, readWaitOptions, waitFields, waiting } from '../waiting';

const NOTICE = notice(
	'waitNotice',
	'The execution keeps running while it waits. A call waits for the start date, days and hours of the campaign, and is over when it has no retries left: this may take days.',
);

const CALL_ID = {
	...callIdField,
	description: 'The ID of the call, from Make Campaign Call or Get Calls',
};

export const waitForCampaignEnd = defineOperation({
	resource: 'campaign',
	value: 'waitForEnd',
	name: 'Wait for End',
	action: 'Wait for end of campaign call',
	description: 'Wait until calls of a campaign are over, with their retries. Dials nobody.',
	...waiting,
	fields: [
		NOTICE,
		{ ...campaignField, description: 'The campaign that makes the call' },
		CALL_ID,
		optionsField(waitFields('A check takes one request for all calls of a campaign.')),
	],
	async execute(item) {
		const { client, parameters } = item;
		const campaignId = parameters.id(campaignField);
		const callId = parameters.id(CALL_ID);
		const result = await waitForCampaignCall(client, campaignId, callId, readWaitOptions(item));
		return presentWait(
			result,
			{ campaign_id: campaignId, call_id: callId },
			{
				not_in_list: () => `Talkover lists no call ${callId} of the campaign ${campaignId}.`,
				list_is_cut: () =>
					`Talkover does not list all calls of the campaign ${campaignId}, and not the call ${callId}. It may still be made.`,
				may_be_retried: (status) =>
					`The call ${callId} has reached nobody yet, and the campaign may call again: ${status}.`,
				campaign_ended: (status) =>
					`The campaign ${campaignId} is over, and the call ${callId} was not made: ${status}.`,
			},
		);
	},
});
