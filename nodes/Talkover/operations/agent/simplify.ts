import type { IDataObject } from 'n8n-workflow';
import { statusOf } from '../../../../api/agents/agents';
import { isObject } from '../../../../api/json';

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
		is_ready_to_publish: agent.is_ready_to_publish,
	};
}
