import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../api/errors';
import { show, trim } from './text';

/** Where the value of a parameter comes from: an item, or a trigger. */
interface Source {
	parameter(name: string): unknown;
}

export const agentField = locator('agent', {
	displayName: 'Agent',
	name: 'agentId',
	description: 'The voice agent whose calls to look at',
	searchListMethod: 'searchAgents',
	placeholder: 'Select an agent…',
});

export const campaignField = locator('campaign', {
	displayName: 'Campaign',
	name: 'campaignId',
	description: 'The campaign in which to queue the call',
	searchListMethod: 'searchCampaigns',
	placeholder: 'Select a campaign…',
});

export const callIdField: INodeProperties = {
	displayName: 'Call ID',
	name: 'callId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 550e8400-e29b-41d4-a716-446655440000',
	description: 'The ID of the call, as Get Active Call, Make Call and Get Many give it',
};

interface Locator {
	displayName: string;
	name: string;
	description: string;
	searchListMethod: string;
	placeholder: string;
}

function locator(
	thing: string,
	{ searchListMethod, placeholder, ...names }: Locator,
): INodeProperties {
	return {
		...names,
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder,
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 550e8400-e29b-41d4-a716-446655440000',
				hint: `Shown in Talkover on the page of the ${thing}`,
			},
		],
	};
}

/** @throws InputError as {@link readId} does */
export function readAgentId(source: Source): string {
	return readId(source, agentField, 'an agent');
}

/** @throws InputError as {@link readId} does */
export function readCampaignId(source: Source): string {
	return readId(source, campaignField, 'a campaign');
}

/** @throws InputError as {@link readId} does */
export function readCallId(source: Source): string {
	return readId(source, callIdField, 'a call');
}

/**
 * An ID of Talkover's, without the white space around it. It is opaque: what it looks like differs between installations.
 *
 * @throws InputError when it is empty, or holds anything but letters, digits, "-" and "_"
 */
function readId(source: Source, { name, displayName }: INodeProperties, aThing: string): string {
	const given = source.parameter(name);
	const text = Number.isSafeInteger(given) ? String(given) : given;
	const id = typeof text === 'string' ? trim(text) : text;
	if (typeof id === 'string' && /^[A-Za-z0-9_-]+$/.test(id)) return id;
	if (id === '' || id === undefined || id === null) {
		const [, thing] = aThing.split(' ');
		throw new InputError(
			`No ${thing} is chosen`,
			`Fill in the field ${displayName}, or check that its expression refers to a field that the item has.`,
		);
	}
	throw new InputError(
		`${show(id)} is not the ID of ${aThing}`,
		'An ID has only letters, digits, "-" and "_". Choose from the list, or copy the ID from Talkover.',
	);
}
