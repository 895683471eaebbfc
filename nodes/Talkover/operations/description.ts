import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { defaultResource, operations, resources } from './index';
import type { Operation, Resource } from './operation';

const RESOURCES = Object.keys(resources) as Resource[];

/** The node's parameters: Resource, Operation, and each operation's fields. */
export function properties(): INodeProperties[] {
	const resourceOptions = RESOURCES.map((value) => ({ name: resources[value].name, value }));
	return [
		dropDown('Resource', 'resource', resourceOptions, defaultResource),
		...RESOURCES.map((resource) => ({
			...dropDown(
				'Operation',
				'operation',
				operationOptions(resource),
				resources[resource].defaultOperation.value,
			),
			displayOptions: { show: { resource: [resource] } },
		})),
		...operations.flatMap(fieldsOf),
	];
}

function dropDown(
	displayName: string,
	name: string,
	options: INodePropertyOptions[],
	defaultValue: string,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'options',
		noDataExpression: true,
		options: options.sort((a, b) => a.name.localeCompare(b.name, 'en')),
		default: defaultValue,
	};
}

function operationOptions(resource: Resource): INodePropertyOptions[] {
	return operations
		.filter((operation) => operation.resource === resource)
		.map(({ name, value, action, description }) => ({ name, value, action, description }));
}

function fieldsOf({ resource, value, fields }: Operation): INodeProperties[] {
	return fields.flatMap(withSavedValue).map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [value], ...field.displayOptions?.show },
		},
	}));
}

/**
 * n8n replaces a collection that is one expression with `{}`, as if nothing were in it, and an expression for the entries of a fixed
 * one with entries without a value (getNodeParameters, n8n 2.41.1 and 1.123.81). A hidden field of the same name after it gets the
 * saved value.
 */
function withSavedValue(field: INodeProperties): INodeProperties[] {
	const { displayName, name, type, displayOptions } = field;
	if (type !== 'collection' && type !== 'fixedCollection') return [field];
	return [field, { displayName, name, type: 'hidden', default: {}, displayOptions }];
}

/** An expression for the node's outputs, which depend on the operation. An unknown operation has one output, for its error. */
export function outputsExpression(): string {
	const outputs = forOperation(({ outputs }) => {
		const names = Object.values(outputs);
		// A single output needs no name.
		if (names.length === 1) return [{ type: 'main' }];
		return names.map((displayName) => ({ type: 'main', displayName }));
	});
	return `={{ ${outputs} ?? [{ "type": "main" }] }}`;
}

/** An expression for the text under the node's name on the canvas. */
export function subtitleExpression(): string {
	const subtitle = forOperation(({ name, resource }) => {
		const resourceName = resources[resource].name;
		return name.includes(resourceName) ? name : `${name}: ${resourceName}`;
	});
	return `={{ ${subtitle} }}`;
}

function forOperation(valueOf: (operation: Operation) => unknown): string {
	const values = operations.map((operation) => [
		`${operation.resource}:${operation.value}`,
		valueOf(operation),
	]);
	const table = JSON.stringify(Object.fromEntries(values));
	return `(${table})[$parameter["resource"] + ":" + $parameter["operation"]]`;
}
