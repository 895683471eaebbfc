import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../dev/simulator/index.cts';
import { until } from '../../dev/until.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import { ask } from '../helpers/ask.cts';
import { startReceiver } from '../helpers/receiver.cts';
import { createClock, start, subscribe } from '../helpers/simulator.cts';

const agentId = 'agent-1';
const to = '+15550100001';
const activeCall = `/agents/${agentId}/active-call/${encodeURIComponent(to)}`;
const place = `/agents/${agentId}/call`;
const campaignCall = '/campaigns/campaign-1/call';

const post = async (simulator: Simulator, url: string, body: object) =>
	await ask(simulator, url, { method: 'POST', body });

/** A member of each item of a list. */
async function listed(simulator: Simulator, url: string, member = 'name') {
	const { body } = await ask(simulator, url);
	return (body.data as Array<Record<string, unknown>>).map((item) => item[member]);
}

describe('an action', () => {
	test('asks a server when a call of its agent is answered, and not when nobody answers', async () => {
		const simulator = await start();
		const receiver = await startReceiver(() => ({ status: 200, body: 'On its way' }));
		try {
			const inputs = { 'order number': 'A-17' };
			simulator.addAction({ agentId, url: receiver.url, inputs });
			simulator.startCall({ agentId, to, ...outcome('busy', 0) });
			const { id } = simulator.startCall({ agentId, to, answeredAfterMs: 0 });
			await until(() => simulator.actionRuns[0]?.status);
			expect(simulator.actionRuns).toEqual([{ callId: id, status: 200, answer: 'On its way' }]);
			expect(receiver.requests.map(({ body }) => JSON.parse(body))).toEqual([inputs]);
		} finally {
			await receiver.stop();
		}
	});
});

describe('a call', () => {
	test('changes its status by the clock, in the lookup and in the lists', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const { id } = simulator.startCall({ agentId, to, ...outcome('completed', 60_000) });
		const seen: unknown[] = [];
		for (const ms of [0, 5_999, 1, 13_999, 1, 39_999, 1]) {
			advance(ms);
			const { body } = await ask(simulator, activeCall);
			const [call] = (body.data ?? []) as Array<Record<string, unknown>>;
			const { status, duration } = simulator.listedCall(id);
			seen.push([call?.status, call?.duration_seconds, status, duration]);
			for (const list of ['/calls', `/agents/${agentId}/calls`]) {
				expect(await listed(simulator, `${list}?status=${status}`, 'id')).toEqual([id]);
			}
		}
		expect(seen).toEqual([
			['initiated', 0, 'initiated', 0],
			['initiated', 0, 'initiated', 0],
			['ringing', 0, 'ringing', 0],
			['ringing', 0, 'ringing', 0],
			['answered', 0, 'answered', 0],
			['answered', 39, 'answered', 39],
			[undefined, undefined, 'completed', 40],
		]);
		expect(simulator.listedCall(id).updated_at).toBe('2024-01-15T11:01:00Z');
	});

	test('keeps a status that a test sets, and can begin in the past, or be shown late or otherwise', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const call = { agentId, to };
		const { id } = simulator.startCall({ ...call, answeredAfterMs: 1_000, endsAfterMs: 2_000 });
		simulator.setCallStatus(id, 'ringing');
		const late = { shownAfterMs: 5_000, startedAgoMs: 1_000, shownAs: { to: '555' } };
		simulator.startCall({ ...call, ...late });
		advance(3_999);
		expect(await listed(simulator, activeCall, 'status')).toEqual(['ringing']);
		expect(await listed(simulator, '/calls', 'id')).toEqual(['call-1']);
		advance(1);
		expect(await listed(simulator, activeCall, 'to')).toEqual([to, '555']);
		expect(await listed(simulator, '/calls', 'created_at')).toEqual([
			'2024-01-15T10:59:59Z',
			'2024-01-15T11:00:00Z',
		]);
	});

	test('can be shown at another time in each answer', async () => {
		const simulator = await start();
		const lags = [1_000, 0, 1_000];
		const shownAfterMs = () => lags.shift() ?? 0;
		simulator.startCall({ agentId, to, shownAfterMs });
		const shown = [];
		while (shown.length < 4) shown.push((await listed(simulator, '/calls', 'id')).length);
		expect(shown).toEqual([0, 1, 0, 1]);
	});

	test('is between one agent and one person, who may have called', async () => {
		const simulator = await start({ agents: [{}, {}] });
		simulator.startCall({ agentId, to });
		simulator.startCall({ agentId: 'agent-2', to });
		simulator.startCall({ agentId, to: '+15550100002' });
		const from = to;
		simulator.startCall({ agentId, to: '+15550100002', from, direction: 'inbound' });
		expect(await listed(simulator, activeCall, 'id')).toEqual(['call-1', 'call-4']);
		expect(() => simulator.startCall({ agentId: 'nobody', to })).toThrow('nobody');
		expect(() => simulator.startCall({ agentId, to: '555 0100' })).toThrow('555 0100');
		expect(() => simulator.setCallStatus('call-x', 'busy')).toThrow('call-x');
	});

	test('that a request makes is recorded, and goes the way that is decided', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.setOutcomes((call) => (call.row === 7 ? outcome('busy', 1_000) : undefined));
		const body = { to, context: {}, delay_seconds: 60, is_testing: true, row: 7 };
		await post(simulator, place, body);
		await post(simulator, place, { to });
		await ask(simulator, place, { method: 'POST', body: { to: '555' } });
		const [first, second] = simulator.placedCalls;
		expect(first).toEqual({ id: 'call-1', agentId, placedAt: now(), ...body });
		advance(60_999);
		expect(await listed(simulator, '/calls', 'status')).toEqual(['initiated', 'ringing']);
		advance(1);
		expect(await listed(simulator, '/calls', 'status')).toEqual(['initiated', 'busy']);
		expect(await listed(simulator, '/calls', 'is_testing')).toEqual([false, true]);

		await post(simulator, `/agents/${agentId}/end-call`, { call_sid: second.id });
		expect(await listed(simulator, '/calls', 'status')).toEqual(['completed', 'busy']);
		simulator.reset();
		expect(simulator.placedCalls).toEqual([]);
		expect(await listed(simulator, '/calls')).toEqual([]);
	});
});

describe('the lists', () => {
	test('of calls are filtered, searched, and have the newest first unless told otherwise', async () => {
		const { now, advance } = createClock();
		for (const orderCalls of [undefined, <T,>(calls: T[]) => calls]) {
			const simulator = await start({ agents: [{}, {}], now, orderCalls });
			simulator.startCall({ agentId, to, status: 'busy' });
			advance(86_400_000);
			simulator.startCall({ agentId: 'agent-2', to: '+15550100002', direction: 'inbound' });
			const find = async (query: string) => await listed(simulator, `/calls?${query}`, 'id');
			const both = orderCalls ? ['call-1', 'call-2'] : ['call-2', 'call-1'];
			expect(await find('')).toEqual(both);
			expect(await find('per_page=1&page=2')).toEqual([both[1]]);
			expect(await find('status=busy')).toEqual(['call-1']);
			expect(await find('direction=inbound')).toEqual(['call-2']);
			expect(await find('agent_id=agent-2')).toEqual(['call-2']);
			expect(await find('search=%2B15550100001')).toEqual(['call-1']);
			expect(await find('search=+15550100001')).toEqual([]);
			expect(await find('search=TQ000000002')).toEqual(['call-2']);
			const day = new Date(now()).toISOString().slice(0, 10);
			expect(await find(`date_from=${day}`)).toEqual(['call-2']);
			expect(await find(`date_to=${day}`)).toEqual(both);
		}
	});

	test('of agents and campaigns are filtered, searched and paged', async () => {
		const simulator = await start({
			agents: [
				{ name: 'Sales', label: 'Outreach + follow-up' },
				{ name: 'Support', direction: 'inbound', current_status: 'draft' },
			],
			campaigns: [
				{ name: 'Spring', description: 'Sales + more', created_at: '2024-03-01T00:00:00Z' },
				{ name: 'Late spring', status: 'paused', campaign_type: 'reminder', agent_id: 'agent-2' },
			],
		});
		for (const [query, names] of Object.entries({
			'agents?search=OUTREACH%20%2B': ['Sales'],
			'agents?status=draft': ['Support'],
			'agents?direction=outbound': ['Sales'],
			'agents?per_page=1&page=2': ['Support'],
			'campaigns?search=SPRING': ['Spring', 'Late spring'],
			'campaigns?search=%2B%20more': ['Spring'],
			'campaigns?status=paused': ['Late spring'],
			'campaigns?campaign_type=reminder': ['Late spring'],
			'campaigns?agent_id=agent-1': ['Spring'],
			'campaigns?date_from=2024-03-01': ['Spring'],
		})) {
			expect([query, await listed(simulator, `/${query}`)]).toEqual([query, names]);
		}
		const page = { current_page: 2, per_page: 1, total: 2, last_page: 2 };
		const { body } = await ask(simulator, '/campaigns?per_page=1&page=2');
		expect(body.pagination).toEqual({ ...page, from: 2, to: 2 });
		expect((await ask(simulator, '/agents?per_page=1&page=2')).body.meta).toEqual(page);
	});
});

describe('a campaign', () => {
	test.each([
		['draft', 'active cancelled'],
		['active', 'paused completed cancelled'],
		['paused', 'active completed cancelled'],
		['completed', ''],
		['cancelled', ''],
	] as const)('that is %s can become: %s', async (status, allowed) => {
		const becomes: string[] = [];
		for (const next of ['draft', 'active', 'paused', 'completed', 'cancelled']) {
			const simulator = await start({ campaigns: [{ status }] });
			const answer = await ask(simulator, '/campaigns/campaign-1/status', {
				method: 'PATCH',
				body: { status: next },
			});
			if (answer.status === 200) becomes.push(next);
			else expect(answer.body.message).toBe(`Cannot transition from ${status} to ${next} status`);
			const { data } = (await ask(simulator, '/campaigns/campaign-1')).body;
			expect(data).toMatchObject({ status: answer.status === 200 ? next : status });
		}
		expect(becomes.join(' ')).toBe(allowed);
	});

	test('counts its calls, and takes no second one to a number while one is queued or active', async () => {
		const simulator = await start();
		const { queuedCalls } = simulator;
		await post(simulator, campaignCall, { to, context: { row: 7 } });
		expect(queuedCalls).toEqual([
			{ id: 'campaign-call-1', campaignId: 'campaign-1', to, context: { row: 7 } },
		]);
		for (const status of ['ringing', 'answered', 'no-answer'] as const) {
			const existing_call = { id: 'campaign-call-1', to };
			expect(await post(simulator, campaignCall, { to })).toMatchObject({
				status: 409,
				body: { existing_call },
			});
			simulator.setCallStatus('campaign-call-1', status);
		}
		expect((await post(simulator, campaignCall, { to })).status).toBe(201);
		simulator.setCallStatus('campaign-call-2', 'completed');
		const stats = { total_calls: 2, completed_calls: 1, failed_calls: 1, success_rate: 50 };
		expect(await listed(simulator, '/campaigns', 'stats')).toEqual([stats]);
		const { data } = (await ask(simulator, '/campaigns/campaign-1')).body;
		expect(data).toMatchObject({
			stats,
			calls: [{ status: 'no-answer' }, { status: 'completed' }],
		});
		expect(await listed(simulator, '/calls')).toEqual([]);
		simulator.reset();
		expect(queuedCalls).toEqual([]);
		await expect(start({ agents: [], campaigns: [{}] })).rejects.toThrow('no agent');
	});

	const callIn = async (simulator: Simulator) => {
		const { data } = (await ask(simulator, '/campaigns/campaign-1')).body;
		const { calls } = data as { calls: Array<{ status: string; retries: number }> };
		return calls.map(({ status, retries }) => `${status} ${retries}`).join();
	};

	test('dials its calls, and retries after the cooldown until one is completed or too many failed', async () => {
		const { now, advance } = createClock();
		const simulator = await start({
			now,
			campaigns: [{ max_retries: 2, retry_cooldown_hours: 2 }],
		});
		simulator.setOutcomes(({ to: called, retries }) =>
			outcome(called === to && retries === 1 ? 'completed' : 'busy', 60_000),
		);
		const { body } = await post(simulator, campaignCall, { to });
		expect(body).toMatchObject({ campaign_call: { status: 'queued' } });
		await post(simulator, campaignCall, { to: '+15550100002' });
		const course: string[] = [];
		for (const minutes of [0, 6, 114, 1.4, 0.6, 119, 1.4, 6000]) {
			advance(minutes * 60_000);
			course.push(await callIn(simulator));
		}
		expect(course).toEqual([
			'initiated 0,initiated 0',
			'busy 0,busy 0',
			'busy 0,busy 0',
			'answered 1,ringing 1',
			'completed 1,busy 1',
			'completed 1,busy 1',
			'completed 1,ringing 2',
			'completed 1,busy 2',
		]);
		expect(await listed(simulator, '/calls')).toHaveLength(5);
	});

	test('dials nobody while it is paused, and shows no more calls than told', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now, mostCampaignCalls: 1 });
		simulator.setOutcomes(() => outcome('no-answer', 60_000));
		const change = async (status: string) =>
			await ask(simulator, '/campaigns/campaign-1/status', { method: 'PATCH', body: { status } });
		await post(simulator, campaignCall, { to });
		await post(simulator, campaignCall, { to: '+15550100002' });
		advance(3_600_000);
		await change('paused');
		advance(48 * 3_600_000);
		expect(await callIn(simulator)).toBe('no-answer 0');
		await change('active');
		expect(await callIn(simulator)).toBe('initiated 1');
		expect(await listed(simulator, '/campaigns', 'stats')).toMatchObject([{ total_calls: 2 }]);
	});
});

describe('webhooks', () => {
	const nobody = { url: 'http://127.0.0.1:9/hook' };
	const secrets = {
		webhook_secret: 'pssst',
		http_method: 'PUT',
		authorization_scheme: 'custom',
		custom_headers: [{ key: 'X-Secret', value: 'hush' }],
		payload_templates: { event_recording: { id: '{{call.id}}' } },
	};

	test('show their secrets to the test, not in the API, and change only in what is given', async () => {
		const simulator = await start();
		for (const owner of ['agents/agent-1', 'campaigns/campaign-1']) {
			const settings = { ...secrets, status: 'mine', events: ['event_recording'] };
			const id = await subscribe(simulator, nobody, settings, owner);
			const url = `/${owner}/webhooks/${id}`;
			const answers = [
				await ask(simulator, url),
				await ask(simulator, `/${owner}/webhooks`),
				await ask(simulator, url, { method: 'PUT', body: { name: 'New', timeout: 99 } }),
			];
			expect(JSON.stringify(answers.map(({ body }) => body))).not.toMatch(
				/pssst|hush|http_method|custom|template/i,
			);
			expect(simulator.webhooks.at(-1)).toMatchObject({
				...secrets,
				id,
				name: 'New',
				timeout: 99,
				max_retries: 3,
				status: 'active',
			});
			await ask(simulator, url, { method: 'DELETE' });
			expect((await ask(simulator, url)).status).toBe(404);
		}
	});

	test('are changed and removed like in the dashboard, and belong to one agent', async () => {
		const simulator = await start({ agents: [{}, {}] });
		const id = await subscribe(simulator, nobody);
		simulator.editWebhook(id, { enabled: false });
		expect(simulator.webhooks).toMatchObject([{ enabled: false, status: 'disabled' }]);
		simulator.webhooks[0].events.push('event_none');
		expect(simulator.webhooks[0].events).toHaveLength(1);
		expect((await ask(simulator, `/agents/agent-2/webhooks/${id}`)).status).toBe(404);
		simulator.removeWebhook(id);
		expect(simulator.webhooks).toEqual([]);
		expect(() => simulator.removeWebhook(id)).toThrow(id);
	});

	test('that are saved in a file are the same in the next simulator, unless the file is damaged', async () => {
		const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-webhooks-'));
		const webhooksFile = path.join(folder, 'webhooks.json');
		const first = await start({ webhooksFile });
		await subscribe(first, nobody, secrets);
		// Not stopped first, as after a crash.
		const second = await start({ webhooksFile });
		expect(second.webhooks).toEqual(first.webhooks);
		expect(second.webhooks).toMatchObject([secrets]);
		second.reset();
		expect((await start({ webhooksFile })).webhooks).toEqual([]);
		await writeFile(webhooksFile, '[{"id": "cut off');
		expect((await start({ webhooksFile })).webhooks).toEqual([]);
		await rm(folder, { recursive: true });
	});
});
