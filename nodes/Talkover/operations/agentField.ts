import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../errors';
import type { Item } from './operation';

export const agentField: INodeProperties = {
	displayName: 'Agent',
	name: 'agentId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The voice agent whose calls to look at',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an agent…',
			typeOptions: { searchListMethod: 'searchAgents', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 550e8400-e29b-41d4-a716-446655440000',
			hint: 'Shown in Talkover on the page of the agent',
		},
	],
};

/**
 * The agent's ID. It is opaque: what it looks like differs between installations.
 *
 * @throws InputError when it is empty, or holds anything but letters, digits, "-" and "_"
 */
export function readAgentId(item: Item): string {
	const given = item.parameter('agentId');
	const id = Number.isSafeInteger(given) ? String(given) : given;
	if (typeof id === 'string' && /^[A-Za-z0-9_-]+$/.test(id)) return id;
	if (id === '' || id === undefined || id === null) {
		throw new InputError(
			'No agent is chosen',
			'Choose one in the field Agent, or check that its expression refers to a field that the item has.',
		);
	}
	throw new InputError(
		`${JSON.stringify(id)} is not the ID of an agent`,
		'An ID has only letters, digits, "-" and "_". Choose the agent from the list, or copy the ID from Talkover.',
	);
}
