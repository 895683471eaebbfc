import { CAMPAIGN_STATUSES } from '../../../../api/campaigns/campaignStatus';
import { listAll } from '../../../../api/lists';
import { agentField } from '../../../shared/idFields';
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
import type { ItemParameters } from '../itemParameters';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { CAMPAIGN_TYPES } from './settings';
import { simplifyCampaign } from './simplify';

/** Not `required`: n8n would then require it also when it is not added (2.41.1). */
const AGENT_FILTER = {
	...agentField,
	required: false,
	description: 'Only campaigns of this voice agent',
};

/** The other filters that the API has. */
const API_FILTERS = [
	...dateFilters,
	searchFilter('Part of the name or description'),
	choiceFilter('Status', 'status', CAMPAIGN_STATUSES, 'The status of the campaign'),
	choiceFilter('Type', 'campaignType', CAMPAIGN_TYPES, 'What the campaign is for'),
];

export const getManyCampaigns = defineOperation({
	resource: 'campaign',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many campaigns',
	description: 'Retrieve a list of campaigns',
	outputs: { campaigns: 'Campaigns' },
	emptyHint: () => 'No campaigns match the filters.',
	fields: [
		...manyFields,
		simplifyField,
		filtersField([AGENT_FILTER, ...API_FILTERS]),
		optionsField(),
	],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyCampaign);
		const query = { ...readAgentFilter(parameters), ...readFilters(parameters, API_FILTERS) };
		const campaigns = await listAll(client, { path: ['campaigns'], query }, readLimit(parameters));
		return campaigns.map((campaign) => ({
			output: 'campaigns',
			json: show(campaign),
		}));
	},
});

/** @throws InputError also when the filter is added, but empty: without the agent, the campaigns of all agents would be listed */
function readAgentFilter({ filters }: ItemParameters): Record<string, string> {
	return filters.isAdded(AGENT_FILTER) ? { agent_id: filters.id(AGENT_FILTER) } : {};
}
