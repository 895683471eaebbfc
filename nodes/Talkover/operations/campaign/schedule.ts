import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { isObject, parseJson } from '../../../../api/json';
import { InputError } from '../../../../api/errors';
import { DAY } from '../../../../api/lists';
import { show } from '../../../../api/text';
import type { ItemParameters } from '../itemParameters';

export const startDateField: INodeProperties = {
	displayName: 'Start Date',
	name: 'startDate',
	type: 'dateTime',
	required: true,
	default: '',
	description: 'The first day with calls. Only the day counts, not the time.',
};

export const endDateField: INodeProperties = {
	displayName: 'End Date',
	name: 'endDate',
	type: 'dateTime',
	default: '',
	description: 'When the campaign ends, after Start Date. Only the day counts, not the time.',
};

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export const daysOfWeekField: INodeProperties = {
	displayName: 'Days of Week',
	name: 'daysOfWeek',
	type: 'multiOptions',
	required: true,
	// In the order of the week.
	options: DAYS.map((name, index) => ({ name, value: index + 1 })),
	default: [1, 2, 3, 4, 5],
	description: 'The days on which people may be called. In an expression, 1 is Monday.',
};

export const callHoursField: INodeProperties = {
	displayName: 'Call Hours',
	name: 'callHours',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	required: true,
	placeholder: 'Add Hours',
	default: {},
	description: 'When people may be called on these days, in the time zone of the campaign',
	options: [
		{
			displayName: 'Hours',
			name: 'ranges',
			values: [timeField('Start', 'start', '09:00'), timeField('End', 'end', '18:00')],
		},
	],
};

export const timezoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timezone',
	type: 'string',
	default: '',
	placeholder: 'e.g. America/Sao_Paulo',
	description: 'The time zone of Call Hours. If empty, that of the workflow.',
};

function timeField(displayName: string, name: string, example: string): INodeProperties {
	return { displayName, name, type: 'string', default: '', placeholder: `e.g. ${example}` };
}

/** @throws InputError when there is no day, or a value is not a whole number from 1 to 7 */
export function readDaysOfWeek(parameters: ItemParameters, field: INodeProperties): number[] {
	// As text, since true is no Monday.
	const days = parameters.list(field).map(String);
	const areDays = days.every((day) => /^[1-7]$/.test(day));
	if (days.length > 0 && areDays) return [...new Set(days.map(Number))].sort();
	throw new InputError(
		`'${field.displayName}' cannot be ${show(parameters.value(field))}`,
		'It takes at least one number from 1 (Monday) to 7 (Sunday).',
	);
}

/** @throws InputError when it is not a name in the IANA database */
export function readTimezone(parameters: ItemParameters): string {
	const timezone = parameters.text(timezoneField) || parameters.timezone;
	if (isTimezone(timezone)) return timezone;
	throw new InputError(
		`'${timezoneField.displayName}' cannot be ${show(timezone)}`,
		'It takes a name like America/Sao_Paulo.',
	);
}

function isTimezone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		// Newer JavaScript also knows offsets such as +03:00.
		return /^[a-z]/i.test(name);
	} catch {
		return false;
	}
}

/** Times as `HH:MM`. */
interface Hours extends IDataObject {
	start: string;
	end: string;
}

/** @throws InputError when there are none, or some are no times, end before they begin, or overlap */
export function readCallHours(parameters: ItemParameters, field: INodeProperties): Hours[] {
	const { displayName } = field;
	const value = parameters.value(field);
	const given = typeof value === 'string' ? parseJson(value) : value;
	// An expression for all of them may give just the list.
	const ranges = isObject(given) ? given.ranges : given;
	if (!Array.isArray(ranges) || ranges.length === 0) {
		throw new InputError(
			isObject(given) ? `'${displayName}' are empty` : `'${displayName}' cannot be ${show(value)}`,
			'Add at least one start and end, such as 09:00 and 18:00. An expression for all of them gives a list of objects with start and end.',
		);
	}
	const hours = ranges.map((range, index): Hours => {
		const { start, end } = isObject(range) ? range : {};
		const name = `${displayName} ${index + 1}`;
		return { start: readTimeOfDay(start, `${name} Start`), end: readTimeOfDay(end, `${name} End`) };
	});
	const wrong = hours.find(({ start, end }) => end <= start);
	if (wrong) {
		throw new InputError(
			`'${displayName}' ${textOf(wrong)} do not end after they begin`,
			'Correct one of the two times. Hours cannot go past midnight.',
		);
	}
	const sorted = [...hours].sort((a, b) => (a.start < b.start ? -1 : 1));
	const index = sorted.findIndex(({ end }, nth) => end > (sorted[nth + 1]?.start ?? end));
	if (index >= 0) {
		throw new InputError(
			`'${displayName}' ${textOf(sorted[index])} and ${textOf(sorted[index + 1])} overlap`,
			'Correct one of them, or make one of the two.',
		);
	}
	return hours;
}

function textOf({ start, end }: Hours): string {
	return `${start}–${end}`;
}

/** Some pages of the API show times with seconds. */
function readTimeOfDay(given: unknown, name: string): string {
	const [, hour, minute] =
		/^\s*([01]?\d|2[0-3]):([0-5]\d)(?::00)?\s*$/.exec(String(given ?? '')) ?? [];
	if (hour !== undefined) return `${hour.padStart(2, '0')}:${minute}`;
	throw new InputError(`'${name}' cannot be ${show(given ?? '')}`, 'It takes a time like 09:00.');
}

/**
 * Checks the settings that are given.
 *
 * @throws InputError when the last day is not after the first, or none of the days between them is a day with calls
 */
export function checkDates({ start_date: start, end_date: end, days_of_week }: IDataObject): void {
	if (typeof start !== 'string' || typeof end !== 'string') return;
	if (end > start) {
		if (Array.isArray(days_of_week)) checkDays(start, end, days_of_week as number[]);
		return;
	}
	throw new InputError(
		`'${endDateField.displayName}' (${end}) is not after '${startDateField.displayName}' (${start})`,
		'Correct one of the two dates.',
	);
}

function checkDays(start: string, end: string, daysOfWeek: number[]): void {
	for (let time = Date.parse(start); time <= Date.parse(end); time += DAY) {
		// JavaScript counts Sunday as 0.
		if (daysOfWeek.includes(new Date(time).getUTCDay() || DAYS.length)) return;
	}
	const names = daysOfWeek.map((day) => DAYS[day - 1]).join(', ');
	throw new InputError(
		`The campaign has no day with calls: from ${start} to ${end}, there is no ${names}`,
		'Correct the dates, or choose other days of the week.',
	);
}
