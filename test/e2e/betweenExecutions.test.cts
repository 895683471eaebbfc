import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { documentedError } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import { startReceiver } from '../helpers/receiver.cts';
import { connectMcp } from '../helpers/e2e/mcpClient.cts';
import { postJson } from '../helpers/e2e/postJson.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { setUp, startServer, TOKEN } from '../helpers/e2e/setUp.cts';
import { callByMcp, callOnRequest, lookUp, makeCalls } from '../helpers/e2e/workflows.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import type { Receiver } from '../helpers/receiver.cts';
import type { RunningServer } from '../../dev/n8n/instance.cts';

/** How long a lookup takes, so that executions that start together overlap. */
const LOOKUP_MS = 300;

describe.each(versions)('in n8n %s', (version) => {
	let real: SetUp;
	let talkover: Simulator;
	let log: Receiver;
	let server: RunningServer;
	let people = 0;

	beforeAll(async () => {
		log = await startReceiver();
		real = await setUp({
			version,
			talkover: {
				tokens: [TOKEN, 'tenant_a', 'tenant_b'],
				agents: [{ id: 'sales-agent' }, { id: 'other' }],
			},
		});
		({ talkover, server } = real);
	});

	afterAll(async () => {
		await real.cleanUp();
		await log.stop();
	});

	beforeEach(() => {
		talkover.reset();
		log.requests.length = 0;
	});

	const somebody = () => `+1555${3_000_000 + ++people}`;
	const outcomes = () => log.requests.map(({ body }) => JSON.parse(body));

	/** @param names of workflows that call, made and activated */
	const activate = async (...names: string[]) => {
		for (const name of names) {
			const id = await server.client.createWorkflow(callOnRequest(name, log.url));
			await server.client.activate(id);
		}
	};

	/**
	 * Sends one lead to the workflows at the same moment.
	 *
	 * @param names of workflows, which take turns
	 */
	const sendAtOnce = async (times: number, ...names: string[]) => {
		const phone = somebody();
		await Promise.all(
			Array.from({ length: times }, async (_, nth) => {
				const url = `${server.url}/webhook/${names[nth % names.length]}`;
				expect(await postJson(url, { phone })).toBe(200);
			}),
		);
		await until(() => log.requests.length >= times);
	};

	describe('the same lead at the same moment is called once', () => {
		const two = `leads-${version}`;
		const other = `other-leads-${version}`;

		beforeAll(async () => await activate(two, other));

		test.each([
			[2, [two]],
			[20, [two]],
			[2, [two, other]],
			[20, [two, other]],
		])('%i executions of %j', async (times, names) => {
			talkover.script({
				when: { path: /active-call/ },
				times: Infinity,
				answer: { delayMs: LOOKUP_MS },
			});
			await sendAtOnce(times, ...names);
			const [call, ...more] = talkover.placedCalls;
			expect(more).toEqual([]);
			expect(outcomes().filter(({ outcome }) => outcome === 'called')).toHaveLength(1);
			const skipped = outcomes().filter(({ outcome }) => outcome === 'skipped');
			expect(skipped).toHaveLength(times - 1);
			for (const item of skipped) {
				expect(item).toMatchObject({ id: call.id, skip_reason: 'on_a_call' });
			}
		});

		test('20 executions, while Talkover does not show the call', async () => {
			talkover.script({
				when: { path: /active-call/ },
				times: Infinity,
				answer: { ...documentedError('getActiveCall', 404), delayMs: LOOKUP_MS },
			});
			await sendAtOnce(20, two, other);
			const [call, ...more] = talkover.placedCalls;
			expect(more).toEqual([]);
			const skipped = outcomes().filter(({ outcome }) => outcome === 'skipped');
			expect(skipped).toHaveLength(19);
			for (const item of skipped) {
				expect(item).toMatchObject({ id: call.id, skip_reason: 'called_recently' });
			}
		});
	});

	describe('a person that MCP clients ask twice to call is called once', () => {
		let clients: Awaited<ReturnType<typeof connectMcp>>[];

		beforeAll(async () => {
			const name = `mcp-${version}`;
			await server.client.activate(await server.client.createWorkflow(callByMcp(name)));
			const url = `${server.url}/mcp/${name}`;
			clients = [await connectMcp(url), await connectMcp(url)];
		});

		beforeEach(() => {
			// Talkover does not show the call yet.
			const answer = { ...documentedError('getActiveCall', 404), delayMs: LOOKUP_MS };
			talkover.script({ when: { path: /active-call/ }, times: Infinity, answer });
		});

		const ask = async (phone: string, client: (typeof clients)[number] = clients[0]) => {
			const [{ name }] = await client.listTools();
			const { text } = await client.callTool(name, { phone });
			return JSON.parse(text)[0];
		};

		const expectOneCall = (answers: Array<{ called: boolean; call: { id: string } }>) => {
			const [call, ...more] = talkover.placedCalls;
			expect(more).toEqual([]);
			expect(answers.map(({ called }) => called).sort()).toEqual([false, true]);
			expect(answers.map((answer) => answer.call.id)).toEqual([call.id, call.id]);
		};

		test('at the same moment, in one session', async () => {
			const phone = somebody();
			expectOneCall(await Promise.all([ask(phone), ask(phone)]));
		});

		test('at the same moment, in two sessions', async () => {
			const phone = somebody();
			expectOneCall(await Promise.all(clients.map(async (client) => await ask(phone, client))));
		});

		test('one after the other', async () => {
			const phone = somebody();
			expectOneCall([await ask(phone), await ask(phone)]);
		});

		test('again after an answer that leaves the outcome unknown', async () => {
			const [client] = clients;
			const [{ name }] = await client.listTools();
			const phone = somebody();
			talkover.script({ when: { method: 'POST' }, times: Infinity, answer: { status: 500 } });
			const first = await client.callTool(name, { phone });
			expect(first).toMatchObject({ isError: true });
			expect(first.text).toContain(`The call to ${phone} may have been placed`);
			const second = await client.callTool(name, { phone });
			expect(second.text).toContain(`A call to ${phone} may have been placed a moment ago`);
			expect(talkover.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
		});
	});

	test('n8n is killed in the middle of a list, and the list is sent again: everybody is called once', async () => {
		const phones = Array.from({ length: 300 }, somebody);
		const workflow = makeCalls(
			`killed ${version}`,
			phones.map((phone) => ({ phone })),
			{},
			{ skipIfCalledWithin: 24, maxParallelRequests: 10 },
		);
		// The list takes six seconds at least.
		const slow = { when: { method: 'POST' }, times: Infinity, answer: { delayMs: 200 } };
		talkover.script(slow);
		const id = await server.client.createWorkflow(workflow);
		await server.client.startExecution(id, 'Start');
		await until(() => talkover.placedCalls.length >= 100);
		await server.kill();
		const calledBefore = talkover.placedCalls.length;
		expect(calledBefore).toBeLessThan(300);
		// Their calls are over: only the list of calls still knows of them.
		for (const { id: callId } of talkover.placedCalls) talkover.setCallStatus(callId, 'completed');

		server = await startServer(real.n8n);
		expect((await server.client.runSaved(id, 'Start')).status).toBe('success');
		expect(talkover.placedCalls.map(({ to }) => to).sort()).toEqual([...phones].sort());
	});

	test("each item is sent with its own token, where the credential's is an expression", async () => {
		const data = { token: '={{ $json.token }}', baseUrl: talkover.baseUrl };
		const id = await server.client.createCredential({ ...ACCOUNT, data });
		const contacts = ['tenant_a', 'tenant_b', 'tenant_a'].map((token) => ({
			phone: somebody(),
			token,
		}));
		const credentials = { talkoverApi: { id, name: ACCOUNT.name } };
		const result = await server.client.run(lookUp(`tokens ${version}`, contacts, { credentials }));
		expect(result.status).toBe('success');
		const sent = talkover.requests.map(({ path, headers }) => [
			`+${decodeURIComponent(path).split('+')[1]}`,
			headers.authorization,
		]);
		expect(Object.fromEntries(sent)).toEqual(
			Object.fromEntries(contacts.map(({ phone, token }) => [phone, `Bearer ${token}`])),
		);
	});
});
