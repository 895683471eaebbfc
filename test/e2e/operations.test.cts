import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startOpenAiStub } from '../../dev/n8n/openAiStub.cts';
import { releases, versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { setUp, TOKEN } from '../helpers/e2e/setUp.cts';
import {
	everyOperation,
	expectEveryOperation,
	prepareWorld,
	WORLD,
} from '../helpers/e2e/everyOperation.cts';
import { aiAgent, listCalls, makeCalls, makeCallsInLoop } from '../helpers/e2e/workflows.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import type { ScriptedAnswer } from '../../dev/simulator/api/scripts.cts';

const TENANT_TOKEN = 'tenant_token';
describe.each(versions)('in n8n %s', (version) => {
	const { agentVersions } = releases[version];
	let real: SetUp;
	let talkover: Simulator;
	let model: Awaited<ReturnType<typeof startOpenAiStub>>;

	/** The fifth to seventh digits of all phone numbers: others in each test, since n8n remembers who was just called. */
	let exchange = 200;
	let onACall = '';
	let free = '';
	let alsoFree = '';
	/** What an AI agent calls. */
	const toolArguments = { phone: '' };

	beforeAll(async () => {
		model = await startOpenAiStub({ toolArguments });
		const data = { apiKey: 'none', url: model.url };
		real = await setUp({
			version,
			talkover: { ...WORLD, tokens: [TOKEN, TENANT_TOKEN] },
			credentials: [{ id: 'openAi', name: 'Stub', type: 'openAiApi', data }],
		});
		talkover = real.talkover;
	});

	afterAll(async () => {
		await real.cleanUp();
		await model.stop();
	});

	beforeEach(() => {
		exchange++;
		[onACall, free, alsoFree] = [4501, 4502, 4503].map((line) => `+1555${exchange}${line}`);
		toolArguments.phone = free;
		talkover.reset();
		talkover.startCall({ agentId: 'sales-agent', to: onACall, status: 'answered' });
		// The same digits in another number, which a search finds, too.
		talkover.startCall({ agentId: 'other', to: `${onACall}7`, status: 'answered' });
	});

	/** Otherwise it is left to chance who is dialled before another contact fails. */
	const oneByOne = { maxParallelRequests: 1 };
	const posts = () => talkover.requests.filter(({ method }) => method === 'POST');

	test('the days to list are those of the time zone of the workflow', async () => {
		const filters = {
			dateFrom: '={{ new Date("2026-02-01T02:00:00Z") }}',
			dateTo: '={{ DateTime.fromISO("2026-02-01T02:00:00Z") }}',
		};
		const settings = { executionOrder: 'v1', timezone: 'America/Sao_Paulo' };
		const result = await real.server.client.run({ ...listCalls('days', filters), settings });
		expect(result.status).toBe('success');
		expect(talkover.requests.map(({ query }) => query)).toEqual([
			expect.objectContaining({ date_from: '2026-01-31', date_to: '2026-01-31' }),
		]);
	});

	test('every operation does what it says', async () => {
		const contacts = [
			{ name: 'Ana', phone: onACall },
			{ name: 'Bruno', phone: free },
			{ name: 'Bruno, once more', phone: `001 555 ${exchange}-4502` },
		];
		const webhook = await prepareWorld(talkover);
		const workflow = everyOperation('every operation', contacts, webhook);
		const result = await real.server.client.run(workflow);
		expect(result.status).toBe('success');
		expectEveryOperation(result, talkover, { onACall, free });
	});

	test.each([
		['={{ { "values": [{ "name": "nick", "value": "Bru" }] } }}'],
		[{ values: '={{ [] }}' }],
	])(
		'prompt variables that n8n would drop are an error, and nobody is called: %j',
		async (payload) => {
			const { nodes, ...rest } = makeCalls('dropped', [{ phone: free }]);
			const dropped = nodes.map((node) => {
				return node.name === 'Next'
					? { ...node, parameters: { ...node.parameters, payload } }
					: node;
			});
			const { error } = await real.server.client.run({ ...rest, nodes: dropped });
			expect(error?.message).toContain("'Prompt Variables' cannot be");
			expect(error?.description).toContain("the option 'Prompt Variables (JSON)'");
			expect(posts()).toEqual([]);
		},
	);

	test('Retry On Fail dials nobody again whose call was placed', async () => {
		talkover.script({
			when: { path: /active-call.*03$/ },
			answer: { status: 403, body: { success: false, message: 'Not now' } },
		});
		const result = await real.server.client.run(
			makeCalls(
				'retry',
				[{ phone: free }, { phone: alsoFree }],
				{ retryOnFail: true, maxTries: 2, waitBetweenTries: 100 },
				oneByOne,
			),
		);
		expect(result.status).toBe('success');
		expect(result.json('Next', 0).map(({ to }) => to)).toEqual([free, alsoFree]);
		expect(talkover.placedCalls.map(({ to }) => to)).toEqual([free, alsoFree]);
		expect(posts()).toHaveLength(2);
	});

	test.each([
		[
			'answers with an error after it has dialled',
			{ afterApi: true, status: 504, body: 'Late' },
			{},
		],
		['breaks the connection after it has dialled', { breakConnection: 'middle' }, {}],
		// Long enough for the answers that do come.
		['dials and never answers', { afterApi: true, never: true }, { timeout: 20 }],
	])(
		'nothing is dialled again, with Retry On Fail, when Talkover %s',
		async (name, answer, options) => {
			talkover.script({
				when: { method: 'POST', nth: 2 },
				answer: answer as ScriptedAnswer,
			});
			const result = await real.server.client.run(
				makeCalls(
					name,
					[{ phone: free }, { phone: alsoFree }],
					{ retryOnFail: true, maxTries: 3, waitBetweenTries: 100 },
					{ ...oneByOne, ...options },
				),
			);
			expect(result.error).toMatchObject({
				message: expect.stringContaining(`The call to ${alsoFree} may have been placed: Talkover`),
				description: expect.stringContaining('It is not dialed again'),
				context: { itemIndex: 1 },
			});
			expect(JSON.stringify(result)).not.toContain(TOKEN);
			expect(talkover.placedCalls.map(({ to }) => to)).toEqual([free, alsoFree]);
			expect(posts()).toHaveLength(2);
		},
	);

	describe('in a loop', () => {
		const inTurn = () => [{ phone: free }, { phone: alsoFree }, { phone: free }];
		const called = () => talkover.placedCalls.map(({ to }) => to);

		test('nobody is called who is still on the call of an earlier round', async () => {
			const result = await real.server.client.run(makeCallsInLoop('loop', inTurn()));
			expect(result.status).toBe('success');
			expect(called()).toEqual([free, alsoFree]);
			const [placed] = talkover.placedCalls;
			expect(result.json('Next', 1)).toEqual([expect.objectContaining({ id: placed.id })]);
		});

		test('a later round may call again, once the call is over', async () => {
			const result = await real.server.client.run(makeCallsInLoop('hang up', inTurn(), {}, true));
			expect(result.status).toBe('success');
			expect(called()).toEqual([free, alsoFree, free]);
			expect(result.json('Next', 0)).toHaveLength(3);
		});

		test('Retry On Fail in a round dials nobody again', async () => {
			talkover.script({
				when: { method: 'POST', nth: 2 },
				answer: { afterApi: true, status: 504, body: 'Late' },
			});
			const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
			const result = await real.server.client.run(makeCallsInLoop('retry', inTurn(), settings));
			expect(result.error?.message).toContain(`The call to ${alsoFree} may have been placed`);
			expect(called()).toEqual([free, alsoFree]);
			expect(posts()).toHaveLength(2);
		});
	});

	test('who retries a failed execution dials nobody again whose call was placed', async () => {
		const { client } = real.server;
		talkover.script({
			when: { path: /active-call.*03$/ },
			answer: { status: 403, body: { success: false, message: 'Not now' } },
		});
		const contacts = [{ phone: free }, { phone: alsoFree }];
		const id = await client.createWorkflow(makeCalls('retried', contacts, {}, oneByOne));
		const first = await client.startExecution(id, 'Start');
		const ended = async () =>
			(await client.executions(id))
				.map(({ status }) => status)
				.filter((status) => /success|error/.test(status));
		await until(async () => (await ended()).length === 1);
		expect(await ended()).toEqual(['error']);
		expect(talkover.placedCalls.map(({ to }) => to)).toEqual([free]);
		talkover.setCallStatus(talkover.placedCalls[0].id, 'completed');

		await client.retryExecution(first);
		await until(async () => (await ended()).length === 2);
		expect(await ended()).toContain('success');
		expect(talkover.placedCalls.map(({ to }) => to)).toEqual([free, alsoFree]);
	});

	test.each(agentVersions)(
		"an AI agent of version %s calls with the item's token, where the credential's is an expression",
		async (agentVersion) => {
			const data = { token: '={{ $json.token }}', baseUrl: talkover.baseUrl };
			const id = await real.server.client.createCredential({ ...ACCOUNT, data });
			const settings = { credentials: { talkoverApi: { id, name: ACCOUNT.name } } };
			const tool = { operation: 'makeCall' };
			const item = { token: TENANT_TOKEN };
			const name = `agent ${agentVersion} of a tenant`;
			await real.server.client.run(aiAgent(name, agentVersion, tool, item, settings));
			expect(talkover.placedCalls).toHaveLength(1);
			const tokens = talkover.requests.map(({ headers }) => headers.authorization);
			expect(new Set(tokens)).toEqual(new Set([`Bearer ${TENANT_TOKEN}`]));
		},
	);

	test.each(agentVersions)('an AI agent of version %s calls, once', async (agentVersion) => {
		const tool = { operation: 'makeCall' };
		const result = await real.server.client.run(
			aiAgent(`agent ${agentVersion} calls`, agentVersion, tool),
		);
		expect(result.status).toBe('success');
		expect(model.tools[0].description).toContain('rings a real phone');
		expect(model.toolResults).toEqual([expect.stringContaining('"called":true')]);
		expect(talkover.placedCalls).toHaveLength(1);
	});
});
