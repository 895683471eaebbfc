import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { startSimulator } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import { connectMcp } from '../helpers/e2e/mcpClient.cts';
import { missEvents } from '../helpers/e2e/missedEvents.cts';
import { QueueStage } from '../helpers/e2e/queueStage.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { TOKEN } from '../helpers/e2e/setUp.cts';
import { headersOf, SECRET } from '../helpers/e2e/triggerStage.cts';
import { callByMcp, listOnRequest, lookUpOnRequest, onEvent } from '../helpers/e2e/workflows.cts';

let people = 0;
const somebody = (count: number) =>
	Array.from({ length: count }, () => ({ phone: `+1555${4_000_000 + ++people}` }));

/** @param item of a webhook */
const phoneIn = (item: object): string => (item as { body: { phone: string } }).body.phone;

const inGroupsOf = <T,>(size: number, list: T[]) =>
	Array.from({ length: list.length / size }, (_, nth) => list.slice(nth * size, (nth + 1) * size));

/** A place where two meet: the first one waits for the second. */
function meeting() {
	let arrived = 0;
	let letGo = () => {};
	const met = new Promise<void>((resolve) => (letGo = resolve));
	/** @returns who has come: 1 or 2; later ones do not wait */
	const arrive = async () => {
		const nth = ++arrived;
		if (nth === 2) letGo();
		if (nth === 1) await met;
		return nth;
	};
	return { arrive };
}

describe.each(versions)('n8n %s in queue mode', (version) => {
	const stage = new QueueStage({ version });

	test('a burst of lookups runs on both workers, and each finds its answer', async () => {
		const contacts = somebody(60);
		const active = contacts.filter((_, nth) => nth % 3 === 0).map(({ phone }) => phone);
		for (const to of active) stage.talkover.startCall({ agentId: 'sales-agent', to });
		// Long enough that one worker alone would have no free slot for the second ten.
		stage.talkover.script({
			when: { path: /active-call/ },
			times: Infinity,
			answer: { delayMs: 2_000 },
		});
		const before = stage.startedByWorkers;
		const id = await stage.createActive(lookUpOnRequest('lookups'));
		await stage.postAll('lookups', contacts);

		const executions = await stage.ended(id, contacts.length);
		const answers = await Promise.all(
			executions.map(async (execution) => {
				const result = await stage.client.executionResult(execution.id);
				const [asked] = result.json('Webhook').map(phoneIn);
				const found = result.json('Look Up', 0).map(({ to }) => to);
				const notFound = result.json('Look Up', 1).map(phoneIn);
				return { status: result.status, phone: asked, found, notFound };
			}),
		);
		const expected = contacts.map(({ phone }) => ({
			status: 'success',
			phone,
			found: active.includes(phone) ? [phone] : [],
			notFound: active.includes(phone) ? [] : [phone],
		}));
		expect(answers).toHaveLength(contacts.length);
		expect(answers).toEqual(expect.arrayContaining(expected));
		const run = stage.startedByWorkers.map((count, nth) => count - before[nth]);
		expect(run[0] + run[1]).toBe(contacts.length);
		expect(Math.min(...run)).toBeGreaterThan(0);
	});

	test('lists on both workers use up the rate limit, and no lookup fails', async () => {
		const rateLimit = { limit: 20, windowMs: 3_000 };
		const limited = await startSimulator({
			tokens: [TOKEN],
			agents: [{ id: 'sales-agent' }],
			rateLimit,
		});
		try {
			const data = { token: TOKEN, baseUrl: limited.baseUrl };
			const credential = await stage.client.createCredential({ ...ACCOUNT, data });
			const credentials = { talkoverApi: { id: credential, name: ACCOUNT.name } };
			const id = await stage.createActive(listOnRequest('limited', {}, { credentials }));
			const before = stage.startedByWorkers;
			const contacts = somebody(120);
			const lists = inGroupsOf(30, contacts).map((list) => ({ contacts: list }));
			await stage.postAll('limited', lists);

			const executions = await stage.ended(id, lists.length);
			expect(executions.map(({ status }) => status)).toEqual(lists.map(() => 'success'));
			const run = stage.startedByWorkers.map((count, nth) => count - before[nth]);
			expect(Math.min(...run)).toBeGreaterThan(0);
			const answered = limited.requests.filter(({ status }) => status === 404);
			expect(answered).toHaveLength(contacts.length);
			const times = answered.map(({ startedAt }) => startedAt);
			const windows = contacts.length / rateLimit.limit - 1;
			// The first window may begin before the first of them.
			expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(
				(windows - 1) * rateLimit.windowMs,
			);
		} finally {
			await limited.stop();
		}
	});

	test('two workers call the same people at the same moment, and up to 400 ms apart: with Check Again After Calling, one call stays for each', async () => {
		const { talkover } = stage;
		const contacts = somebody(100);
		const apart = (nth: number) => (nth < 50 ? 0 : (nth - 49) * 8);
		const pairs = new Map(
			contacts.map(({ phone }, nth) => [phone, { ...meeting(), delayMs: apart(nth) }]),
		);
		// Both look before one of them calls. In a worker, only one of the lists looks at a time.
		talkover.on('getActiveCall', async ({ phone = '' }) => {
			const pair = pairs.get(phone);
			return pair && (await pair.arrive()) === 2 ? { delayMs: pair.delayMs } : undefined;
		});
		// As in Talkover, the IDs do not say which call began first.
		talkover.setOutcomes(() => ({ id: randomUUID() }));
		const options = { checkAfterCalling: true, maxParallelRequests: 10 };
		const id = await stage.createActive(
			listOnRequest('same-moment', { operation: 'makeCall', options }),
		);
		// Four lists, so that each worker gets one.
		const lists = Array.from({ length: 4 }, () => ({ contacts }));
		await stage.postAll('same-moment', lists);
		const executions = await stage.ended(id, lists.length);

		const results = await Promise.all(
			executions.map(async (execution) => await stage.client.executionResult(execution.id)),
		);
		const found = (output: number) => results.flatMap((result) => result.json('Next', output));
		const idsByPhone = (calls: object[]) =>
			(calls as Array<{ id: string; to: string }>).map(({ id, to }) => `${to} ${id}`).sort();
		expect(talkover.placedCalls).toHaveLength(2 * contacts.length);
		const isLive = (call: { id: string }) => talkover.listedCall(call.id).status === 'initiated';
		const live = talkover.placedCalls.filter(isLive);
		expect(live.map(({ to }) => to).sort()).toEqual(contacts.map(({ phone }) => phone));
		expect(idsByPhone(found(0))).toEqual(idsByPhone(live));
		const ended = found(1).filter(({ skip_reason: why }) => why === 'called_at_same_moment');
		expect(idsByPhone(ended)).toEqual(idsByPhone(live));
	});

	test('each of 300 events at once that is answered with 200 is one execution, and forged ones start nothing', async () => {
		const id = await stage.createActive(onEvent('Events', stage.log.url));
		const { webhook_url: url } = stage.webhook;
		const forge = async (secret: Record<string, string>) => {
			const headers = { 'Content-Type': 'application/json', ...secret };
			let status = 0;
			// An overloaded n8n answers some with 500 or 503 at first.
			await until(async () => {
				const request = { method: 'POST', headers, body: '{"id":"forged"}' };
				({ status } = await fetch(url, request));
				return status < 500;
			});
			return status;
		};
		const forgeries = Array.from({ length: 10 }, () => [
			forge({}),
			forge({ [SECRET]: '' }),
			forge({ [SECRET]: '0'.repeat(64) }),
		]);
		const ids = Array.from({ length: 300 }, (_, nth) => `call-${nth}`);
		const [deliveries, refusals] = await Promise.all([
			Promise.all(ids.map(async (callId) => await stage.statuses({ id: callId }))),
			Promise.all(forgeries.flat()),
		]);
		// An overloaded n8n answers some with 500 or 503 at first. Talkover retries after that.
		expect(deliveries.map((attempts) => attempts.at(-1))).toEqual(ids.map(() => 200));
		expect(refusals).toEqual(refusals.map(() => 401));

		const executions = await stage.ended(id, ids.length);
		expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['success']));
		expect(await stage.client.endedExecutions(id)).toBe(ids.length);
		expect(stage.logged.map(({ id: callId }) => callId).sort()).toEqual([...ids].sort());
	});

	test('the main process registers the trigger with the address of the webhook processor, and only that one takes events', async () => {
		const id = await stage.createActive(onEvent('Registered', stage.log.url));
		const { webhook } = stage;
		expect(webhook.webhook_url.startsWith(`${stage.server.webhookUrl}/webhook/`)).toBe(true);
		await stage.expectToWork();

		const atMain = webhook.webhook_url.replace(stage.server.webhookUrl, stage.server.url);
		const headers = { 'Content-Type': 'application/json', ...headersOf(webhook) };
		const answer = await fetch(atMain, { method: 'POST', headers, body: '{"call_id":"main"}' });
		expect(answer.status).toBe(404);
		await stage.client.deactivate(id);
		expect(stage.talkover.webhooks).toEqual([]);
		expect(stage.logged).toHaveLength(1);
	});

	test('both workers are killed in the middle of lists, and the lists are sent again to a new one: everybody is called once', async () => {
		const contacts = somebody(200);
		const lists = inGroupsOf(50, contacts).map((list) => ({ contacts: list }));
		const parameters = {
			operation: 'makeCall',
			options: { skipIfCalledWithin: 24, maxParallelRequests: 5 },
		};
		const id = await stage.createActive(listOnRequest('calls', parameters));
		// A list takes ten seconds at least.
		const slow = { when: { method: 'POST' }, times: Infinity, answer: { delayMs: 1_000 } };
		stage.talkover.script(slow);
		const before = stage.startedByWorkers;
		await stage.postAll('calls', lists);
		await until(() => {
			const run = stage.startedByWorkers.map((count, nth) => count - before[nth]);
			return Math.min(...run) > 0 && run[0] + run[1] === lists.length;
		});
		await until(() => stage.talkover.placedCalls.length >= 40);
		const { workers } = stage.server;
		await Promise.all(workers.splice(0).map(async (worker) => await worker.kill()));
		expect(stage.talkover.placedCalls.length).toBeLessThan(contacts.length);
		// Their calls are over: only the list of calls still knows of them.
		for (const { id: callId } of stage.talkover.placedCalls) {
			stage.talkover.setCallStatus(callId, 'completed');
		}

		await stage.server.startWorker();
		const called = stage.talkover.placedCalls.length;
		// After a while, n8n notices that their workers have gone.
		await stage.ended(id, lists.length);
		// It has not run them again. Without QUEUE_WORKER_MAX_STALLED_COUNT=0, n8n 1.x would.
		expect(stage.talkover.placedCalls).toHaveLength(called);
		await stage.postAll('calls', lists);
		const succeeded = async () =>
			(await stage.client.executions(id)).filter(({ status }) => status === 'success');
		await until(async () => (await succeeded()).length === lists.length);
		expect(stage.talkover.placedCalls.map(({ to }) => to).sort()).toEqual(
			contacts.map(({ phone }) => phone).sort(),
		);
	});

	test('Timeout Workflow ends Wait for End, so that the worker is free, and nothing more is sent', async () => {
		const { id: callId } = stage.talkover.startCall({ agentId: 'sales-agent', to: '+15551234501' });
		const options = { checkEvery: 2, maxWait: 1440 };
		const parameters = { operation: 'waitForEnd', callId: '={{ $json.id }}', options };
		const settings = { executionOrder: 'v1', executionTimeout: 3 };
		const workflow = { ...listOnRequest('timeout', parameters), settings };
		const id = await stage.createActive(workflow);
		await stage.postAll('timeout', [{ contacts: [{ id: callId }] }]);

		// Of a node that runs, n8n 1.x cancels only what comes after it: here, nothing.
		const [{ status }] = await stage.ended(id, 1);
		expect(status).toBe(version.startsWith('1.') ? 'success' : 'canceled');
		const checks = () => stage.talkover.requests.filter(({ path }) => path.endsWith('/calls'));
		const sent = checks().length;
		expect(sent).toBeGreaterThan(0);
		await sleep(2 * options.checkEvery * 1000);
		expect(checks()).toHaveLength(sent);
	});

	test('an MCP client calls a person, and not again while the agent is on the call', async () => {
		await stage.createActive(callByMcp('mcp'));
		const client = await connectMcp(`${stage.server.webhookUrl}/mcp/mcp`);
		const [{ name }] = await client.listTools();
		const [contact] = somebody(1);
		const first = await client.callTool(name, contact);
		// Enough to reach both workers.
		const more = [1, 2, 3, 4].map(async () => await client.callTool(name, contact));
		const answers = [first, ...(await Promise.all(more))].map(({ text }) => JSON.parse(text)[0]);
		expect(answers.map(({ called }) => called)).toEqual([true, false, false, false, false]);
		expect(stage.talkover.placedCalls.map(({ to }) => to)).toEqual([contact.phone]);
	});

	test('events that come while all processes are killed are sent again after the next start, and each is one execution', async () => {
		await missEvents(stage);
	});

	test('after a restart of all processes, the trigger has the same webhook, and its events start the workflow', async () => {
		await stage.createActive(onEvent('Restarted', stage.log.url));
		const { id, webhook_url: url } = stage.webhook;
		await stage.stop();
		await stage.start();
		await stage.expectToWork();
		expect(stage.webhook).toMatchObject({ id, webhook_url: url });
	});
});
