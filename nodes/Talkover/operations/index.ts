import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { InputError } from '../../../api/errors';
import { getAgent } from './agent/get';
import { getManyAgents } from './agent/getMany';
import { endCall } from './call/endCall';
import { getActiveCall } from './call/getActiveCall';
import { getManyCalls } from './call/getMany';
import { makeCall } from './call/makeCall';
import { getManyCampaigns } from './campaign/getMany';
import { makeCampaignCall } from './campaign/makeCampaignCall';
import type { Operation } from './operation';

/**
 * The table of operations: the node's drop-downs, fields, outputs and routing follow from it. The first of a resource is its
 * default, which n8n leaves out of a saved workflow: so Get Active Call stays the first one.
 */
export const operations: Operation[] = [
	getActiveCall,
	makeCall,
	endCall,
	getManyCalls,
	getAgent,
	getManyAgents,
	makeCampaignCall,
	getManyCampaigns,
];

const RESOURCES: INodePropertyOptions[] = [
	{ name: 'Call', value: 'call' },
	{ name: 'Agent', value: 'agent' },
	{ name: 'Campaign', value: 'campaign' },
];

/** @throws InputError for a pair that is not in the table, as a workflow of a later version could have */
export function findOperation(resource: unknown, value: unknown): Operation {
	const found = operations.find(
		(operation) => operation.resource === resource && operation.value === value,
	);
	if (!found) {
		throw new InputError(
			`This version of the node has no operation "${String(resource)}: ${String(value)}"`,
			'Choose another operation, or update the package n8n-nodes-talkover.',
		);
	}
	return found;
}

/** The node's parameters: Resource, Operation, and each operation's fields. */
export function properties(): INodeProperties[] {
	return [
		dropDown('Resource', 'resource', RESOURCES),
		...RESOURCES.map(({ value }) => ({
			...dropDown('Operation', 'operation', operationsOf(value)),
			displayOptions: { show: { resource: [value] } },
		})),
		...operations.flatMap(fieldsOf),
	];
}

function dropDown(
	displayName: string,
	name: string,
	options: INodePropertyOptions[],
): INodeProperties {
	const [{ value }] = options;
	const sorted = [...options].sort((a, b) => a.name.localeCompare(b.name, 'en'));
	return {
		displayName,
		name,
		type: 'options',
		noDataExpression: true,
		options: sorted,
		default: value,
	};
}

function operationsOf(resource: unknown): INodePropertyOptions[] {
	return operations
		.filter((operation) => operation.resource === resource)
		.map(({ name, value, action, description }) => ({ name, value, action, description }));
}

function fieldsOf({ resource, value, fields }: Operation): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [value], ...field.displayOptions?.show },
		},
	}));
}

/** An expression for the node's outputs, which depend on the operation. An unknown one needs an output, too, for its error. */
export function outputsExpression(): string {
	const outputs = forOperation(({ outputs }) => {
		const names = Object.values(outputs);
		// A lone output needs no name.
		if (names.length === 1) return [{ type: 'main' }];
		return names.map((displayName) => ({ type: 'main', displayName }));
	});
	return `={{ ${outputs} ?? [{ "type": "main" }] }}`;
}

/** An expression for what the node shows under its name on the canvas. */
export function subtitleExpression(): string {
	const subtitle = forOperation(({ name, resource }) =>
		name.toLowerCase().includes(resource) ? name : `${name}: ${resource}`,
	);
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
