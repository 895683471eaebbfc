import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { postJson } from '../helpers/e2e/postJson.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { setUp, TOKEN } from '../helpers/e2e/setUp.cts';
import { lookUpOnRequest } from '../helpers/e2e/workflows.cts';
import type { RunningServer } from '../../dev/n8n/instance.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';

const LIMIT = 20;
const WINDOW_MS = 15_000;

describe.each(versions)('many executions at once in n8n %s', (version) => {
	let talkover: Simulator;
	/** Two n8n that know nothing of each other and use the same token. */
	const servers: RunningServer[] = [];
	const setUps: SetUp[] = [];

	beforeAll(async () => {
		const rateLimit = { limit: LIMIT, windowMs: WINDOW_MS };
		const first = await setUp({
			version,
			talkover: { agents: [{ id: 'sales-agent' }], rateLimit },
		});
		setUps.push(first);
		talkover = first.talkover;
		const second = await setUp({ version });
		setUps.push(second);
		const data = { token: TOKEN, baseUrl: talkover.baseUrl };
		await second.server.client.updateCredential({ ...ACCOUNT, id: 'talkover', data });
		servers.push(first.server, second.server);
	});

	afterAll(async () => {
		for (const { cleanUp } of setUps.splice(0)) await cleanUp();
		servers.length = 0;
	});

	beforeEach(() => talkover.reset());

	const answeredWith = (status: number) =>
		talkover.requests.filter((request) => request.status === status);

	/** From the first request to the last. */
	const milliseconds = () => {
		const times = talkover.requests.map(({ startedAt }) => startedAt);
		return Math.max(...times) - Math.min(...times);
	};

	/**
	 * Starts an execution for each phone number, all at once, and waits for them.
	 *
	 * @returns how each ended
	 */
	const lookUpAtOnce = async (
		{ url, client }: RunningServer,
		phones: string[],
	): Promise<string[]> => {
		const name = `burst-${phones[0].slice(1)}`;
		const id = await client.createWorkflow(lookUpOnRequest(name));
		await client.activate(id);
		await Promise.all(
			phones.map(async (phone) => {
				expect(await postJson(`${url}/webhook/${name}`, { phone })).toBe(200);
			}),
		);
		const statuses = async () => (await client.executions(id)).map(({ status }) => status);
		const isOver = (status: string) => ['success', 'error', 'crashed'].includes(status);
		await until(async () => (await statuses()).filter(isOver).length >= phones.length);
		return await statuses();
	};

	const phonesFrom = (from: number, count: number) =>
		Array.from({ length: count }, (_, index) => `+1555${from + index}`);

	test('95 share the rate limit: none fails, in little more than the least possible time', async () => {
		const phones = phonesFrom(1_000_000, 95);
		expect(await lookUpAtOnce(servers[0], phones)).toEqual(phones.map(() => 'success'));
		expect(answeredWith(404)).toHaveLength(95);
		expect(answeredWith(429).length).toBeLessThanOrEqual(40);
		// The least possible time: the last of them go out when four windows are over.
		expect(milliseconds()).toBeLessThan(4 * WINDOW_MS * 1.3);
	});

	test('50 in each of two n8n with the same token: none fails', async () => {
		const phones = [phonesFrom(2_000_000, 50), phonesFrom(3_000_000, 50)];
		const statuses = await Promise.all(
			servers.map(async (server, index) => await lookUpAtOnce(server, phones[index])),
		);
		expect(statuses.flat()).toEqual(phones.flat().map(() => 'success'));
		expect(answeredWith(404)).toHaveLength(100);
	});
});
