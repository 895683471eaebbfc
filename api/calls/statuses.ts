import type { IDataObject } from 'n8n-workflow';

/** The statuses of a call that is over (endpoints/make-call, list-calls). */
const FINAL: unknown[] = ['completed', 'failed', 'busy', 'no-answer'];

/** The statuses of an active call, in the order in which a call goes through them (endpoints/get-active-call). */
export const ACTIVE = ['initiated', 'ringing', 'answered'];

/** Whether a call is certainly over. A call with an undocumented status may be active. */
export function isOver({ status }: IDataObject): boolean {
	return FINAL.includes(status);
}
