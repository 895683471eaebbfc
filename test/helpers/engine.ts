import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { createEmptyRunExecutionData, NodeConnectionTypes, sleep, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	ITaskData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { TalkoverApi } from '../../credentials/TalkoverApi.credentials';
import { Talkover } from '../../nodes/Talkover/Talkover.node';
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { Expression, ManualTrigger, NoOp } from './testNodes';

export const BASE_URL = 'https://app.talkover.ai/api/v1';
export const TOKEN = 'talq_test_7f3b';

/** The parts of an exported workflow that the tests need. */
export type WorkflowFile = Pick<IWorkflowBase, 'nodes' | 'connections'>;

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
	'n8n-nodes-base.manualTrigger': new ManualTrigger(),
	'n8n-nodes-base.noOp': new NoOp(),
	'test.expression': new Expression(),
};

/** The twin that n8n registers for `usableAsTool` (node-types, n8n 2.41.1): the same node with one output for an agent. */
function asTool(node: INodeType): INodeType {
	return Object.assign(node, {
		description: { ...node.description, outputs: [NodeConnectionTypes.AiTool] },
	});
}

const nodeTypes: INodeTypes = {
	getByName: (type) => NODE_TYPES[type],
	getByNameAndVersion: (type) => NODE_TYPES[type],
	getKnownTypes: () => ({}),
};

/** What n8n-core gives its host to evaluate a credential's expressions. */
interface ExpressionValues {
	connectionInputData: INodeExecutionData[];
	itemIndex: number;
	node: INode;
	runExecutionData: IRunExecutionData;
	runIndex: number;
	workflow: Workflow;
}

/** As n8n does (applyDefaultsAndOverwrites in credentials-helper, n8n 2.41.1). */
function evaluate(
	credential: ICredentialDataDecryptedObject,
	mode: WorkflowExecuteMode,
	values?: ExpressionValues,
): ICredentialDataDecryptedObject {
	if (!values) return { ...credential };
	const { workflow, node, runExecutionData, runIndex, itemIndex, connectionInputData } = values;
	return workflow.expression.getParameterValue(
		credential as INodeParameters,
		runExecutionData,
		runIndex,
		itemIndex,
		node.name,
		connectionInputData,
		mode,
		{},
		undefined,
		false,
		credential as INodeParameters,
	) as ICredentialDataDecryptedObject;
}

/** What the `n8n` package, n8n-core's host, does with a decrypted credential. */
function credentialsHelper(
	credential: ICredentialDataDecryptedObject,
	onRead: (itemIndex: number) => Promise<void> | void,
) {
	const { authenticate } = new TalkoverApi();
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		preAuthentication: async () => undefined,
		getDecrypted: async (
			_additionalData: unknown,
			_node: unknown,
			_type: string,
			mode: WorkflowExecuteMode,
			_executeData?: unknown,
			_raw?: boolean,
			values?: ExpressionValues,
		) => {
			await onRead(values?.itemIndex ?? 0);
			return evaluate(credential, mode, values);
		},
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await authenticate(data, request),
	};
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

let executions = 0;

/** What n8n-core's host provides to run a workflow. */
export function hostOf(
	file: WorkflowFile,
	credential: ICredentialDataDecryptedObject = { token: TOKEN, baseUrl: BASE_URL },
	onRead: (itemIndex: number) => Promise<void> | void = () => {},
	settings: IWorkflowSettings = {},
) {
	const workflow = new Workflow({
		id: 'test',
		name: 'Test',
		nodes: file.nodes,
		connections: file.connections,
		active: false,
		nodeTypes,
		settings,
	});
	const executionId = String(++executions);
	const workflowData = { id: 'test', name: 'Test', ...file } as IWorkflowBase;
	const additionalData = {
		credentialsHelper: credentialsHelper(credential, onRead),
		executionId,
		restApiUrl: 'https://n8n.test/rest',
		instanceBaseUrl: 'https://n8n.test/',
		webhookBaseUrl: 'https://n8n.test/webhook',
		webhookTestBaseUrl: 'https://n8n.test/webhook-test',
		webhookWaitingBaseUrl: 'https://n8n.test/webhook-waiting',
		formWaitingBaseUrl: 'https://n8n.test/form-waiting',
		hooks: new ExecutionLifecycleHooks('manual', executionId, workflowData),
		variables: {},
	} as unknown as IWorkflowExecuteAdditionalData;
	return { workflow, additionalData };
}

/** Runs a workflow in n8n-core's engine, from its trigger. The test mocks only the wire. */
export async function runWorkflow(file: WorkflowFile, options: RunOptions = {}): Promise<Run> {
	const { items = [{ json: {} }], credential, credentialDelay, settings } = options;
	let credentialReadings = 0;
	const onRead = async (itemIndex: number) => {
		credentialReadings++;
		if (credentialDelay) await sleep(credentialDelay(itemIndex));
	};
	const { workflow, additionalData } = hostOf(file, credential, onRead, settings);
	workflow.id = options.workflowId ?? 'test';
	const trigger = file.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	if (!trigger) throw new Error('The workflow has no Manual Trigger');
	const execute = new WorkflowExecute(additionalData, 'manual', createEmptyRunExecutionData());
	const running = execute.run({
		workflow,
		startNode: trigger,
		pinData: { [trigger.name]: items },
	});
	options.onStart?.(() => running.cancel());
	return new Run(await running, credentialReadings);
}
