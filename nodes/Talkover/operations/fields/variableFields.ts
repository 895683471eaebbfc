import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { isObject, parseJson } from '../../../../api/answers';
import { InputError } from '../../../../api/errors';
import { show } from '../../../shared/text';
import type { Item } from '../operation';

interface Variables {
	displayName: string;
	/** Of the parameter with name and value pairs; `…Json` and `specify…` are beside it. */
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
	placeholder: '{ "customer_name": "Ana" }',
};

const CONTEXT: Variables = {
	displayName: 'Context',
	name: 'context',
	one: 'Context Value',
	description:
		"Data of your own that comes back with each of the call's webhook events, such as the ID of the CRM record",
	placeholder: '{ "contact_id": "123" }',
};

/** Prompt Variables and Context, each as name and value pairs or as JSON. */
export const variableFields = [PROMPT_VARIABLES, CONTEXT].flatMap(fieldsOf);

function fieldsOf({
	displayName,
	name,
	one,
	description,
	placeholder,
}: Variables): INodeProperties[] {
	const specify = specifyName(name);
	const displayOptions = { show: { [specify]: ['fields'] } };
	return [
		{
			displayName: `Specify ${displayName}`,
			name: specify,
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Using Fields Below', value: 'fields' },
				{ name: 'Using JSON', value: 'json' },
			],
			default: 'fields',
		},
		{
			displayName,
			name,
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: `Add ${one}`,
			default: {},
			description,
			displayOptions,
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
		},
		{
			// n8n makes `{}` of a fixed collection that is one expression, and pairs without a name of an expression for its pairs
			// (getNodeParameters, n8n 2.41.1 and 1.123.81). A hidden field of the same name after it gets the value as it is saved.
			displayName,
			name,
			type: 'hidden',
			default: {},
			displayOptions,
		},
		{
			displayName,
			name: `${name}Json`,
			type: 'json',
			default: '{}',
			placeholder,
			description,
			displayOptions: { show: { [specify]: ['json'] } },
		},
	];
}

/**
 * Prompt Variables as the API's `payload`, and Context as its `context`; what is empty is left out.
 *
 * @throws InputError when a name is missing or given twice, a value is missing, the pairs are an expression, or the JSON is not an
 * object
 */
export function readVariables(item: Item): { payload?: IDataObject; context?: IDataObject } {
	const payload = read(item, PROMPT_VARIABLES);
	const context = read(item, CONTEXT);
	return { ...(payload && { payload }), ...(context && { context }) };
}

function read(item: Item, variables: Variables): IDataObject | undefined {
	const asJson = item.parameter(specifyName(variables.name), 'fields') === 'json';
	const values = asJson ? readJson(item, variables) : readPairs(item, variables);
	return Object.keys(values).length > 0 ? values : undefined;
}

function readPairs(item: Item, variables: Variables): IDataObject {
	const { name, displayName, one } = variables;
	const saved = item.rawParameter(name) ?? {};
	if (Array.isArray(saved) && saved.length === 0) return {};
	checkPairs(saved, variables);
	const pairs = item.parameter(`${name}.values`, []) as Array<{ name?: unknown; value?: unknown }>;
	const names = pairs.map((pair) => String(pair.name ?? '').trim());
	if (names.includes('')) {
		throw new InputError(
			`A ${one} has no name`,
			`Fill in its name in ${displayName}, or remove it.`,
		);
	}
	const twice = names.find((candidate, index) => names.indexOf(candidate) < index);
	if (twice !== undefined) {
		throw new InputError(`${displayName} has "${twice}" twice`, 'Rename or remove one of the two.');
	}
	// A value that is left empty may not be saved.
	const missing = names.find((_name, index) => {
		return 'value' in pairs[index] && pairs[index].value === undefined;
	});
	if (missing !== undefined) {
		throw new InputError(
			`The ${one} "${missing}" has no value`,
			'Check that its expression refers to a field that the item has.',
		);
	}
	return Object.fromEntries(
		pairs.map(({ value = '' }, index) => [names[index], value as IDataObject]),
	);
}

/** @throws InputError for what is no list of pairs, so that no call is made without its variables */
function checkPairs(saved: unknown, { displayName }: Variables): void {
	if (isObject(saved)) {
		const { values = [], ...others } = saved;
		const isList = Array.isArray(values) && values.every(isObject);
		if (isList && Object.keys(others).length === 0) return;
	}
	throw new InputError(
		`${displayName} cannot be ${beginningOf(show(saved))}`,
		`The fields take a name and a value for each. For an expression that gives all of them, set Specify ${displayName} to Using JSON.`,
	);
}

function readJson(item: Item, { name, displayName, placeholder }: Variables): IDataObject {
	const given = item.parameter(`${name}Json`, '{}');
	const value = typeof given === 'string' ? parseJson(given.trim() || '{}') : given;
	if (isObject(value)) return value;
	const shown = typeof given === 'string' ? given : String(JSON.stringify(given));
	throw new InputError(
		`${displayName} is not a JSON object: ${beginningOf(shown)}`,
		`It looks like ${placeholder}.`,
	);
}

function beginningOf(text: string): string {
	return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function specifyName(name: string): string {
	return `specify${name[0].toUpperCase()}${name.slice(1)}`;
}
