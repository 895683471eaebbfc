import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { listAll } from '../../../../api/lists';
import { noSuchAgent } from '../../../../api/agents';
import { InputError } from '../../../../api/errors';
import { agentField, readAgentId } from '../../../shared/idFields';
import {
	choiceFilter,
	dateFilters,
	filtersField,
	hasFilter,
	manyFields,
	readDays,
	readFilter,
	readLimit,
	searchFilter,
	withoutEmpty,
} from '../fields/manyFields';
import { defineOperation } from '../operation';
import type { Item } from '../operation';
import { optionsField } from '../fields/options';
import { defaultCountryOption, readPhone } from '../fields/phoneField';

const STATUSES = ['initiated', 'ringing', 'answered', 'completed', 'failed', 'busy', 'no-answer'];

const callsOfField: INodeProperties = {
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

export const getManyCalls = defineOperation({
	resource: 'call',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many calls',
	description: 'List calls of all agents or of one: over, under way, or with one person',
	outputs: { calls: 'Calls' },
	emptyHint: () => 'No calls match the filters.',
	fields: [
		callsOfField,
		{ ...agentField, displayOptions: { show: { callsOf: ['oneAgent'] } } },
		...manyFields,
		filtersField([
			choiceFilter('Direction', 'direction', ['inbound', 'outbound'], 'Who called whom'),
			...dateFilters,
			{
				displayName: 'Phone',
				name: 'phone',
				type: 'string',
				default: '',
				placeholder: 'e.g. +55 11 98765-4321',
				description: 'Only calls to or from this number, in any usual way of writing',
			},
			searchFilter('Part of a phone number, or the SID of a call'),
			choiceFilter('Status', 'status', STATUSES, 'How the call went, or where it stands'),
		]),
		optionsField([defaultCountryOption]),
	],
	async execute(item) {
		const limit = readLimit(item);
		// Without the number that the builder meant, it would be the calls of everybody.
		const phone = hasFilter(item, 'phone') ? readPhone(item, 'filters.phone') : '';
		const query = withoutEmpty({
			status: readFilter(item, 'status'),
			direction: readFilter(item, 'direction'),
			...readDays(item),
			search: readSearch(item, phone),
		});
		const isOfPhone = ({ to, from }: IDataObject) => to === phone || from === phone;
		const calls = await listAll(
			item.client,
			{ ...readWhose(item), query },
			limit,
			phone ? isOfPhone : undefined,
		);
		return calls.map((call) => ({ output: 'calls', json: call }));
	},
});

function readWhose(item: Item): { path: string[]; notFound?: string } {
	if (item.parameter('callsOf', 'allAgents') !== 'oneAgent') return { path: ['calls'] };
	const agentId = readAgentId(item);
	return { path: ['agents', agentId, 'calls'], notFound: noSuchAgent(agentId) };
}

/** The API has no filter for a number; its search finds parts of numbers. */
function readSearch(item: Item, phone: string): string {
	const search = readFilter(item, 'search');
	if (search && phone) {
		throw new InputError(
			'The filters Phone and Search cannot be used together',
			'Remove one of the two: Talkover can search for one thing at a time.',
		);
	}
	return phone || search;
}
