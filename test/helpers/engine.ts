import { NodeConnectionTypes, sleep } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	INodeExecutionData,
	INodeType,
	IRun,
	ITaskData,
	IWorkflowSettings,
} from 'n8n-workflow';
import { TalkoverApi } from '../../credentials/TalkoverApi.credentials';
import { execute, MANUAL_TRIGGER, ManualTrigger } from '../../dev/engine/execute.cts';
import { hostOf as createHost } from '../../dev/engine/host.cts';
import type { WorkflowFile } from '../../dev/engine/host.cts';
import { Talkover } from '../../nodes/Talkover/Talkover.node';
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { Expression, NoOp, SecondRound } from './testNodes';

export const BASE_URL = 'https://app.talkover.ai/api/v1';
export const TOKEN = 'talq_test_7f3b';

export type { WorkflowFile };

export interface RunOptions {
	/** What the workflow's trigger emits. */
	items?: INodeExecutionData[];
	/** May hold expressions. */
	credential?: ICredentialDataDecryptedObject;
	/** How long n8n takes to read the credential for an item, in milliseconds. */
	credentialDelay?: (itemIndex: number) => number;
	workflowId?: string;
	/** Of the workflow. */
	settings?: IWorkflowSettings;
	/** Called with a function that cancels the execution, as the button in n8n does. */
	onStart?: (cancel: () => void) => void;
}

const NODE_TYPES: Record<string, INodeType> = {
	'n8n-nodes-talkover.talkover': new Talkover(),
	'n8n-nodes-talkover.talkoverTool': asTool(new Talkover()),
	'n8n-nodes-talkover.talkoverTrigger': new TalkoverTrigger(),
	[MANUAL_TRIGGER]: new ManualTrigger(),
	'n8n-nodes-base.noOp': new NoOp(),
	'test.expression': new Expression(),
	'test.secondRound': new SecondRound(),
};

/** The twin that n8n registers for `usableAsTool` (node-types, n8n 2.41.1): the same node with one output for an agent. */
function asTool(node: INodeType): INodeType {
	return Object.assign(node, {
		description: { ...node.description, outputs: [NodeConnectionTypes.AiTool] },
	});
}

/** A finished run. */
export class Run {
	constructor(
		private readonly run: IRun,
		readonly credentialReadings: number,
	) {}

	get error() {
		return this.run.data.resultData.error;
	}

	get status() {
		return this.run.status;
	}

	task(nodeName: string): ITaskData {
		const task = this.run.data.resultData.runData[nodeName]?.[0];
		if (!task) throw new Error(`${nodeName} did not run: ${this.error?.message}`);
		return task;
	}

	/** The items on an output of a node. */
	items(nodeName: string, output = 0): INodeExecutionData[] {
		return this.task(nodeName).data?.main[output] ?? [];
	}

	json(nodeName: string, output = 0) {
		return this.items(nodeName, output).map(({ json }) => json);
	}

	/** The whole run as text, to check that a token is not in it. */
	get text(): string {
		const seen = new WeakSet();
		return JSON.stringify(this.run, (_key, value: unknown) => {
			if (typeof value !== 'object' || value === null) return value;
			if (seen.has(value)) return undefined;
			seen.add(value);
			return value instanceof Error
				? { ...value, message: value.message, stack: value.stack }
				: value;
		});
	}
}

/** What n8n-core's host provides to run a workflow with this package's nodes. */
export function hostOf(
	file: WorkflowFile,
	credential: ICredentialDataDecryptedObject = { token: TOKEN, baseUrl: BASE_URL },
	onRead: (itemIndex: number) => Promise<void> | void = () => {},
	settings: IWorkflowSettings = {},
) {
	const credentialType = new TalkoverApi();
	return createHost({
		file,
		nodeTypes: NODE_TYPES,
		credentialType,
		credential,
		onRead,
		// In n8n's default time zone, New York's, each expression takes longer.
		settings: { timezone: 'UTC', ...settings },
	});
}

/** Runs a workflow in n8n-core's engine, from its trigger. The test mocks only the wire. */
export async function runWorkflow(file: WorkflowFile, options: RunOptions = {}): Promise<Run> {
	const { items = [{ json: {} }], credential, credentialDelay, settings } = options;
	let credentialReadings = 0;
	const onRead = async (itemIndex: number) => {
		credentialReadings++;
		if (credentialDelay) await sleep(credentialDelay(itemIndex));
	};
	const host = hostOf(file, credential, onRead, settings);
	host.workflow.id = options.workflowId ?? 'test';
	return new Run(await execute(host, items, options.onStart), credentialReadings);
}
