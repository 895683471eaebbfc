import { tryToParseDateTime } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../../../api/errors';
import { show, trim } from '../../../../api/text';
import type { ItemParameters } from '../itemParameters';

/** ISO 8601, with or without the time and its zone. n8n's own parser would guess at anything else. */
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| ?[+-]\d\d:?\d\d)?)?$/i;

/** A day alone, or with a time as databases and other nodes write it. Of `2026-06-01 to 2026-06-30`, nobody knows which day is meant. */
const DAY =
	/^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|UTC|GMT|[+-]\d\d(:?\d\d)?))?(\[[\w/+-]+\])?)?$/i;

/**
 * A date as `YYYY-MM-DD`: a text as it is written, without converting the time zone, and a JavaScript date as the day in the time zone
 * of the workflow.
 *
 * @param name of the field in the error message, as in `The filter 'From Date'`
 * @returns an empty text if the field is not set
 * @throws InputError when the date does not exist, or is no date
 */
export function readDay(
	parameters: ItemParameters,
	field: INodeProperties,
	name = `'${field.displayName}'`,
): string {
	const given = parameters.value(field) ?? '';
	if (given === '') return '';
	const text = given instanceof Date ? dayOf(given, parameters.timezone) : String(given);
	const [, day] = DAY.exec(trim(text)) ?? [];
	if (day !== undefined && isDay(day)) return day;
	throw new InputError(
		`${name} cannot be ${show(given instanceof Date ? text : given)}`,
		'It takes a date like 2026-01-31.',
	);
}

/**
 * A filter that is a point in time. Without a time zone, it is in that of the workflow.
 *
 * @returns epoch milliseconds; undefined if the filter is not set
 * @throws InputError when the time does not exist
 */
export function readTime(parameters: ItemParameters, field: INodeProperties): number | undefined {
	const given = parameters.value(field) ?? '';
	if (given === '') return undefined;
	try {
		const text = given instanceof Date ? given.toISOString() : trim(String(given));
		if (TIME.test(text) && isDay(text.slice(0, 10))) {
			return tryToParseDateTime(text, parameters.timezone).toMillis();
		}
	} catch {
		// An hour such as 25:00, or a JavaScript date that is none.
	}
	throw new InputError(
		`The filter '${field.displayName}' cannot be ${show(given instanceof Date ? String(given) : given)}`,
		'It takes a time like 2026-01-31T18:00.',
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
