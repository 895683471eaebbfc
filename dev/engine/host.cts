import { ExecutionLifecycleHooks } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRunExecutionData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';

/** The parts of an exported workflow that are needed to run it. */
export type WorkflowFile = Pick<IWorkflowBase, 'nodes' | 'connections'>;

export interface HostOptions {
	file: WorkflowFile;
	/** By the type that nodes of the workflow have. */
	nodeTypes: Record<string, INodeType>;
	/** The type of the only credential, whose `authenticate` is a function. */
	credentialType: ICredentialType;
	/** May hold expressions. */
	credential: ICredentialDataDecryptedObject;
	/** Called when a node reads the credential. */
	onRead?: (itemIndex: number) => Promise<void> | void;
	settings?: IWorkflowSettings;
}

let executions = 0;

/** What n8n-core's host, which is the package `n8n`, provides to run a workflow. */
export function hostOf(options: HostOptions) {
	const { file, nodeTypes, settings } = options;
	const workflow = new Workflow({
		id: 'test',
		name: 'Test',
		nodes: file.nodes,
		connections: file.connections,
		active: false,
		nodeTypes: {
			getByName: (type) => nodeTypes[type],
			getByNameAndVersion: (type) => nodeTypes[type],
			getKnownTypes: () => ({}),
		},
		settings,
	});
	const executionId = String(++executions);
	const workflowData = { id: 'test', name: 'Test', ...file } as IWorkflowBase;
	const additionalData = {
		credentialsHelper: credentialsHelper(options),
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

/** What n8n-core gives its host to evaluate a credential's expressions. */
interface ExpressionValues {
	connectionInputData: INodeExecutionData[];
	itemIndex: number;
	node: INode;
	runExecutionData: IRunExecutionData;
	runIndex: number;
	workflow: Workflow;
}

function credentialsHelper({ credential, credentialType, onRead }: HostOptions) {
	const authenticate = credentialType.authenticate as (
		data: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	) => Promise<IHttpRequestOptions>;
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
			await onRead?.(values?.itemIndex ?? 0);
			return evaluate(credential, mode, values);
		},
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_type: string,
			request: IHttpRequestOptions,
		) => await authenticate(data, request),
	};
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
