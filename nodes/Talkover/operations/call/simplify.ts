import type { IDataObject } from 'n8n-workflow';

/** The most important fields of a listed call. Its numbers are those in E.164, as all other operations have them. */
export function simplifyCall(call: IDataObject): IDataObject {
	const { id, to, from, direction, status, duration, agent, is_testing, created_at } = call;
	return { id, to, from, direction, status, duration, agent, is_testing, created_at };
}
