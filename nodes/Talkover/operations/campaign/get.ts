import { fetchCampaign } from '../../../../api/campaigns/campaigns';
import { campaignField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import { simplifyField } from '../fields/commonFields';
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
		const isSimple = parameters.boolean(simplifyField);
		const campaign = await fetchCampaign(client, parameters.id(campaignField));
		return [{ output: 'campaign', json: isSimple ? simplifyCampaign(campaign) : campaign }];
	},
});
