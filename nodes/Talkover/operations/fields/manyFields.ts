import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import { show, trim } from '../../../../api/text';
import { titleCase } from '../../../shared/titleCase';
import type { ItemParameters } from '../itemParameters';

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
 * The filters that are set, as the API's query: `campaignType` becomes `campaign_type`. Dates become `YYYY-MM-DD`: a text as it is
 * written, without converting the time zone, and a JavaScript date as the day in the time zone of the workflow.
 *
 * @throws InputError when a filter is not text, a date does not exist, or the first day is after the last
 */
export function readFilters(
	{ filters }: ItemParameters,
	fields: INodeProperties[],
): Record<string, string> {
	const values = fields.map((field) => [
		field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
		field.type === 'dateTime' ? readDay(filters, field) : filters.text(field),
	]);
	const query = Object.fromEntries(values.filter(([, value]) => value !== '')) as Record<
		string,
		string
	>;
	const { date_from: from, date_to: to } = query;
	if (from && to && from > to) {
		throw new InputError(
			`The filter From Date (${from}) is after To Date (${to})`,
			'Swap the two dates, or remove one.',
		);
	}
	return query;
}

/** Empty if the filter is not set. */
function readDay(filters: ItemParameters, field: INodeProperties): string {
	const given = filters.value(field) ?? '';
	if (given === '') return '';
	const text = given instanceof Date ? dayOf(given, filters.timezone) : String(given);
	const [, day] = /^(\d{4}-\d{2}-\d{2})([T ].*)?$/.exec(trim(text)) ?? [];
	if (day !== undefined && isDay(day)) return day;
	throw new InputError(
		`The filter ${field.displayName} cannot be ${show(given instanceof Date ? text : given)}`,
		'It takes a date like 2026-01-31.',
	);
}

/** @param timezone such as `America/Sao_Paulo` */
function dayOf(date: Date, timezone: string): string {
	if (Number.isNaN(date.getTime())) return String(date);
	const format = new Intl.DateTimeFormat('en', {
		timeZone: timezone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
	});
	const parts = Object.fromEntries(
		format.formatToParts(date).map(({ type, value }) => [type, value]),
	);
	return `${parts.year}-${parts.month}-${parts.day}`;
}

/** Whether a day exists: JavaScript reads February 30 as March 2. */
function isDay(day: string): boolean {
	const date = new Date(day);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
