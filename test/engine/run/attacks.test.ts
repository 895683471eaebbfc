/** Attacks on what must not happen twice, be lost or be told wrongly; also as a tool, in the contexts of n8n-core that run tools. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WorkflowExecute } from 'n8n-core';
import { SupplyDataContext } from 'n8n-core/dist/execution-engine/node-execution-context/supply-data-context';
import { makeHandleToolInvocation } from 'n8n-core/dist/execution-engine/node-execution-context/utils/get-input-connection-data';
import {
	createEmptyRunExecutionData,
	createRunExecutionData,
	NodeConnectionTypes,
} from 'n8n-workflow';
import type { IDataObject, INode, INodeType, IRunExecutionData } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { withFastClock } from '../../helpers/clock';
import { BASE_URL, hostOf, TOKEN } from '../../helpers/engine';
import { operationWorkflow, runOperation } from '../../helpers/runOperation';
import {
	activeCall,
	contact,
	createdCall,
	mockWire,
	NO_CALL,
	phoneOf,
} from '../../helpers/talkover';

mockWire();

const ana = contact('Ana', phoneOf(1));

/** Bodies of all calls that were asked for. */
let dialled: IDataObject[] = [];
beforeEach(() => {
	dialled = [];
});
afterEach(() => nock.cleanAll());

/** The API finds nobody on a call (it may take a moment to show one, and a delayed one is not under way), and answers the nth POST. */
function onDial(answer: (nth: number) => [status: number, body?: unknown]): void {
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(404, NO_CALL);
	nock(BASE_URL)
		.persist()
		.post(/\/(agents|campaigns)\/[^/]+\/call/)
		.reply((_uri, body) => {
			dialled.push(body as IDataObject);
			return answer(dialled.length) as [number, ReplyBody];
		});
}

const placed: [number, unknown] = [200, { success: true, data: createdCall(phoneOf(1)) }];
const broken: [number, unknown] = [500, { success: false, message: 'Internal server error.' }];

/** What an agent of version 2 (and a sub-agent) calls the tool with, as n8n-core makes it for each item of the agent. */
function toolOfAgentV2(changes: IDataObject = {}, data = createRunExecutionData({})) {
	const file = operationWorkflow('call.makeCall', {
		type: 'n8n-nodes-talkover.talkoverTool',
		...changes,
		parameters: { phone: phoneOf(1), payload: {}, ...(changes.parameters as IDataObject) },
	});
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

describe('a tool of an agent v2', () => {
	test('Retry On Fail does not dial again after an error that leaves it open', async () => {
		onDial(() => broken);
		const call = toolOfAgentV2({ retryOnFail: true, maxTries: 3, waitBetweenTries: 0 });
		await expect(withFastClock(async () => await call({}))).rejects.toThrow();
		expect(dialled).toHaveLength(1);
	});

	test('two calls of the tool at once, as a model asks for in one answer, dial once', async () => {
		onDial(() => placed);
		const call = toolOfAgentV2();
		await withFastClock(async () => await Promise.all([call({}), call({})]));
		expect(dialled).toHaveLength(1);
	});

	test('a model that calls the tool again after an error that leaves it open does not dial again', async () => {
		onDial(() => broken);
		const call = toolOfAgentV2();
		await expect(withFastClock(async () => await call({}))).rejects.toThrow();
		await withFastClock(async () => await call({}).catch(() => undefined));
		expect(dialled).toHaveLength(1);
	});

	test('two items of the agent at once dial once, and only one of them is told that it called', async () => {
		onDial(() => placed);
		const data = createRunExecutionData({});
		const calls = [toolOfAgentV2({}, data), toolOfAgentV2({}, data)];
		const { value } = await withFastClock(
			async () => await Promise.all(calls.map(async (call) => await call({}))),
		);
		expect(dialled).toHaveLength(1);
		expect(value.filter((answer) => answer.includes('"called":true'))).toHaveLength(1);
	});

	test('a second call of the tool, later, is not told that it called', async () => {
		onDial(() => placed);
		const data = createRunExecutionData({});
		const calls = [toolOfAgentV2({}, data), toolOfAgentV2({}, data)];
		const { value } = await withFastClock(async () => [await calls[0]({}), await calls[1]({})]);
		expect(dialled).toHaveLength(1);
		expect(value[1]).toContain('"called":false');
	});
});

describe('a tool of an agent v3', () => {
	/** Asks n8n-core to run the tool node as agent v3 does: once for each call of the model, in rounds. */
	const runAgent = async (rounds: number[], changes: IDataObject = {}) => {
		const file = operationWorkflow('call.makeCall', {
			type: 'n8n-nodes-talkover.talkoverTool',
			...changes,
			parameters: { phone: phoneOf(1), payload: {}, ...(changes.parameters as IDataObject) },
		});
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
		onDial(() => placed);
		expect(await runAgent([2])).toHaveLength(2);
		expect(dialled).toHaveLength(1);
	});

	test('the model is told not to call again when it is left open', async () => {
		onDial(() => broken);
		const [task] = await runAgent([1]);
		expect(JSON.stringify(task.data?.ai_tool ?? task.data)).toContain('may have been placed');
		expect(JSON.stringify(task.data?.ai_tool ?? task.data)).toMatch(/not dialled again|not call/);
	});

	test('a model that calls the tool again after an error that leaves it open does not dial again', async () => {
		onDial(() => broken);
		await runAgent([1, 1], { onError: 'continueRegularOutput' });
		expect(dialled).toHaveLength(1);
	});
});

describe('a pause for the rate limit', () => {
	test('is followed by another look: the person may be on a call by now', async () => {
		let lookups = 0;
		nock(BASE_URL)
			.persist()
			.get(/active-call/)
			.reply(() =>
				++lookups === 1 ? [404, NO_CALL] : [200, { success: true, data: [activeCall(phoneOf(1))] }],
			);
		nock(BASE_URL)
			.persist()
			.post('/agents/agent-1/call')
			.reply((_uri, body) => {
				dialled.push(body as IDataObject);
				const answer = dialled.length === 1 ? [429, '{}', { 'Retry-After': '60' }] : placed;
				return answer as [number, ReplyBody];
			});
		const result = await runOperation('call.makeCall');
		expect(result.json('Talkover', 1)).toEqual([
			{ ...activeCall(phoneOf(1)), skip_reason: 'on_a_call' },
		]);
		expect(dialled).toHaveLength(1);
	});
});

describe('stopped, and retried from the list of executions', () => {
	test('(holds) a call that was under way is not made again', async () => {
		nock(BASE_URL)
			.persist()
			.get(/active-call/)
			.reply(404, NO_CALL);
		let arrived = () => {};
		const underWay = new Promise<void>((resolve) => {
			arrived = resolve;
		});
		nock(BASE_URL)
			.persist()
			.post('/agents/agent-1/call')
			.reply((_uri, body, done) => {
				dialled.push(body as IDataObject);
				if (dialled.length === 1) arrived();
				else done(null, placed as [number, ReplyBody]);
			});
		const file = operationWorkflow('call.makeCall');
		const first = hostOf(file);
		const execute = new WorkflowExecute(
			first.additionalData,
			'manual',
			createEmptyRunExecutionData(),
		);
		const running = execute.run({
			workflow: first.workflow,
			startNode: first.workflow.getNode('Contacts') as INode,
			// Not called by another test, whose clock is ahead.
			pinData: { Contacts: [contact('Davi', phoneOf(9))] },
		});
		await underWay;
		running.cancel();
		const stopped = await running;
		// What n8n saves, and gives to the execution that retries it.
		const saved = JSON.parse(JSON.stringify(stopped.data)) as IRunExecutionData;
		const stack = saved.executionData?.nodeExecutionStack ?? [];
		expect(stack.map(({ node }) => node.name)).toEqual(['Talkover']);
		const runData = saved.resultData.runData.Talkover ?? [];
		if (runData.at(-1)?.error) runData.pop();
		const second = hostOf(file);
		second.additionalData.executionId = '2';
		await new WorkflowExecute(second.additionalData, 'retry', saved).processRunExecutionData(
			second.workflow,
		);
		expect(dialled).toHaveLength(1);
	});
});

describe('values that an expression gives as text', () => {
	test('Test Call "true" is a test, or an error: never a billed call', async () => {
		onDial(() => placed);
		await runOperation('call.makeCall', { parameters: { options: { testCall: '={{ "true" }}' } } });
		expect(dialled.filter((body) => body.is_testing !== true)).toEqual([]);
	});

	test('Simplify "false" gives the whole agent, or is an error', async () => {
		nock(BASE_URL)
			.get('/agents/agent-1')
			.reply(200, { success: true, data: { id: 'agent-1', voice: 'v' } });
		const result = await runOperation('call.makeCall', {
			parameters: { resource: 'agent', operation: 'get', simplify: '={{ "false" }}' },
		});
		expect(result.error ?? result.json('Talkover')[0]).toHaveProperty('voice');
	});

	const listed = (parameters: IDataObject) =>
		runOperation('call.makeCall', {
			parameters: { operation: 'getAll', callsOf: 'allAgents', ...parameters },
		});

	/** Two pages of calls. */
	function onList(): void {
		nock(BASE_URL)
			.persist()
			.get('/calls')
			.query(true)
			.reply((uri) => {
				const query = new URL(uri, BASE_URL).searchParams;
				const page = Number(query.get('page'));
				const size = Number(query.get('per_page'));
				const from = (page - 1) * size;
				const all = Array.from({ length: 120 }, (_, index) => ({
					id: `c${index}`,
					to: phoneOf(index),
				}));
				return [
					200,
					{
						data: all.slice(from, from + size),
						pagination: { last_page: Math.ceil(120 / size) },
					},
				];
			});
	}

	test('Return All "true" returns all, or is an error', async () => {
		onList();
		const result = await listed({ returnAll: '={{ "true" }}' });
		expect(result.error ?? result.json('Talkover').length).toBe(120);
	});

	test('a filter whose expression finds no such field is not left out', async () => {
		onList();
		const result = await listed({ filters: { phone: '={{ $json.no_such_field }}' } });
		expect(result.error?.message ?? `${result.json('Talkover').length} calls`).toMatch(
			/phone number is empty/,
		);
	});

	test('(holds) a date from an expression is taken', async () => {
		let asked = '';
		nock(BASE_URL)
			.get('/calls')
			.query(true)
			.reply((uri) => {
				asked = uri;
				return [200, { data: [], pagination: { last_page: 1 } }];
			});
		const result = await listed({
			filters: { dateFrom: '={{ new Date("2026-01-31T12:00:00Z") }}' },
		});
		expect(result.error?.message).toBeUndefined();
		expect(asked).toContain('date_from=2026-01-31');
	});

	test('a day that does not exist is refused', async () => {
		onList();
		const result = await listed({ filters: { dateFrom: '2026-02-31' } });
		expect(result.error?.message).toContain('From Date');
	});

	test('a list without ids whose API gives the same page for ever ends', async () => {
		let asked = 0;
		nock(BASE_URL)
			.persist()
			.get('/calls')
			.query(true)
			.reply(() => [200, { data: ++asked > 50 ? [] : [{ to: phoneOf(1) }] }]);
		await listed({ returnAll: true });
		expect(asked).toBeLessThan(50);
	});
});

describe('a token', () => {
	const said = async (status: number, body: string, headers: Record<string, string> = {}) => {
		nock(BASE_URL)
			.get(/active-call/)
			.reply(404, NO_CALL);
		nock(BASE_URL).post('/agents/agent-1/call').reply(status, body, headers);
		return await runOperation('call.makeCall');
	};

	test('does not leak in the address of a redirect', async () => {
		nock(BASE_URL)
			.get(/active-call/)
			.reply(302, '', { Location: 'https://app.talkover.ai/login?token=12%7Cabcdef' });
		const value = await runOperation('call.makeCall', {
			items: [ana],
			credential: { token: '12|abcdef', baseUrl: BASE_URL },
		});
		expect(value.error?.description).not.toContain('abcdef');
	});

	test('does not leak where a long page is cut in the middle of it', async () => {
		const style = `<style>${' '.repeat(5000 - 15 - 6 - 12)}</style>`;
		const result = await said(400, `${style}Hello ${TOKEN} and more`);
		expect(result.error?.description).toContain('Hello');
		expect(result.text).not.toContain(TOKEN.slice(0, 8));
	});
});

describe('answers', () => {
	test('a certificate that is not accepted: nothing was sent, and nothing else is claimed', async () => {
		nock(BASE_URL)
			.post('/agents/agent-1/call')
			.replyWithError(Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' }));
		const result = await runOperation('call.makeCall', {
			parameters: { options: { ifAlreadyOnCall: 'callAnyway' } },
		});
		expect(result.error?.message).not.toContain('may have been placed');
	});

	test('303 after a POST says that it was done: nobody knows, rather than a refusal', async () => {
		onDial(() => [303, '']);
		expect((await runOperation('call.makeCall')).error?.message).toContain('may have been placed');
	});

	test.each([[{ campaign_call: {} }], [{ success: false, campaign_call: { id: 'x' } }]])(
		'a campaign call %j is not taken for queued',
		async (body) => {
			onDial(() => [201, body]);
			const result = await runOperation('call.makeCall', {
				parameters: {
					resource: 'campaign',
					operation: 'makeCampaignCall',
					campaignId: { __rl: true, mode: 'id', value: 'c-1' },
				},
			});
			expect(result.error?.message).toContain('may have been queued');
		},
	);

	test.each([
		['204 without a body', 204, undefined],
		['a call whose id is null', 200, { success: true, data: { id: null } }],
	])('End Call: %s is a success with the id of the call', async (_, status, body) => {
		nock(BASE_URL).post('/agents/agent-1/end-call').reply(status, body);
		const result = await runOperation('call.makeCall', {
			parameters: { operation: 'endCall', callId: 'c-1' },
		});
		expect(result.error?.message).toBeUndefined();
		expect(result.json('Talkover')).toEqual([expect.objectContaining({ id: 'c-1', ended: true })]);
	});

	test('success with the id beside data', async () => {
		onDial(() => [200, { success: true, call_id: 'c1', data: { status: 'initiated' } }]);
		const result = await runOperation('call.makeCall');
		expect(result.error?.message).toBeUndefined();
	});
});

describe('prompt variables', () => {
	test('a field that the item lacks is not sent as null, which the agent would say', async () => {
		onDial(() => placed);
		await runOperation('call.makeCall', {
			parameters: { payload: { values: [{ name: 'nick', value: '={{ $json.nick }}' }] } },
		});
		expect(dialled.map(({ payload }) => payload)).not.toContainEqual({ nick: null });
	});

	test('JSON from a field that the item lacks is not left out without a word', async () => {
		onDial(() => placed);
		const result = await runOperation('call.makeCall', {
			parameters: { specifyPayload: 'json', payloadJson: '={{ $json.no_such_field }}' },
		});
		expect(result.error?.message ?? JSON.stringify(dialled)).toContain('Prompt Variables');
	});
});
