import type { INodeProperties } from 'n8n-workflow';
import type { ClientSettings } from '../../../../api/http/client';
import type { ItemParameters } from '../itemParameters';

const MAX_PARALLEL_REQUESTS: INodeProperties = {
	displayName: 'Max Parallel Requests',
	name: 'maxParallelRequests',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
	default: 50,
	description: 'How many requests may be sent to Talkover at the same time',
};

const MAX_RATE_LIMIT_WAIT: INodeProperties = {
	displayName: 'Max Rate Limit Wait (Seconds)',
	name: 'maxRateLimitWait',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 3600 },
	default: 60,
	description:
		"The longest time to wait each time Talkover's rate limit is used up. With 0, the node does not wait, and the item fails immediately.",
};

const TIMEOUT: INodeProperties = {
	displayName: 'Timeout (Seconds)',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3600 },
	default: 30,
	description: 'How long to wait for the answer to one request',
};

/** The options that every operation has. They take no expression, because all items of a run share them. */
const REQUEST_OPTIONS = [MAX_PARALLEL_REQUESTS, MAX_RATE_LIMIT_WAIT, TIMEOUT].map(
	(option): INodeProperties => ({ ...option, noDataExpression: true }),
);

/** The collection "Options" of an operation: its own options and those of all operations, sorted by name. */
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

/** Reads the options that every operation has. @throws InputError when one is not a number, or too small or too large */
export function readRequestSettings({ options }: ItemParameters): RequestSettings {
	return {
		maxParallelRequests: options.number(MAX_PARALLEL_REQUESTS),
		maxRateLimitWait: options.number(MAX_RATE_LIMIT_WAIT),
		timeout: options.number(TIMEOUT),
	};
}
