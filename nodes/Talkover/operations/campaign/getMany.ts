import { listAll } from '../../../../api/lists';
import {
	choiceFilter,
	dateFilters,
	filtersField,
	manyFields,
	readDays,
	readFilter,
	readLimit,
	searchFilter,
	withoutEmpty,
} from '../fields/manyFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';

export const getManyCampaigns = defineOperation({
	resource: 'campaign',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many campaigns',
	description: 'List the campaigns of the environment',
	outputs: { campaigns: 'Campaigns' },
	emptyHint: () => 'No campaigns match the filters.',
	fields: [
		...manyFields,
		filtersField([
			...dateFilters,
			searchFilter('Part of the name or description'),
			choiceFilter(
				'Status',
				'status',
				['draft', 'active', 'paused', 'completed', 'cancelled'],
				'Where the campaign stands',
			),
			choiceFilter(
				'Type',
				'campaignType',
				['sales', 'follow_up', 'reminder', 'custom'],
				'What the campaign is for',
			),
		]),
		optionsField(),
	],
	async execute(item) {
		const query = withoutEmpty({
			status: readFilter(item, 'status'),
			campaign_type: readFilter(item, 'campaignType'),
			...readDays(item),
			search: readFilter(item, 'search'),
		});
		const campaigns = await listAll(item.client, { path: ['campaigns'], query }, readLimit(item));
		return campaigns.map((campaign) => ({ output: 'campaigns', json: campaign }));
	},
});
