import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { setUp } from '../helpers/e2e/setUp.cts';
import { lookUp, waitForCalls } from '../helpers/e2e/workflows.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { RunningServer } from '../../dev/n8n/instance.cts';

/** How long the node would wait, for its next request or for an answer. */
const PATIENCE_S = 3600;
/** Requests that the rate limit allows in that time. */
const LIMIT = 20;
/** One for each test: n8n remembers that the rate limit of a token is used up. */
const TOKENS = ['token_1', 'token_2', 'token_3', 'token_4'];

const contacts = Array.from({ length: 1000 }, (_, index) => ({
	phone: `+1555${1_000_000 + index}`,
}));

describe.each(versions)('stopping an execution in n8n %s', (version) => {
	let real: SetUp;
	let server: RunningServer;
	/** Of a workflow that looks up many contacts. */
	let workflowId: string;

	beforeAll(async () => {
		real = await setUp({
			version,
			talkover: {
				tokens: TOKENS,
				agents: [{ id: 'sales-agent' }],
				rateLimit: { limit: LIMIT, windowMs: PATIENCE_S * 1000 },
			},
			// Of the end of a node whose execution was stopped, n8n tells only in its log.
			env: { N8N_LOG_LEVEL: 'debug' },
		});
		const options = { maxParallelRequests: 5, maxRateLimitWait: PATIENCE_S, timeout: PATIENCE_S };
		server = real.server;
		workflowId = await server.client.createWorkflow(lookUp('many', contacts, {}, options));
	});

	afterAll(async () => await real.cleanUp());

	let tests = 0;
	beforeEach(async () => {
		real.talkover.reset();
		const data = { token: TOKENS[tests++], baseUrl: real.talkover.baseUrl };
		await server.client.updateCredential({ ...ACCOUNT, id: 'talkover', data });
	});

	const lookUps = () => real.talkover.requests.filter(({ path }) => path.includes('active-call'));
	const timesEnded = () => server.log().split('Running node "Next" finished').length - 1;

	/** Waits until a condition is true, which must be long before the node's patience ends. */
	const soon = async (condition: () => unknown) =>
		await until(condition, { timeoutMs: PATIENCE_S * 100 });

	/**
	 * @param isWaiting whether the node is where it would stay
	 * @param id of the workflow
	 */
	const stopOnce = async (isWaiting: () => boolean, id = workflowId) => {
		const endedBefore = timesEnded();
		const execution = await server.client.startExecution(id, 'Start');
		await soon(isWaiting);
		expect(await server.client.executionStatus(execution)).toBe('running');
		await server.client.stopExecution(execution);
		expect(await server.client.executionStatus(execution)).toBe('canceled');
		await soon(() => timesEnded() > endedBefore);
		await sleep(1000);
		expect(await server.client.executionStatus(execution)).toBe('canceled');
	};

	test('ends a pause for the rate limit, and nothing more is sent', async () => {
		await stopOnce(() => lookUps().filter(({ status }) => status).length === LIMIT);
		expect(lookUps()).toHaveLength(LIMIT);
	});

	test('gives up the requests in flight, and nothing more is sent', async () => {
		const answer = { never: true };
		real.talkover.script({ when: { path: /active-call/ }, times: Infinity, answer });
		await stopOnce(() => lookUps().length === 5);
		expect(lookUps()).toHaveLength(5);
		await soon(async () => {
			await fetch(`${real.talkover.baseUrl}/health`);
			return real.talkover.requests.at(-1)?.inFlight === 1;
		});
	});

	describe('in Wait for End', () => {
		const options = { checkEvery: 2, maxWait: PATIENCE_S / 60 };
		const checks = () => real.talkover.requests.filter(({ path }) => path.endsWith('/calls'));

		/** @param name of the workflow */
		const waitForCall = (name: string) => {
			const { id } = real.talkover.startCall({ agentId: 'sales-agent', to: '+15551234501' });
			return waitForCalls(`${name} ${version}`, [{ id }], options);
		};

		const expectNoMoreChecks = async () => {
			const sent = checks().length;
			await sleep(2 * options.checkEvery * 1000);
			expect(checks()).toHaveLength(sent);
		};

		test('ends the wait, and nothing more is sent', async () => {
			const id = await server.client.createWorkflow(waitForCall('wait'));
			await stopOnce(() => checks().length > 0, id);
			await expectNoMoreChecks();
		});

		test('by Timeout Workflow ends the wait, and nothing more is sent', async () => {
			const settings = { executionOrder: 'v1', executionTimeout: 3 };
			const workflow = { ...waitForCall('timeout'), settings };
			const id = await server.client.createWorkflow(workflow);
			const execution = await server.client.startExecution(id, 'Start');
			await soon(async () => (await server.client.executionStatus(execution)) === 'canceled');
			await expectNoMoreChecks();
		});
	});
});
