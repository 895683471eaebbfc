import { WorkflowExecute } from 'n8n-core';
import { createEmptyRunExecutionData, NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	IRun,
	IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';

export const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';

/** Like n8n's Manual Trigger, with pinned data. n8n's own nodes are not installed, since their package has hundreds of dependencies. */
export class ManualTrigger implements INodeType {
	description = {
		displayName: 'manualTrigger',
		name: 'manualTrigger',
		group: ['trigger' as const],
		version: 1,
		description: '',
		defaults: { name: 'manualTrigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	}
}

/**
 * Runs a workflow in n8n-core's engine, from its Manual Trigger.
 *
 * @param host as `hostOf` gives it
 * @param items what the trigger emits
 * @param onStart called with a function that cancels the execution, as the button in n8n does
 */
export async function execute(
	{
		workflow,
		additionalData,
	}: { workflow: Workflow; additionalData: IWorkflowExecuteAdditionalData },
	items: INodeExecutionData[],
	onStart?: (cancel: () => void) => void,
): Promise<IRun> {
	const trigger = Object.values(workflow.nodes).find(({ type }) => type === MANUAL_TRIGGER);
	if (!trigger) throw new Error('The workflow has no Manual Trigger');
	const running = new WorkflowExecute(additionalData, 'manual', createEmptyRunExecutionData()).run({
		workflow,
		startNode: trigger,
		pinData: { [trigger.name]: items },
	});
	onStart?.(() => running.cancel());
	return await running;
}
