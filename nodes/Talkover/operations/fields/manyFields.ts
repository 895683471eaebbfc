import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import { titleCase } from '../../../shared/titleCase';
import type { ItemParameters } from '../itemParameters';
import { apiNameOf } from './apiName';
import { readDay } from './days';

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
 * The most results to return.
 *
 * @throws InputError when Limit is not a whole number from 1
 */
export function readLimit(parameters: ItemParameters): number {
	return parameters.boolean(RETURN_ALL) ? Infinity : parameters.number(LIMIT);
}

/** The collection "Filters" of an operation, sorted by name. */
export function filtersField(filters: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: [...filters].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/**
 * A filter with a few possible values, as the API names them: the drop-down shows `no-answer` as “No Answer”.
 *
 * @param names of the values that the drop-down shows otherwise, such as `sms` as “SMS”
 */
export function choiceFilter(
	displayName: string,
	name: string,
	values: string[],
	description: string,
	names: Record<string, string> = {},
): INodeProperties {
	const options = values.map((value) => ({ name: names[value] ?? titleCase(value), value }));
	return {
		displayName,
		name,
		type: 'options',
		options: [{ name: 'Any', value: '' }, ...options.sort((a, b) => (a.name < b.name ? -1 : 1))],
		default: '',
		description,
	};
}

/** The API's own search. @param description where it searches */
export function searchFilter(description: string): INodeProperties {
	return { displayName: 'Search', name: 'search', type: 'string', default: '', description };
}

const FROM_DATE: INodeProperties = {
	displayName: 'From Date',
	name: 'dateFrom',
	type: 'dateTime',
	default: '',
	description: 'The first day to list. Talkover uses only the day, not the time.',
};

const TO_DATE: INodeProperties = {
	displayName: 'To Date',
	name: 'dateTo',
	type: 'dateTime',
	default: '',
	description: 'The last day to list. Talkover uses only the day, not the time.',
};

export const dateFilters = [FROM_DATE, TO_DATE];

/**
 * The filters that are set, as the API's query: `campaignType` becomes `campaign_type`. Dates become days: see {@link readDay}.
 *
 * @throws InputError when a filter is not text, a date does not exist, or the first day is after the last
 */
export function readFilters(
	{ filters }: ItemParameters,
	fields: INodeProperties[],
): Record<string, string> {
	const values = fields.map((field) => [
		apiNameOf(field),
		field.type === 'dateTime'
			? readDay(filters, field, `The filter '${field.displayName}'`)
			: filters.text(field),
	]);
	const query = Object.fromEntries(values.filter(([, value]) => value !== '')) as Record<
		string,
		string
	>;
	const { date_from: from, date_to: to } = query;
	if (from && to && from > to) {
		throw new InputError(
			`The filter 'From Date' (${from}) is after 'To Date' (${to})`,
			'Swap the two dates, or remove one.',
		);
	}
	return query;
}
