import type { Agent } from './agents.cts';
import type { Campaign } from './campaigns.cts';

/**
 * What is wrong with settings, beyond what a schema can say. Whether windows of the day may overlap is undocumented: here they may.
 *
 * @returns messages by field
 */
export function objectionsToSettings(
	{ agent_id, start_date, end_date, call_time_ranges = [] }: Partial<Campaign>,
	agents: Agent[],
): Record<string, string[]> {
	const errors: Record<string, string[]> = {};
	if (!agents.some(({ id }) => id === agent_id)) {
		errors.agent_id = ['The selected agent id is invalid.'];
	}
	if (start_date && end_date && end_date <= start_date) {
		errors.end_date = ['The end date must be a date after start date.'];
	}
	for (const [index, { start, end }] of call_time_ranges.entries()) {
		if (end > start) continue;
		const name = `call_time_ranges.${index}`;
		const text = name.replaceAll('_', ' ');
		errors[`${name}.end`] = [`The ${text}.end must be a date after ${text}.start.`];
	}
	return errors;
}
