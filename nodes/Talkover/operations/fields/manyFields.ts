import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import type { Item } from '../operation';
import { checkBoolean } from '../../../shared/booleans';
import { titleCase } from '../../../shared/titleCase';
import { checkNumber } from './options';

const RETURN_ALL: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const LIMIT: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

/** Return All and Limit, as n8n's own nodes have them. */
export const manyFields: INodeProperties[] = [RETURN_ALL, LIMIT];

/**
 * How many results to give at most.
 *
 * @throws InputError when Limit is no whole number from 1
 */
export function readLimit(item: Item): number {
	if (checkBoolean(RETURN_ALL, item.parameter('returnAll', false))) return Infinity;
	// n8n drops a hidden field, and it hides this one where Return All is an empty text.
	return checkNumber(LIMIT, item.parameter('limit', null));
}

/** The collection "Filters" of an operation. */
export function filtersField(filters: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: filters,
	};
}

/** A filter with a few possible values, as the API names them: the drop-down shows `no-answer` as “No Answer”. */
export function choiceFilter(
	displayName: string,
	name: string,
	values: string[],
	description: string,
): INodeProperties {
	const options = values.map((value) => ({ name: titleCase(value), value }));
	return {
		displayName,
		name,
		type: 'options',
		options: [{ name: 'Any', value: '' }, ...options.sort((a, b) => (a.name < b.name ? -1 : 1))],
		default: '',
		description,
	};
}

/** The filter that the API searches by itself; the description says what it looks at. */
export function searchFilter(description: string): INodeProperties {
	return { displayName: 'Search', name: 'search', type: 'string', default: '', description };
}

export const dateFilters: INodeProperties[] = [
	{
		displayName: 'From Date',
		name: 'dateFrom',
		type: 'dateTime',
		default: '',
		description: 'The first day to look at. Talkover takes the day only, not the time.',
	},
	{
		displayName: 'To Date',
		name: 'dateTo',
		type: 'dateTime',
		default: '',
		description: 'The last day to look at. Talkover takes the day only, not the time.',
	},
];

/** Whether the builder has added a filter, even if its expression gives nothing for this item. */
export function hasFilter(item: Item, name: string): boolean {
	return Object.hasOwn(item.parameter('filters', {}) as object, name);
}

/**
 * The value of a filter as it goes into the query; empty if it is not set.
 *
 * @throws InputError when it is neither text, number nor boolean
 */
export function readFilter(item: Item, name: string): string {
	const given = item.parameter(`filters.${name}`, '') ?? '';
	if (typeof given === 'object') {
		throw new InputError(`The filter ${name} cannot be ${JSON.stringify(given)}`, 'It takes text.');
	}
	return String(given).trim();
}

/**
 * The days of the date filters, `YYYY-MM-DD`, as they are written: no time zone moves them. Empty if they are not set.
 *
 * @throws InputError when one does not begin with a date that there is, or the first is after the last
 */
export function readDays(item: Item): { date_from: string; date_to: string } {
	const [date_from, date_to] = dateFilters.map((filter) => readDay(item, filter));
	if (date_from && date_to && date_from > date_to) {
		throw new InputError(
			`The filter From Date (${date_from}) is after To Date (${date_to})`,
			'No day is in between. Swap the two, or remove one.',
		);
	}
	return { date_from, date_to };
}

function readDay(item: Item, { name, displayName }: INodeProperties): string {
	const given = item.parameter(`filters.${name}`, '') ?? '';
	if (given === '') return '';
	const text = given instanceof Date ? given.toISOString() : String(given);
	const [, day] = /^(\d{4}-\d{2}-\d{2})([T ].*)?$/.exec(text.trim()) ?? [];
	if (day !== undefined && isDay(day)) return day;
	throw new InputError(
		`The filter ${displayName} cannot be ${JSON.stringify(given)}`,
		'It takes a date like 2026-01-31.',
	);
}

/** JavaScript takes February 30 for March 2. */
function isDay(day: string): boolean {
	const date = new Date(day);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** The filters that are set, as the API's query. */
export function withoutEmpty(query: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}
