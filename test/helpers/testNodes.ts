import { NodeConnectionTypes } from 'n8n-workflow';
import type { IExecuteFunctions, INodeType, INodeTypeDescription } from 'n8n-workflow';

/** The nodes around ours. */
function describe(name: string, more: Partial<INodeTypeDescription> = {}): INodeTypeDescription {
	return {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
		...more,
	};
}

/** Like n8n's No Operation. */
export class NoOp implements INodeType {
	description = describe('noOp');

	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	}
}

/** Evaluates an expression for each item, like the next node of a real workflow. */
export class Expression implements INodeType {
	description = describe('expression', {
		properties: [{ displayName: 'Value', name: 'value', type: 'string', default: '' }],
	});

	async execute(this: IExecuteFunctions) {
		return [
			this.getInputData().map((_, item) => ({
				json: { value: this.getNodeParameter('value', item) as string },
				pairedItem: { item },
			})),
		];
	}
}

/** Gives its items to the first output in its first run, and to the second one afterwards: for a loop of two rounds. */
export class SecondRound implements INodeType {
	description = describe('secondRound', {
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	});

	async execute(this: IExecuteFunctions) {
		const isFirst = this.getWorkflowDataProxy(0).$runIndex === 0;
		return isFirst ? [this.getInputData(), []] : [[], this.getInputData()];
	}
}
