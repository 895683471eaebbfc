import type { IDataObject } from 'n8n-workflow';
import { ACTIVE, FINAL, hasStatus, VOICEMAIL, WAITING } from '../../../../api/calls/statuses';
import { listCampaignCalls } from '../../../../api/campaigns/campaignCalls';
import { campaignField } from '../../../shared/idFields';
import { choiceFilter, filtersField, manyFields, readLimit } from '../fields/manyFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';
import { defaultCountryOption, phoneFilter, readPhoneFilter } from '../fields/phoneField';

const PHONE_FILTER = {
	...phoneFilter,
	description: 'Only calls to this number, in any usual format',
};

const STATUS_FILTER = choiceFilter(
	'Status',
	'status',
	[...WAITING, ...ACTIVE, ...FINAL, VOICEMAIL],
	'The status of the call, or of its last attempt',
);

export const getCampaignCalls = defineOperation({
	resource: 'campaign',
	value: 'getCalls',
	name: 'Get Calls',
	action: 'Get calls of campaign',
	description:
		'Retrieve a list of the calls of a campaign, with their status and retries. Dials nobody.',
	outputs: { calls: 'Calls' },
	emptyHint: () => 'The campaign has no calls that match the filters.',
	fields: [
		{ ...campaignField, description: 'The campaign to list calls of' },
		...manyFields,
		filtersField([PHONE_FILTER, STATUS_FILTER]),
		optionsField([defaultCountryOption]),
	],
	async execute({ client, parameters }) {
		const campaignId = parameters.id(campaignField);
		const limit = readLimit(parameters);
		const phone = readPhoneFilter(parameters);
		// The API filters nothing here, so an unknown status must not find nothing.
		const status = parameters.filters.option(STATUS_FILTER);
		const isWanted = (call: IDataObject) => status === '' || hasStatus(call, status);
		const request = { limit, phone, isWanted };
		const calls = await listCampaignCalls(client, campaignId, request);
		return calls.map((call) => ({ output: 'calls', json: call }));
	},
});
