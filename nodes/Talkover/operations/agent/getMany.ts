import { listAll } from '../../../../api/lists';
import {
	choiceFilter,
	filtersField,
	manyFields,
	readFilter,
	readLimit,
	searchFilter,
	withoutEmpty,
} from '../fields/manyFields';
import { defineOperation } from '../operation';
import { optionsField } from '../fields/options';
import { simplify, simplifyField } from './simplify';

export const getManyAgents = defineOperation({
	resource: 'agent',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many agents',
	description: 'List the voice agents of the environment',
	outputs: { agents: 'Agents' },
	emptyHint: () => 'No agents match the filters.',
	fields: [
		...manyFields,
		simplifyField,
		filtersField([
			choiceFilter('Direction', 'direction', ['inbound', 'outbound'], 'Who calls whom'),
			searchFilter('Part of the name or label'),
			choiceFilter(
				'Status',
				'status',
				['draft', 'published', 'unpublished'],
				'Whether the agent is in use',
			),
		]),
		optionsField(),
	],
	async execute(item) {
		const query = withoutEmpty({
			status: readFilter(item, 'status'),
			direction: readFilter(item, 'direction'),
			search: readFilter(item, 'search'),
		});
		const agents = await listAll(item.client, { path: ['agents'], query }, readLimit(item));
		return agents.map((agent) => ({ output: 'agents', json: simplify(item, agent) }));
	},
});
