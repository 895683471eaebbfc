import type { IDataObject } from 'n8n-workflow';

/** The statuses of an active call, in the order in which a call goes through them (endpoints/get-active-call). */
export const ACTIVE = ['initiated', 'ringing', 'answered'];

/** The statuses of a call that is over (endpoints/make-call, list-calls). */
export const FINAL = ['completed', 'failed', 'busy', 'no-answer'];

/** The statuses of a campaign's call that is not dialed yet (endpoints/make-campaign-call). */
export const WAITING = ['queued', 'scheduled'];

/**
 * The statuses of a call that is not over: `in-progress` is `answered` on older pages (getting-started/first-call), and `ready` is not
 * dialed yet (endpoints/make-external-call).
 */
const NOT_OVER = [...ACTIVE, 'in-progress', ...WAITING, 'ready'];

/** A machine answers, and the call is active as long as the message is recorded (endpoints/get-campaign). */
export const VOICEMAIL = 'voicemail';

/** The status of a call. The documentation has both `no-answer` and `no_answer`. */
function statusOf({ status }: IDataObject): string {
	return String(status).replaceAll('_', '-');
}

/** Whether a call has a status, however the API writes it. */
export function hasStatus(call: IDataObject, status: string): boolean {
	const written = statusOf(call);
	return (written === 'in-progress' ? 'answered' : written) === status;
}

/** Whether a call of a campaign is certainly not dialed yet. */
export function isWaiting(call: IDataObject): boolean {
	return WAITING.includes(statusOf(call));
}

/** Whether a call is certainly over. A call with an undocumented status may be active. */
export function isOver(call: IDataObject): boolean {
	return FINAL.includes(statusOf(call));
}

/** Whether a call is certainly not over. It may not be dialed yet. */
export function isNotOver(call: IDataObject): boolean {
	return NOT_OVER.includes(statusOf(call));
}

/** Whether a machine answered the call, which may be active or over. */
export function isVoicemail(call: IDataObject): boolean {
	return statusOf(call) === VOICEMAIL;
}

/** Whether a person may have answered the call, or may still answer it. An undocumented status may be that of an answered call. */
export function mayBeAnswered(call: IDataObject): boolean {
	return !['failed', 'busy', 'no-answer', VOICEMAIL].includes(statusOf(call));
}
