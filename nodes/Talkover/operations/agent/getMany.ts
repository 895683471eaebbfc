import { listAll } from '../../../../api/lists';
import {
	choiceFilter,
	filtersField,
	manyFields,
	readFilters,
	readLimit,
	searchFilter,
} from '../fields/manyFields';
import { defineOperation } from '../operation';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { simplifyAgent } from './simplify';

/** An unpublished agent is a draft (endpoints/unpublish-agent). */
const STATUSES = ['draft', 'published'];

const API_FILTERS = [
	choiceFilter('Direction', 'direction', ['inbound', 'outbound'], 'Who calls whom'),
	searchFilter('Part of the name or label'),
	choiceFilter(
		'Status',
		'status',
		STATUSES,
		'The status of the agent. An unpublished one is a draft.',
	),
];

export const getManyAgents = defineOperation({
	resource: 'agent',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many agents',
	description: 'Retrieve a list of agents',
	outputs: { agents: 'Agents' },
	emptyHint: () => 'No agents match the filters.',
	fields: [...manyFields, simplifyField, filtersField(API_FILTERS), optionsField()],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyAgent);
		const query = readFilters(parameters, API_FILTERS);
		const agents = await listAll(client, { path: ['agents'], query }, readLimit(parameters));
		return agents.map((agent) => ({
			output: 'agents',
			json: show(agent),
		}));
	},
});
