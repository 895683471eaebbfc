import type { INodeProperties } from 'n8n-workflow';
import { queueCall } from '../../../../api/campaigns/queueCall';
import { campaignField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { readTestCall, testCallOption } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { defaultCountryOption, dialsNotice, phoneField, readPhone } from '../fields/phoneField';
import { readVariables, variableFields, variableOptions } from '../fields/variableFields';

const ALLOW_DUPLICATES: INodeProperties = {
	displayName: 'Allow Duplicates',
	name: 'allowDuplicates',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether to queue the call even if one to this number is queued or active. Each item is queued once.',
};

export const makeCampaignCall = defineOperation({
	resource: 'campaign',
	value: 'makeCampaignCall',
	name: 'Make Campaign Call',
	action: 'Make campaign call (rings a real phone)',
	description:
		'Queue a call in a campaign, unless one to this number is queued or active. Rings a real phone.',
	outputs: { queued: 'Queued', duplicate: 'Duplicate' },
	emptyHint: (items) =>
		items === 1
			? 'Nothing was queued: the item is on the output Duplicate.'
			: `Nothing was queued: the ${items} items are on the output Duplicate.`,
	fields: [
		dialsNotice,
		{ ...campaignField, description: 'The campaign to queue the call in' },
		{ ...phoneField, description: 'The phone number to call, in any usual format' },
		...variableFields,
		optionsField([ALLOW_DUPLICATES, defaultCountryOption, testCallOption, ...variableOptions]),
	],
	async execute({ client, parameters, once }) {
		const campaignId = parameters.id(campaignField);
		const phone = readPhone(parameters);
		const allowDuplicates = parameters.options.boolean(ALLOW_DUPLICATES);
		const request = {
			to: phone,
			...readVariables(parameters),
			...readTestCall(parameters),
			...(allowDuplicates && { allow_duplicates: true }),
		};
		const { result, byThisItem } = await once(
			{ key: `campaign ${campaignId} ${phone}`, eachItem: allowDuplicates },
			async () => await queueCall(client, campaignId, request),
		);

		const { isDuplicate } = result;
		// The documented answer for a duplicate does not have it.
		const call = { campaign_id: campaignId, ...result.call };
		const who = { campaign_id: campaignId, phone };
		if (byThisItem && !isDuplicate) {
			const message = `A call to ${phone} is queued. Do not queue another.`;
			return [
				{ output: 'queued', json: call, toolAnswer: { queued: true, ...who, message, call } },
			];
		}
		const message = `Not queued: the campaign ${campaignId} already has a call to ${phone}.`;
		return [
			{ output: 'duplicate', json: call, toolAnswer: { queued: false, ...who, message, call } },
		];
	},
});
