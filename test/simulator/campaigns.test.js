const { describe, expect, test } = require('@jest/globals');
const { envelopes } = require('../../dev/simulator');
const { ask, askAnything } = require('../../dev/simulator/ask');
const { createClock, start } = require('../helpers/simulator');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const agentId = 'agent_000001';
const campaignId = 'campaign_000001';
const to = '+15550100001';
const queue = `/campaigns/${campaignId}/call`;

/**
 * @param {Simulator} simulator
 * @param {unknown} body
 * @param {string} [path]
 */
const post = (simulator, body, path = queue) => ask(simulator, path, { method: 'POST', body });

/** @param {import('../../dev/simulator').SimulatorOptions} [options] */
const startCampaign = (options) => start({ campaigns: [{ name: 'Spring' }], ...options });

/** @param {{ body: { data: Array<{ name: string }> } }} answer */
const names = ({ body }) => body.data.map(({ name }) => name);

describe('queueing a call of a campaign', () => {
	test('adds it to the campaign only', async () => {
		const { now } = createClock();
		const simulator = await startCampaign({ now });
		const { status, body } = await post(simulator, { to });
		expect(status).toBe(201);
		const created_at = '2024-01-15T11:00:00Z';
		expect(body).toEqual({
			campaign_call: {
				id: expect.any(String),
				campaign_id: campaignId,
				to,
				status: 'queued',
				scheduled_at: created_at,
				created_at,
			},
			campaign: { id: campaignId, name: 'Spring', status: 'active' },
		});
		const { id } = body.campaign_call;
		const campaign = await ask(simulator, `/campaigns/${campaignId}`);
		expect(campaign.body.data.calls).toEqual([
			{ id, to, status: 'queued', retries: 0, created_at },
		]);
		expect((await ask(simulator, '/calls')).body.data).toEqual([]);
		expect(simulator.placedCalls).toEqual([]);
	});

	test('is recorded with its request', async () => {
		const simulator = await startCampaign({ campaigns: [{}, {}] });
		const { queuedCalls } = simulator;
		const whole = { to, payload: { a: 1 }, context: {}, is_testing: true, allow_duplicates: false };
		const first = await post(simulator, whole);
		const second = await post(simulator, { to }, queue.replace('000001', '000002'));
		await post(simulator, { to });
		expect(queuedCalls).toEqual([
			{ id: first.body.campaign_call.id, campaignId, ...whole },
			{ id: second.body.campaign_call.id, campaignId: 'campaign_000002', to },
		]);

		simulator.reset();
		expect(queuedCalls).toEqual([]);
		expect((await post(simulator, { to })).status).toBe(201);
		expect(queuedCalls).toHaveLength(1);
	});

	test('answers 409 for a number with a queued or active call', async () => {
		const { now, advance } = createClock();
		const simulator = await startCampaign({ now });
		const first = (await post(simulator, { to })).body.campaign_call;
		advance(60_000);
		/** @param {string} status */
		const expectDuplicate = async (status) => {
			const { scheduled_at: _, ...call } = first;
			expect(await post(simulator, { to })).toMatchObject({
				status: 409,
				body: {
					...envelopes.duplicateCampaignCall.body,
					existing_call: { ...call, status },
				},
			});
		};
		await expectDuplicate('queued');
		for (const status of /** @type {const} */ (['initiated', 'ringing', 'answered'])) {
			simulator.setCallStatus(first.id, status);
			await expectDuplicate(status);
		}
		expect(simulator.queuedCalls).toHaveLength(1);
		expect((await post(simulator, { to: '+15550100002' })).status).toBe(201);

		simulator.setCallStatus(first.id, 'no-answer');
		expect((await post(simulator, { to })).status).toBe(201);
		expect(simulator.queuedCalls).toHaveLength(3);
	});

	test('adds a second call with `allow_duplicates`', async () => {
		const simulator = await startCampaign();
		await post(simulator, { to });
		expect((await post(simulator, { to, allow_duplicates: true })).status).toBe(201);
		expect(simulator.queuedCalls.map((call) => call.to)).toEqual([to, to]);
	});

	test('needs an active campaign', async () => {
		const simulator = await startCampaign();
		const campaign = simulator.addCampaign({ status: 'draft' });
		const path = queue.replace(campaignId, campaign.id);
		for (const status of /** @type {const} */ (['draft', 'paused', 'completed', 'cancelled'])) {
			campaign.status = status;
			expect(await post(simulator, { to }, path)).toMatchObject(envelopes.campaignNotActive);
		}
		expect(await post(simulator, { to }, '/campaigns/none/call')).toMatchObject(
			envelopes.campaignNotFound,
		);
		expect(simulator.queuedCalls).toEqual([]);
	});

	test.each([
		['no body', undefined, ['to']],
		['no number', { to: null }, ['to']],
		['another number', { to: '15550100001' }, ['to']],
		['a payload that is no object', { to, payload: 'Ana' }, ['payload']],
		['a context that is no object', { to, context: [] }, ['context']],
		['a number for a flag', { to, is_testing: 1 }, ['is_testing']],
		['a word for a flag', { to, allow_duplicates: 'true' }, ['allow_duplicates']],
		['all of it wrong', { to: 1, payload: 1 }, ['to', 'payload']],
	])('with %s is refused', async (_, body, fields) => {
		const simulator = await startCampaign();
		const answer = await post(simulator, body);
		expect(answer.status).toBe(422);
		expect(Object.keys(answer.body.errors)).toEqual(fields);
		expect(simulator.queuedCalls).toEqual([]);
	});

	test('is done even if the answer is lost', async () => {
		const simulator = await startCampaign();
		simulator.script({ when: { path: queue }, answer: { status: 504, afterApi: true } });
		const answer = await askAnything(simulator, queue, { method: 'POST', body: { to } });
		expect(answer.status).toBe(504);
		expect(simulator.queuedCalls).toMatchObject([{ to }]);
		expect((await post(simulator, { to })).status).toBe(409);
	});
});

describe('campaigns', () => {
	test('are complete, with defaults for what is not given', async () => {
		const simulator = await start({ agents: [{ name: 'Ana' }, { name: 'Bea' }] });
		expect(() => simulator.addCampaign({ agent_id: 'nobody' })).toThrow('nobody');
		const campaign = simulator.addCampaign({ id: 'spring', agent_id: 'agent_000002' });
		const shown = {
			id: 'spring',
			name: 'Campaign 1',
			status: 'active',
			agent: { id: 'agent_000002', name: 'Bea', label: 'Bea' },
			stats: { total_calls: 0, completed_calls: 0, failed_calls: 0, success_rate: 0 },
		};
		const [listed] = (await ask(simulator, '/campaigns')).body.data;
		expect(listed).toMatchObject(shown);
		const { data } = (await ask(simulator, '/campaigns/spring')).body;
		expect(data).toMatchObject({ ...campaign, ...shown, calls: [], files: [] });
		for (const member of ['calls', 'files', 'do_not_call_enabled']) {
			expect(listed).not.toHaveProperty(member);
		}
		expect(() => simulator.addCampaign({ id: 'spring' })).toThrow('spring');
		expect(simulator.addCampaign().id).not.toBe(simulator.addCampaign().id);
		expect(simulator.addCampaign().agent_id).toBe(agentId);
		expect(await ask(simulator, '/campaigns/autumn')).toMatchObject(envelopes.campaignNotFound);
	});

	test('need an agent', async () => {
		await expect(startCampaign({ agents: [] })).rejects.toThrow('no agent');
	});

	test('count their calls', async () => {
		const simulator = await startCampaign();
		for (const [i, status] of /** @type {const} */ (['completed', 'busy', 'ringing']).entries()) {
			const { body } = await post(simulator, { to: `${to}${i}` });
			simulator.setCallStatus(body.campaign_call.id, status);
		}
		await post(simulator, { to });
		const stats = { total_calls: 4, completed_calls: 1, failed_calls: 1, success_rate: 25 };
		expect((await ask(simulator, '/campaigns')).body.data).toMatchObject([{ stats }]);
		const { data } = (await ask(simulator, `/campaigns/${campaignId}`)).body;
		expect(data.stats).toMatchObject(stats);
		expect(() => simulator.setCallStatus('campaign_call_x', 'busy')).toThrow('campaign_call_x');
		// @ts-expect-error that is the mistake
		expect(() => simulator.setCallStatus(data.calls[0].id, 'asleep')).toThrow('asleep');
	});

	test('stay on reset, without their calls', async () => {
		const simulator = await startCampaign();
		await post(simulator, { to });
		simulator.reset();
		expect((await ask(simulator, `/campaigns/${campaignId}`)).body.data).toMatchObject({
			name: 'Spring',
			calls: [],
		});
	});

	test('come in pages', async () => {
		const campaigns = Array.from({ length: 25 }, (_, i) => ({ name: `No. ${i + 1}` }));
		const simulator = await start({ campaigns, pageInfoKey: 'pagination' });
		expect(names(await ask(simulator, '/campaigns'))).toHaveLength(20);
		const last = await ask(simulator, '/campaigns?page=3&per_page=10');
		expect(names(last)).toEqual(['No. 21', 'No. 22', 'No. 23', 'No. 24', 'No. 25']);
		expect(last.body.pagination).toMatchObject({ total: 25, last_page: 3, from: 21, to: 25 });
	});

	test('are found by status, type, agent, day and part of the name or description', async () => {
		const simulator = await start({
			agents: [{}, {}],
			campaigns: [
				{ name: 'Spring', description: 'Sales + more', created_at: '2024-03-01T00:00:00Z' },
				{ name: 'Summer', status: 'paused', created_at: '2024-06-01T23:59:59Z' },
				{ name: 'Late spring', campaign_type: 'reminder', agent_id: 'agent_000002' },
			],
		});
		/** @param {string} query */
		const find = async (query) => names(await ask(simulator, `/campaigns?${query}`));
		expect(await find('status=paused')).toEqual(['Summer']);
		expect(await find('status=cancelled')).toEqual([]);
		expect(await find('campaign_type=reminder')).toEqual(['Late spring']);
		expect(await find('agent_id=agent_000001')).toEqual(['Spring', 'Summer']);
		expect(await find('date_from=2024-03-01&date_to=2024-06-01')).toEqual(['Spring', 'Summer']);
		expect(await find('date_to=2024-05-31')).toEqual(['Spring', 'Late spring']);
		expect(await find('search=SPRING')).toEqual(['Spring', 'Late spring']);
		expect(await find('search=%2B%20more')).toEqual(['Spring']);
		expect(await find('search=spring&status=active&agent_id=agent_000002')).toEqual([
			'Late spring',
		]);
	});

	test.each([
		['status=asleep', 'status'],
		['campaign_type=survey', 'campaign_type'],
		['date_from=spring', 'date_from'],
		['date_to=2024-13-01', 'date_to'],
		['per_page=0', 'per_page'],
		['page=x', 'page'],
	])('with %s are refused', async (query, field) => {
		const { status, body } = await ask(await startCampaign(), `/campaigns?${query}`);
		expect(status).toBe(422);
		expect(Object.keys(body.errors)).toEqual([field]);
	});

	test('answer their documented 401 without a token and 429 over the limit', async () => {
		const simulator = await startCampaign({ rateLimit: { limit: 3, windowMs: 60_000 } });
		for (const path of ['/campaigns', `/campaigns/${campaignId}`]) {
			expect(await ask(simulator, path, { token: 'x' })).toMatchObject(envelopes.unauthorized);
		}
		const stranger = await ask(simulator, queue, { method: 'POST', body: { to }, token: 'x' });
		expect(stranger).toMatchObject(envelopes.unauthorized);
		expect(await post(simulator, { to })).toMatchObject(envelopes.rateLimitCampaignCall);
		expect(simulator.queuedCalls).toEqual([]);
	});
});
