import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { isObject, parseJson } from '../../../../api/json';
import { InputError } from '../../../../api/errors';
import { shorten, show } from '../../../../api/text';
import type { ItemParameters } from '../itemParameters';

interface Variables {
	displayName: string;
	/** Name of the parameter with the pairs. */
	name: string;
	one: string;
	description: string;
	placeholder: string;
}

const PROMPT_VARIABLES: Variables = {
	displayName: 'Prompt Variables',
	name: 'payload',
	one: 'Prompt Variable',
	description: "Values for the placeholders in the agent's prompt, such as the name of the person",
	placeholder: 'e.g. { "customer_name": "Ana" }',
};

const CONTEXT: Variables = {
	displayName: 'Context',
	name: 'context',
	one: 'Context Value',
	description:
		"Data of your own that comes back with each of the call's webhook events, such as the ID of the CRM record",
	placeholder: 'e.g. { "contact_id": "123" }',
};

interface Pair {
	name?: unknown;
	value?: unknown;
}

function pairField({ displayName, name, one, description }: Variables): INodeProperties {
	return {
		displayName,
		name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: `Add ${one}`,
		default: {},
		description,
		options: [
			{
				displayName: one,
				name: 'values',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	};
}

function jsonOption({ displayName, name, description, placeholder }: Variables): INodeProperties {
	return {
		displayName: `${displayName} (JSON)`,
		name: `${name}Json`,
		type: 'json',
		default: '{}',
		placeholder,
		description: `${description}. As one JSON object, in addition to those with a name and a value.`,
	};
}

/** Prompt Variables and Context as pairs of a name and a value. */
export const variableFields = [PROMPT_VARIABLES, CONTEXT].map(pairField);

/** Both as JSON, for values from an expression, or values that are objects or lists. */
export const variableOptions = [PROMPT_VARIABLES, CONTEXT].map(jsonOption);

/**
 * Prompt Variables as the API's `payload`, and Context as its `context`; empty ones are left out.
 *
 * @throws InputError when a name is missing or given twice, a value is missing or a number that cannot be sent exactly, the pairs are an
 * expression, or the JSON is not an object
 */
export function readVariables(parameters: ItemParameters): {
	payload?: IDataObject;
	context?: IDataObject;
} {
	const payload = read(parameters, PROMPT_VARIABLES);
	const context = read(parameters, CONTEXT);
	return { ...(payload && { payload }), ...(context && { context }) };
}

function read(parameters: ItemParameters, variables: Variables): IDataObject | undefined {
	const entries = [...readPairs(parameters, variables), ...readJson(parameters, variables)];
	const names = entries.map(([name]) => name);
	const twice = names.find((name, index) => names.indexOf(name) < index);
	const { displayName, one } = variables;
	if (twice !== undefined) {
		throw new InputError(
			`'${displayName}' has "${twice}" twice`,
			'Rename or remove one of the two.',
		);
	}
	const missing = entries.find(([, value]) => value === undefined);
	if (missing) {
		throw new InputError(
			`The ${one} "${missing[0]}" has no value`,
			'Check that its expression refers to a field that the item has.',
		);
	}
	const rounded = entries.map(([name, value]) => findRounded(value, name)).find((found) => found);
	if (rounded) {
		throw new InputError(
			`The ${one} "${rounded.path}" is a number that cannot be sent exactly: ${rounded.number}`,
			'JavaScript rounds whole numbers of more than 15 digits. Send it as text: put it in quotes. If another node gives it, have that node give it as text, because the number is rounded already.',
		);
	}
	return entries.length > 0 ? (Object.fromEntries(entries) as IDataObject) : undefined;
}

/**
 * Finds a number that may have been rounded when it was read, such as an ID with more than 15 digits. Fractions are left alone: nearly
 * all programs round them in the same way.
 *
 * @param path of the value, as in `lead.ids[0]`
 */
function findRounded(value: unknown, path: string): { path: string; number: string } | undefined {
	if (
		typeof value === 'bigint' ||
		(typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
	) {
		return { path, number: String(value) };
	}
	// A date is sent as its text.
	if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined;
	for (const [key, inner] of Object.entries(value)) {
		const found = findRounded(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
		if (found) return found;
	}
	return undefined;
}

type Entry = [name: string, value: unknown];

function readPairs(parameters: ItemParameters, variables: Variables): Entry[] {
	const { name, displayName, one } = variables;
	const saved = parameters.raw(variables) ?? {};
	if (Array.isArray(saved) && saved.length === 0) return [];
	checkPairs(saved, variables);
	const pairs = (parameters.in(name).value({ name: 'values' }) ?? []) as Pair[];
	const names = pairs.map((pair) => String(pair.name ?? '').trim());
	if (names.includes('')) {
		throw new InputError(
			`A ${one} has no name`,
			`Fill in its name in '${displayName}', or remove it.`,
		);
	}
	// n8n may leave out an empty value when it saves the workflow.
	return pairs.map((pair, index) => [names[index], 'value' in pair ? pair.value : '']);
}

/** @throws InputError for anything but a list of pairs, so that no call is made without its variables */
function checkPairs(saved: unknown, { displayName }: Variables): void {
	if (isObject(saved)) {
		const { values = [], ...others } = saved;
		const isList = Array.isArray(values) && values.every(isObject);
		if (isList && Object.keys(others).length === 0) return;
	}
	throw new InputError(
		`'${displayName}' cannot be ${shorten(show(saved), 60)}`,
		`The fields take a name and a value for each. For an expression that gives all of them, use the option '${displayName} (JSON)'.`,
	);
}

function readJson({ options }: ItemParameters, variables: Variables): Entry[] {
	const option = jsonOption(variables);
	if (options.raw(option) === undefined) return [];
	const given = options.value(option);
	const value = typeof given === 'string' ? parseJson(given.trim() || '{}') : given;
	if (isObject(value)) return Object.entries(value);
	const shown = typeof given === 'string' ? given : String(JSON.stringify(given));
	throw new InputError(
		`'${option.displayName}' is not a JSON object: ${shorten(shown, 60)}`,
		`It takes one JSON object, ${variables.placeholder}.`,
	);
}
