/** By workflow ID, the deactivation that must not delete webhooks; undefined until it begins. */
const failedStarts = new Map<string, object | undefined>();

/**
 * Notes that a trigger could not be activated when n8n started. n8n then deactivates it, and tries to activate it again later; n8n 1.x
 * does so with all triggers of the workflow. If their webhooks were deleted, Talkover would drop the events that it is about to
 * deliver again. n8n tells the node the same for this deactivation as for one by a person (mode `internal`, activation `update`,
 * n8n 1.123.81 and 2.41.1), so the node has to remember it.
 */
export function noteFailedStart(workflowId: string): void {
	failedStarts.set(workflowId, undefined);
}

/** Notes that a trigger was activated. */
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
