import type { INodeProperties } from 'n8n-workflow';
import type { ClientSettings } from '../../../../api/client';
import { InputError } from '../../../../api/errors';
import { show, trim } from '../../../shared/text';

/** The options that every operation has: how to ask, not what to ask. */
const REQUEST_OPTIONS: INodeProperties[] = [
	{
		displayName: 'Max Parallel Requests',
		name: 'maxParallelRequests',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
		default: 50,
		description: 'How many requests to Talkover may be under way at once',
	},
	{
		displayName: 'Max Rate Limit Wait (Seconds)',
		name: 'maxRateLimitWait',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 0, maxValue: 3600 },
		default: 60,
		description:
			"How long to wait at most each time Talkover's rate limit is used up, before going on with the remaining items. 0 means not to wait: the item fails at once.",
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		noDataExpression: true,
		typeOptions: { minValue: 1, maxValue: 3600 },
		default: 30,
		description: 'How long to wait for the answer to one request',
	},
];

/** The collection "Options" of an operation: the operation's own, and those for all, by name. */
export function optionsField(own: INodeProperties[] = []): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...own, ...REQUEST_OPTIONS].sort((a, b) =>
			a.displayName.localeCompare(b.displayName),
		),
	};
}

export interface RequestSettings extends ClientSettings {
	maxParallelRequests: number;
}

/**
 * Reads the options for all operations, with their defaults.
 *
 * @param read gives the value of an option, or null if it is not set
 * @throws InputError when one is no number, or too small or large
 */
export function readRequestSettings(read: (name: string) => unknown): RequestSettings {
	return {
		maxParallelRequests: readNumber(read, 'maxParallelRequests'),
		maxRateLimitWait: readNumber(read, 'maxRateLimitWait'),
		timeout: readNumber(read, 'timeout'),
	};
}

function readNumber(read: (name: string) => unknown, name: keyof RequestSettings): number {
	const field = REQUEST_OPTIONS.find((option) => option.name === name) as INodeProperties;
	return checkNumber(field, read(name));
}

/**
 * The value of a number field, or its default where it is not set. Null and an empty text are not set: AI tools and spreadsheets give them.
 *
 * @throws InputError when it is no number, too small or large, or a fraction where the field takes none
 */
export function checkNumber(field: INodeProperties, given: unknown): number {
	const { minValue = 0, maxValue = Infinity, numberPrecision } = field.typeOptions ?? {};
	const set = orDefault(field, given);
	const value = typeof set === 'string' ? Number(set) : set;
	const isWhole = numberPrecision !== 0 || Number.isInteger(value);
	if (typeof value === 'number' && value >= minValue && value <= maxValue && isWhole) return value;
	const kind = numberPrecision === 0 ? 'a whole number' : 'a number';
	throw new InputError(
		`${field.displayName} cannot be ${show(given)}`,
		`It takes ${kind}, ${maxValue === Infinity ? `from ${minValue}` : `${minValue} to ${maxValue}`}.`,
	);
}

/**
 * The value of a drop-down field, or its default where it is not set.
 *
 * @throws InputError when it is not one of the field's options
 */
export function checkChoice(field: INodeProperties, given: unknown): unknown {
	const { displayName, options = [] } = field;
	const value = orDefault(field, given);
	const values = options.map((option) => ('value' in option ? option.value : undefined));
	if (values.includes(value as string)) return value;
	throw new InputError(
		`${displayName} cannot be ${show(given)}`,
		`It takes ${values.join(' or ')}.`,
	);
}

function orDefault(field: INodeProperties, given: unknown): unknown {
	const value = typeof given === 'string' ? trim(given) : given;
	return value === '' || value === null || value === undefined ? field.default : value;
}
