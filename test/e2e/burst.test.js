const { afterAll, beforeAll, beforeEach, describe, expect, test } = require('@jest/globals');
const { versions } = require('../../dev/n8n/versions.cts');
const { postJson } = require('../helpers/e2e/postJson');
const { ACCOUNT, setUp, TOKEN } = require('../helpers/e2e/setUp');
const { until } = require('../helpers/until');
const { lookUpOnRequest } = require('../helpers/e2e/workflows');

const LIMIT = 20;
const WINDOW_MS = 15_000;

/** @typedef {import('../../dev/n8n/instance.cts').RunningServer} RunningServer */

describe.each(versions)('many executions at once in n8n %s', (version) => {
	/** @type {import('../../dev/simulator/index.cts').Simulator} */
	let talkover;
	/** Two n8n that know nothing of each other and use the same token. */
	const servers = /** @type {RunningServer[]} */ ([]);
	const setUps = /** @type {Array<import('../helpers/e2e/setUp').SetUp>} */ ([]);

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

	const answeredWith = (/** @type {number} */ status) =>
		talkover.requests.filter((request) => request.status === status);

	/** From the first request to the last. */
	const milliseconds = () => {
		const times = talkover.requests.map(({ startedAt }) => startedAt);
		return Math.max(...times) - Math.min(...times);
	};

	/**
	 * Starts an execution for each phone number, all at once, and waits for them.
	 *
	 * @param {RunningServer} server
	 * @param {string[]} phones
	 * @returns {Promise<string[]>} how each ended
	 */
	const lookUpAtOnce = async ({ url, client }, phones) => {
		const name = `burst-${phones[0].slice(1)}`;
		const id = await client.createWorkflow(lookUpOnRequest(name));
		await client.activate(id);
		await Promise.all(
			phones.map(async (phone) => {
				expect(await postJson(`${url}/webhook/${name}`, { phone })).toBe(200);
			}),
		);
		const statuses = async () => (await client.executions(id)).map(({ status }) => status);
		const isOver = (/** @type {string} */ status) =>
			['success', 'error', 'crashed'].includes(status);
		await until(async () => (await statuses()).filter(isOver).length >= phones.length);
		return await statuses();
	};

	/** @param {number} from @param {number} count */
	const phonesFrom = (from, count) =>
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
