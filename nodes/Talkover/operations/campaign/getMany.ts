import { listAll } from '../../../../api/lists';
import {
	choiceFilter,
	dateFilters,
	filtersField,
	manyFields,
	readFilters,
	readLimit,
	searchFilter,
} from '../fields/manyFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';

const STATUSES = ['draft', 'active', 'paused', 'completed', 'cancelled'];
const TYPES = ['sales', 'follow_up', 'reminder', 'custom'];

const filters = [
	...dateFilters,
	searchFilter('Part of the name or description'),
	choiceFilter('Status', 'status', STATUSES, 'The status of the campaign'),
	choiceFilter('Type', 'campaignType', TYPES, 'What the campaign is for'),
];

export const getManyCampaigns = defineOperation({
	resource: 'campaign',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many campaigns',
	description: 'List the campaigns of the environment',
	outputs: { campaigns: 'Campaigns' },
	emptyHint: () => 'No campaigns match the filters.',
	fields: [...manyFields, filtersField(filters), optionsField()],
	async execute({ client, parameters }) {
		const query = readFilters(parameters, filters);
		const campaigns = await listAll(client, { path: ['campaigns'], query }, readLimit(parameters));
		return campaigns.map((campaign) => ({ output: 'campaigns', json: campaign }));
	},
});
