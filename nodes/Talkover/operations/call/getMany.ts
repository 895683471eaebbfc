import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { callsOf, readNumber } from '../../../../api/calls/listedCalls';
import { listAll } from '../../../../api/lists';
import { ACTIVE, FINAL } from '../../../../api/calls/statuses';
import { InputError } from '../../../../api/errors';
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
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { simplifyCall } from './simplify';
import { defaultCountryOption, phoneFilter, readPhoneFilter } from '../fields/phoneField';

const CALLS_OF: INodeProperties = {
	displayName: 'Calls Of',
	name: 'callsOf',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'All Agents', value: 'allAgents' },
		{ name: 'One Agent', value: 'oneAgent' },
	],
	default: 'allAgents',
};

/** The filters that the API has. */
const API_FILTERS = [
	choiceFilter('Direction', 'direction', ['inbound', 'outbound'], 'Who called whom'),
	...dateFilters,
	searchFilter("Part of a phone number, or the call's ID at the phone provider (SID)"),
	choiceFilter('Status', 'status', [...ACTIVE, ...FINAL], 'The status of the call'),
];

export const getManyCalls = defineOperation({
	resource: 'call',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many calls',
	description:
		'Retrieve a list of calls, of all agents or one. Filter by phone for those with one person.',
	outputs: { calls: 'Calls' },
	emptyHint: () => 'No calls match the filters.',
	fields: [
		CALLS_OF,
		{
			...agentField,
			description: 'The voice agent to list calls of',
			displayOptions: { show: { callsOf: ['oneAgent'] } },
		},
		...manyFields,
		simplifyField,
		filtersField([...API_FILTERS, phoneFilter]),
		optionsField([defaultCountryOption]),
	],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyCall);
		const limit = readLimit(parameters);
		const phone = readPhoneFilter(parameters);
		const filters = readFilters(parameters, API_FILTERS);
		if (filters.search && phone) {
			throw new InputError(
				"The filters 'Phone' and 'Search' cannot be used together",
				'Remove one of the two: Talkover can search for only one text at a time.',
			);
		}
		// The API has no filter for a number; its search finds parts of numbers.
		const query = phone ? { ...filters, search: phone } : filters;
		const isOfPhone = ({ to, from }: IDataObject) =>
			[to, from].some((listed) => readNumber(listed) === phone);
		const isOneAgent = parameters.option(CALLS_OF) === 'oneAgent';
		const list = { ...callsOf(isOneAgent ? parameters.id(agentField) : undefined), query };
		const calls = await listAll(client, list, limit, phone ? isOfPhone : undefined);
		return calls.map((call) => ({ output: 'calls', json: show(call) }));
	},
});
