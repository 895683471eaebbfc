import type { IDataObject } from 'n8n-workflow';
import type { Owner } from '../../api/webhooks';

/**
 * What the trigger stores in the node's static data about its webhook. n8n saves it after an activation or deactivation. It may be
 * missing or outdated: when an execution that changed static data ends, n8n overwrites all static data with a copy from the start of
 * the execution, or from before a Wait (n8n 1.123.81 and 2.41.1).
 */
export interface TriggerState extends IDataObject {
	/** See `triggerKey` in settings.ts. */
	trigger?: string;
	/** The agent or campaign that has the webhook. */
	owner?: { kind: Owner['kind']; id: string };
	/** The webhook's ID in Talkover. */
	id?: string;
	/** The webhook's address. */
	url?: string;
}

/**
 * The state of one trigger. State of another trigger is cleared: a copied node has it, and so does a node that was renamed to the
 * former name of another one.
 *
 * @param staticData the node's static data
 * @returns the same object, which n8n saves: change it in place
 */
export function triggerState(staticData: IDataObject, triggerKey: string): TriggerState {
	const state: TriggerState = staticData;
	if (state.trigger !== undefined && state.trigger !== triggerKey) clearState(state);
	return state;
}

export function saveState(state: TriggerState, values: TriggerState): void {
	clearState(state);
	Object.assign(state, values);
}

export function clearState(state: TriggerState): void {
	for (const name of Object.keys(state)) delete state[name];
}
