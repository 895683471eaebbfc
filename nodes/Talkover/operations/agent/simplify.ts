import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { statusOf } from '../../../../api/agents';
import { isObject } from '../../../../api/answers';

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** The most important fields of an agent. */
export function simplifyAgent(agent: IDataObject): IDataObject {
	const { id, name, label, direction, language, phone_numbers: numbers } = agent;
	return {
		id,
		name,
		label,
		status: statusOf(agent) as string,
		direction,
		language,
		phone_numbers: Array.isArray(numbers)
			? numbers.filter(isObject).map(({ number }) => number as string)
			: [],
	};
}
