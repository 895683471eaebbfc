import { beforeEach, describe, expect, test } from '@jest/globals';
import { WorkflowExecute } from 'n8n-core';
import { SupplyDataContext } from 'n8n-core/dist/execution-engine/node-execution-context/supply-data-context';
import { makeHandleToolInvocation } from 'n8n-core/dist/execution-engine/node-execution-context/utils/get-input-connection-data';
import {
	createEmptyRunExecutionData,
	createRunExecutionData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import type { INode, INodeType } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL, hostOf } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import type { OperationOptions } from '../../helpers/runOperation';
import { createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';
import { withoutFunctions } from '../../helpers/withoutFunctions';

mockWire();

/** The number of POSTs. */
let dialled = 0;
beforeEach(() => {
	dialled = 0;
});

/** The API shows no active call, and gives each POST the same answer. */
function onDial([status, body]: [number, ReplyBody]): void {
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(404, NO_CALL)
		.post('/agents/agent-1/call')
		.reply(() => {
			dialled++;
			return [status, body];
		});
}

const placed: [number, ReplyBody] = [200, { success: true, data: createdCall(phoneOf(1)) }];
const broken: [number, ReplyBody] = [500, { success: false, message: 'Internal server error.' }];

/** A workflow in which Make Call is a tool that calls one number. */
const toolWorkflow = (options: OperationOptions) =>
	operationWorkflow('call.makeCall', {
		type: 'n8n-nodes-talkover.talkoverTool',
		parameters: { phone: phoneOf(1) },
		...options,
	});

/** The function by which AI Agent version 2 calls the tool. n8n-core makes one for each item of the agent. */
function toolOfAgentV2(options: OperationOptions = {}, data = createRunExecutionData({})) {
	const file = toolWorkflow(options);
	const { workflow, additionalData } = hostOf(file);
	additionalData.currentNodeExecutionIndex = 0;
	const node = workflow.getNode('Talkover') as INode;
	const nodeType = workflow.nodeTypes.getByNameAndVersion(node.type);
	const input = { main: [[{ json: {} }]] };
	const contextOf = (runIndex: number) =>
		new SupplyDataContext(
			workflow,
			node,
			additionalData,
			'manual',
			data,
			runIndex,
			[{ json: {} }],
			{},
			NodeConnectionTypes.AiTool,
			{ node, data: input, source: null },
			[],
		);
	return makeHandleToolInvocation(contextOf, node, nodeType, data);
}

describe('a tool of AI Agent version 2', () => {
	test('calls in n8n 1.100, whose tools can give no hints', async () => {
		onDial(placed);
		const call = async () => await withFastClock(async () => await toolOfAgentV2()({}));
		const { value } = await withoutFunctions(SupplyDataContext, ['addExecutionHints'], call);
		expect(value).toContain('"called":true');
		expect(dialled).toBe(1);
	});

	test('Retry On Fail does not dial again after an error that leaves the outcome unknown', async () => {
		onDial(broken);
		const call = toolOfAgentV2({ retryOnFail: true, maxTries: 3, waitBetweenTries: 0 });
		await expect(withFastClock(async () => await call({}))).rejects.toThrow();
		expect(dialled).toBe(1);
	});

	test('two calls in one answer of the model dial once', async () => {
		onDial(placed);
		const call = toolOfAgentV2();
		await withFastClock(async () => await Promise.all([call({}), call({})]));
		expect(dialled).toBe(1);
	});

	test('a model that calls the tool again after an error that leaves the outcome unknown does not dial again', async () => {
		onDial(broken);
		const call = toolOfAgentV2();
		await expect(withFastClock(async () => await call({}))).rejects.toThrow();
		await withFastClock(async () => await call({}).catch(() => undefined));
		expect(dialled).toBe(1);
	});

	test('two items of the agent at once dial once, and only one is told that it called', async () => {
		onDial(placed);
		const data = createRunExecutionData({});
		const calls = [toolOfAgentV2({}, data), toolOfAgentV2({}, data)];
		const { value } = await withFastClock(
			async () => await Promise.all(calls.map(async (call) => await call({}))),
		);
		expect(dialled).toBe(1);
		expect(value.filter((answer) => answer.includes('"called":true'))).toHaveLength(1);
	});

	test('a later use of the tool is not told that it called', async () => {
		onDial(placed);
		const data = createRunExecutionData({});
		const calls = [toolOfAgentV2({}, data), toolOfAgentV2({}, data)];
		const { value } = await withFastClock(async () => [await calls[0]({}), await calls[1]({})]);
		expect(dialled).toBe(1);
		expect(value[1]).toContain('"called":false');
	});
});

describe('a tool of AI Agent version 3', () => {
	/** Asks n8n-core to run the tool node as AI Agent version 3 does, with the given number of calls in each answer of the model. */
	const runAgent = async (rounds: number[], options: OperationOptions = {}) => {
		const file = toolWorkflow(options);
		const [trigger, tool] = file.nodes;
		const agent: INode = { ...trigger, id: '9', name: 'Agent', type: 'test.agent' };
		file.nodes = [trigger, agent, tool];
		file.connections = {
			Contacts: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
			Talkover: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
		};
		const { workflow, additionalData } = hostOf(file);
		workflow.settings = { executionOrder: 'v1' };
		const { getByNameAndVersion } = workflow.nodeTypes;
		let round = 0;
		const noOp = getByNameAndVersion('n8n-nodes-base.noOp') as INodeType;
		const agentType = {
			description: {
				...noOp.description,
				name: 'agent',
				inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
			},
			async execute() {
				const calls = rounds[round++];
				if (!calls) return [[{ json: { done: true } }]];
				const actions = Array.from({ length: calls }, (_, index) => ({
					actionType: 'ExecutionNodeAction' as const,
					nodeName: 'Talkover',
					input: {},
					type: NodeConnectionTypes.AiTool,
					id: `${round}-${index}`,
					metadata: { itemIndex: 0 },
				}));
				return { actions, metadata: {} };
			},
		} as unknown as INodeType;
		workflow.nodeTypes.getByNameAndVersion = (type, version) =>
			type === 'test.agent' ? agentType : getByNameAndVersion(type, version);
		try {
			const execute = new WorkflowExecute(additionalData, 'manual', createEmptyRunExecutionData());
			const { value } = await withFastClock(
				async () =>
					await execute.run({
						workflow,
						startNode: workflow.getNode('Contacts') as INode,
						pinData: { Contacts: [{ json: {} }] },
					}),
			);
			return value.data.resultData.runData.Talkover;
		} finally {
			workflow.nodeTypes.getByNameAndVersion = getByNameAndVersion;
		}
	};

	test('two calls in one answer of the model dial once', async () => {
		onDial(placed);
		expect(await runAgent([2])).toHaveLength(2);
		expect(dialled).toBe(1);
	});

	test('the model is told not to call again when the outcome is unknown', async () => {
		onDial(broken);
		const [task] = await runAgent([1]);
		expect(JSON.stringify(task.data?.ai_tool ?? task.data)).toContain('may have been placed');
		expect(JSON.stringify(task.data?.ai_tool ?? task.data)).toMatch(/not dialed again|not call/);
	});

	test('a model that calls the tool again after an error that leaves the outcome unknown does not dial again', async () => {
		onDial(broken);
		await runAgent([1, 1], { onError: 'continueRegularOutput' });
		expect(dialled).toBe(1);
	});
});
