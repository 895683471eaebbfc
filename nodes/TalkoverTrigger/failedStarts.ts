/** By workflow ID, the deactivation that must not delete webhooks; undefined until n8n begins it. */
const failedStarts = new Map<string, object | undefined>();

/**
 * Records that a trigger could not be activated when n8n started. n8n then deactivates it, and tries again later. n8n 1.x does so with
 * all triggers of the workflow. If that deleted their webhooks, Talkover would drop its pending retries. The node cannot tell this
 * deactivation from one by a person (both have the mode `internal` and the activation mode `update`, n8n 1.123.81 and 2.41.1), so it
 * remembers the failure.
 */
export function noteFailedStart(workflowId: string): void {
	failedStarts.set(workflowId, undefined);
}

/** Records that a trigger was activated. */
export function forgetFailedStart(workflowId: string): void {
	failedStarts.delete(workflowId);
}

/**
 * Whether a deactivation is the one that follows a failed start.
 *
 * @param deactivation the global static data of the workflow. Each deactivation has another object, which is the same for all
 * triggers of the workflow (n8n 1.123.81 and 2.41.1).
 */
export function followsFailedStart(workflowId: string, deactivation: object): boolean {
	if (!failedStarts.has(workflowId)) return false;
	const first = failedStarts.get(workflowId) ?? deactivation;
	failedStarts.set(workflowId, first);
	return first === deactivation;
}
