import type { WorkflowActivateMode } from 'n8n-workflow';
import { getOrCreate } from '../../api/getOrCreate';

/** A trigger node in its workflow. */
export interface Trigger {
	workflowId: string;
	workflowName: string;
	nodeName: string;
	/** Undefined in n8n 1.x for a node that n8n's API created. */
	webhookId?: string;
	/** An ID for the trigger that is unique within one n8n, and the same after a restart. */
	key: string;
}

/** How n8n activates workflows that are already active: when it starts, and when another main process takes over. */
const START_MODES: WorkflowActivateMode[] = ['init', 'leadershipChange'];

/** By global static data, the first trigger with each webhook ID. The names of triggers that were renamed or deleted do not remain. */
const firstTriggers = new WeakMap<object, Map<string, string>>();

/** By workflow ID, the global static data of the deactivation that must not delete webhooks; undefined until n8n begins it. */
const failedStarts = new Map<string, object | undefined>();

/**
 * One activation or deactivation of a workflow, as one of its triggers sees it.
 *
 * A trigger sees neither the other nodes of its workflow, nor why it is deactivated. But n8n gives all triggers of a workflow the same
 * Workflow object, and so the same global static data; the next activation or deactivation has another one (n8n 1.123.81 and 2.41.1).
 * So the identity of that object tells what belongs together. What it holds does not matter.
 */
export class Activation {
	/**
	 * @param globalStaticData of the workflow
	 * @param isTest whether n8n listens for one test event
	 * @param mode as n8n gives it. A deactivation has the mode `update`, whoever caused it.
	 */
	constructor(
		private readonly globalStaticData: object,
		private readonly trigger: Trigger,
		private readonly isTest: boolean,
		private readonly mode: WorkflowActivateMode,
	) {}

	/**
	 * Records that the trigger is being activated. A test is not recorded: n8n starts it from one trigger.
	 *
	 * @returns the name of another trigger with the same webhook ID that was first in this activation; undefined if there is none
	 */
	claimWebhookId(): string | undefined {
		const { webhookId, nodeName } = this.trigger;
		if (this.isTest || webhookId === undefined) return undefined;
		const triggers = getOrCreate(firstTriggers, this.globalStaticData, () => new Map());
		return otherThan(
			nodeName,
			getOrCreate(triggers, webhookId, () => nodeName),
		);
	}

	/**
	 * The name of the other trigger, if {@link claimWebhookId} has found one. n8n 2.x also deactivates a trigger that could not be
	 * activated, with the same Workflow object.
	 */
	get otherTrigger(): string | undefined {
		const { webhookId = '', nodeName } = this.trigger;
		return otherThan(nodeName, firstTriggers.get(this.globalStaticData)?.get(webhookId));
	}

	/**
	 * Records that the trigger could not be activated. If n8n was starting, it then deactivates the trigger, and tries again later. n8n
	 * 1.x does so with all triggers of the workflow. If that deleted their webhooks, Talkover would drop its pending retries.
	 */
	noteFailure(): void {
		if (START_MODES.includes(this.mode)) failedStarts.set(this.trigger.workflowId, undefined);
	}

	/** Records that the trigger was activated. */
	noteSuccess(): void {
		failedStarts.delete(this.trigger.workflowId);
	}

	/** Whether this is the deactivation that follows a failed start, and not one by a person. */
	followsFailedStart(): boolean {
		const { workflowId } = this.trigger;
		if (!failedStarts.has(workflowId)) return false;
		const first = failedStarts.get(workflowId) ?? this.globalStaticData;
		failedStarts.set(workflowId, first);
		return first === this.globalStaticData;
	}
}

function otherThan(nodeName: string, first?: string): string | undefined {
	return first === nodeName ? undefined : first;
}
