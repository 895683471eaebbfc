const { afterEach, describe, expect, test } = require('@jest/globals');
const { envelopes } = require('../../dev/simulator');
const { ask } = require('../../dev/simulator/ask');
const { startReceiver } = require('../../dev/simulator/receiver');
const { createClock, start } = require('../helpers/simulator');
const { until } = require('../helpers/until');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const statuses = /** @type {const} */ (['draft', 'active', 'paused', 'completed', 'cancelled']);
const allowed = [
	'draft → active',
	'draft → cancelled',
	'active → paused',
	'active → completed',
	'active → cancelled',
	'paused → active',
	'paused → completed',
	'paused → cancelled',
];
const campaignId = 'campaign_000001';
const path = `/campaigns/${campaignId}`;
const to = '+15550100001';

/**
 * @param {Simulator} simulator
 * @param {unknown} body
 * @param {string} [campaign]
 */
const patch = (simulator, body, campaign = path) =>
	ask(simulator, `${campaign}/status`, { method: 'PATCH', body });

/** @type {Array<{ stop: () => Promise<unknown> }>} */
const receivers = [];
afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.stop())));

describe('the status of a campaign', () => {
	const pairs = statuses.flatMap((from) =>
		statuses.map((next) => /** @type {const} */ ([from, next])),
	);
	test.each(pairs)('%s → %s', async (from, next) => {
		const { now, advance } = createClock();
		const simulator = await start({ campaigns: [{ status: from }], now });
		const { data: before } = (await ask(simulator, path)).body;
		advance(60_000);
		const { status, body } = await patch(simulator, { status: next });
		const { data: after } = (await ask(simulator, path)).body;
		if (allowed.includes(`${from} → ${next}`)) {
			const changes = { status: next, updated_at: '2024-01-15T11:01:00Z' };
			expect(status).toBe(200);
			expect(body).toEqual({
				success: true,
				message: 'Campaign status updated successfully',
				data: { id: campaignId, ...changes },
			});
			expect(after).toEqual({ ...before, ...changes });
		} else {
			const message = `Cannot transition from ${from} to ${next} status`;
			expect(status).toBe(400);
			expect(body).toEqual({ success: false, message });
			expect(after).toEqual(before);
		}
	});

	test('must be a known status', async () => {
		const simulator = await start({ campaigns: [{}] });
		for (const status of ['running', '', null, 7, ['paused']]) {
			expect(await patch(simulator, { status })).toMatchObject(envelopes.validationFailed);
		}
		for (const body of [undefined, {}, [], 'status=paused']) {
			expect(await patch(simulator, body)).toMatchObject({
				status: 422,
				body: { errors: { status: ['The status field is required.'] } },
			});
		}
		expect((await ask(simulator, path)).body.data.status).toBe('active');
	});

	test('of an unknown campaign is a 404', async () => {
		const simulator = await start();
		expect(await patch(simulator, { status: 'active' }, '/campaigns/none')).toMatchObject(
			envelopes.campaignNotFound,
		);
	});

	test('does not change without a token or over the limit', async () => {
		const simulator = await start({
			campaigns: [{}],
			rateLimit: { limit: 1, windowMs: 60_000 },
		});
		const question = { method: 'PATCH', body: { status: 'cancelled' } };
		expect(await ask(simulator, `${path}/status`, { ...question, token: 'x' })).toMatchObject(
			envelopes.unauthorized,
		);
		expect((await patch(simulator, question.body)).status).toBe(429);
	});

	test('decides whether the campaign takes calls, and does not change queued calls', async () => {
		const simulator = await start({ campaigns: [{ status: 'draft' }] });
		const queue = () => ask(simulator, `${path}/call`, { method: 'POST', body: { to } });
		expect(await queue()).toMatchObject(envelopes.campaignNotActive);
		await patch(simulator, { status: 'active' });
		expect((await queue()).status).toBe(201);
		await patch(simulator, { status: 'paused' });
		expect(await queue()).toMatchObject(envelopes.campaignNotActive);
		await patch(simulator, { status: 'active' });
		expect((await queue()).status).toBe(409);
		await patch(simulator, { status: 'cancelled' });
		expect(await queue()).toMatchObject(envelopes.campaignNotActive);
		expect((await ask(simulator, path)).body.data.calls).toMatchObject([{ to, status: 'queued' }]);
	});

	test('is sent to the webhooks that subscribe to it', async () => {
		const receiver = await startReceiver();
		receivers.push(receiver);
		const simulator = await start({ campaigns: [{ status: 'draft' }, {}] });
		const events = ['campaign.started', 'campaign.paused', 'campaign.completed'];
		const body = { name: 'Hook', webhook_url: receiver.url, events };
		await ask(simulator, `${path}/webhooks`, { method: 'POST', body });
		await patch(simulator, { status: 'paused' }, '/campaigns/campaign_000002');
		for (const [i, status] of ['active', 'paused', 'completed'].entries()) {
			await patch(simulator, { status });
			await patch(simulator, { status });
			await until(() => receiver.requests.length === i + 1);
			expect(JSON.parse(receiver.requests[i].body)).toEqual({
				event: events[i],
				campaign_id: campaignId,
				timestamp: expect.any(String),
			});
		}
		expect(simulator.deliveries).toHaveLength(3);
	});
});
