import { describe, expect, test } from '@jest/globals';
import type { ReplyBody } from 'nock';
import nock from 'nock';
import { Talkover } from '../../../nodes/Talkover/Talkover.node';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire } from '../../helpers/talkover';
import { connectionError, wireTalkover } from '../../helpers/wire';

mockWire();

const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const tool = { type: 'n8n-nodes-talkover.talkoverTool' };

/** Both operations: what each sets, and what Talkover calls it. */
const BOTH = [
	['publish', 'published', 'draft', 'published'],
	['unpublish', 'draft', 'published', 'unpublished'],
] as const;

const onPost = (operation: string) => nock(BASE_URL).post(`/agents/agent-1/${operation}`);

const onRead = (current_status: string, more: object = {}) =>
	nock(BASE_URL)
		.get('/agents/agent-1')
		.reply(200, {
			success: true,
			data: { id: 'agent-1', name: 'Bianca', current_status, ...more },
		});

const refused = { success: false, message: 'Não é possível' };

describe.each(BOTH)('Agent: %s', (operation, status, other, done) => {
	const name = `agent.${operation}` as const;

	test('sets the status, once for several items and for a second run', async () => {
		const talkover = wireTalkover({ agents: [{ name: 'Bianca', current_status: other }] });
		const result = await runOperation(name, { items: [{ json: {} }, { json: {} }] });
		const agent = {
			id: 'agent-1',
			name: 'Bianca',
			current_status: status,
			is_ready_to_publish: true,
			updated_at: expect.any(String),
		};
		expect(result.items('Talkover')).toEqual([
			{ json: { ...agent, alreadySet: false }, pairedItem: { item: 0 } },
			{ json: { ...agent, alreadySet: true }, pairedItem: { item: 1 } },
		]);
		const again = await runOperation(name);
		expect(again.json('Talkover')).toEqual([{ ...agent, alreadySet: true }]);
		expect(talkover.requestsFor(`${operation}Agent`)).toHaveLength(1);
	});

	test('knows the status under both names that Talkover has for it', async () => {
		nock(BASE_URL)
			.get('/agents/agent-1')
			.reply(200, {
				success: true,
				data: { id: 'agent-1', status: status === 'draft' ? 'unpublished' : status },
			});
		expect((await runOperation(name)).json('Talkover')).toEqual([
			{ id: 'agent-1', current_status: status, alreadySet: true },
		]);
	});

	test.each([500, 502, 503, 504, 429])('a %i is retried', async (code) => {
		onRead(other);
		onPost(operation).reply(code, {});
		onPost(operation).reply(200, { success: true, data: { id: 'agent-1' } });
		expect((await runOperation(name)).json('Talkover')).toEqual([
			{ id: 'agent-1', current_status: status, alreadySet: false },
		]);
	});

	test('a first request that worked although its answer was lost is a success', async () => {
		onRead(other);
		onPost(operation).replyWithError(connectionError('ECONNRESET'));
		onPost(operation).reply(409, refused);
		onRead(status);
		expect((await runOperation(name)).json('Talkover')).toEqual([
			{ id: 'agent-1', name: 'Bianca', current_status: status, alreadySet: false },
		]);
	});

	test('a refusal is an error that quotes Talkover, and Retry On Fail does not repeat it', async () => {
		onRead(other);
		onPost(operation).reply(409, refused);
		onRead(other, { is_ready_to_publish: true });
		const { error } = await runOperation(name, retry);
		expect(error).toMatchObject({
			message: expect.stringContaining('conflict (HTTP 409)'),
			description: expect.stringContaining(refused.message),
		});
	});

	test.each<[number, ReplyBody]>([
		[200, '<html>'],
		[200, { success: true }],
		[200, { success: false, data: { current_status: status } }],
		[200, { success: true, data: { current_status: other } }],
		[204, ''],
		[408, {}],
	])('%i %j is an unknown outcome, which a second run settles', async (code, body) => {
		onRead(other);
		onPost(operation).reply(code, body);
		const { error } = await runOperation(name);
		expect(error).toMatchObject({
			message: expect.stringContaining(`The agent "agent-1" may have been ${done}: `),
			description: expect.stringContaining(`it succeeds if the agent is already ${done}`),
		});
		onRead(other);
		onPost(operation).reply(code, body);
		onRead(status);
		expect((await runOperation(name, retry)).json('Talkover')).toMatchObject([
			{ alreadySet: true },
		]);
	});

	test('an unknown agent is an error, and nothing is set', async () => {
		const talkover = wireTalkover();
		const agentId = { __rl: true, mode: 'id', value: 'agent-9' };
		const { error } = await runOperation(name, { parameters: { agentId } });
		expect(error?.message).toContain('No agent with the ID "agent-9"');
		expect(talkover.requests.map(({ method }) => method)).toEqual(['GET']);
	});

	test('an AI agent gets the same JSON, and each of its calls looks again', async () => {
		const talkover = wireTalkover({ agents: [{ current_status: other }] });
		const result = await runOperation(name, { ...tool, items: [{ json: {} }, { json: {} }] });
		expect(result.json('Talkover')).toMatchObject([{ alreadySet: false }, { alreadySet: true }]);
		expect(talkover.requestsFor('getAgent')).toHaveLength(2);
	});
});

test('an agent that is not ready is an error that says what is missing', async () => {
	wireTalkover({ agents: [{ current_status: 'draft', is_ready_to_publish: false }] });
	expect((await runOperation('agent.publish')).error).toMatchObject({
		message: 'The agent "agent-1" is not ready to be published',
		description:
			'Complete it in Talkover, and publish it again. initial_message: The initial message field is required. Talkover said: “Agent is not ready to be published.”',
		httpCode: '422',
	});
});

test('an agent that is not marked as ready is published all the same, since Talkover decides', async () => {
	onRead('draft', { is_ready_to_publish: false });
	onPost('publish').reply(200, { success: true, data: { current_status: 'published' } });
	expect((await runOperation('agent.publish')).json('Talkover')).toMatchObject([
		{ current_status: 'published', alreadySet: false },
	]);
});

test('switching back and forth sends a request each time', async () => {
	const talkover = wireTalkover({ agents: [{}] });
	for (const operation of ['unpublish', 'publish', 'unpublish'] as const) {
		await runOperation(`agent.${operation}`);
	}
	expect(talkover.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
});

test('a new call is refused while the agent is unpublished', async () => {
	const talkover = wireTalkover();
	await runOperation('agent.unpublish');
	const { error } = await runOperation('call.makeCall');
	expect(error?.message).toContain('The agent is not published');
	expect(talkover.placedCalls).toEqual([]);
});

test('the title from which n8n describes the tool says that it stops the phone line', () => {
	const actions = new Talkover().description.properties
		.flatMap(({ options = [] }) => options)
		.filter((option) => 'value' in option && option.value === 'unpublish');
	expect(actions).toMatchObject([
		{ action: expect.stringContaining('stops its phone line'), description: expect.any(String) },
	]);
});
