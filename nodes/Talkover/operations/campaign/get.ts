import { fetchCampaign } from '../../../../api/campaigns/campaigns';
import { campaignField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { simplifyCampaign } from './simplify';

export const getCampaign = defineOperation({
	resource: 'campaign',
	value: 'get',
	name: 'Get',
	action: 'Get campaign',
	description: 'Retrieve a campaign, with its status and statistics',
	outputs: { campaign: 'Campaign' },
	fields: [
		{ ...campaignField, description: 'The campaign to retrieve' },
		simplifyField,
		optionsField(),
	],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyCampaign);
		const campaign = await fetchCampaign(client, parameters.id(campaignField));
		return [{ output: 'campaign', json: show(campaign) }];
	},
});
