import type { INodeProperties } from 'n8n-workflow';

/** The API's name of a field: `campaignType` is its `campaign_type`. */
export function apiNameOf({ name }: Pick<INodeProperties, 'name'>): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
