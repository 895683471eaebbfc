const { spawnSync } = require('node:child_process');
const { afterEach, describe, expect, test } = require('@jest/globals');
const { outcome } = require('../../dev/simulator');
const { ask } = require('../../dev/simulator/ask');
const { startReceiver } = require('../../dev/simulator/receiver');
const { createClock, start } = require('../helpers/simulator');
const { until } = require('../helpers/until');

/** @typedef {import('../../dev/simulator').Simulator} Simulator */

const agentId = 'agent_000001';
const to = '+15550100001';
const ended = 'event_phone_call_ended';
const didNotConnect = 'event_phone_call_did_not_connect';

const simulatorPath = require.resolve('../../dev/simulator');

/** @type {Array<{ stop: () => Promise<unknown> }>} */
const receivers = [];
afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.stop())));

/**
 * @param {Simulator} simulator
 * @returns what comes to a webhook that wants to know of the ends of the agent's calls
 */
async function listen(simulator) {
	const receiver = await startReceiver();
	receivers.push(receiver);
	const body = { name: 'Hook', webhook_url: receiver.url, events: [ended, didNotConnect] };
	await ask(simulator, `/agents/${agentId}/webhooks`, { method: 'POST', body });
	return receiver.requests;
}

/** @param {Array<{ id: string }>} calls */
const ids = (calls) => calls.map(({ id }) => id);

/** @param {Simulator} simulator */
const health = (simulator) => ask(simulator, '/health');

describe('the end of a call is told', () => {
	test.each(
		/** @type {const} */ ([
			['completed', ended, 4],
			['busy', didNotConnect, 0],
			['no-answer', didNotConnect, 0],
			['failed', didNotConnect, 0],
		]),
	)('once, if it comes by itself, as %s', async (endsAs, event, duration) => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const told = await listen(simulator);
		const context = { resume_url: 'https://n8n.example/resume/7' };
		const { id } = simulator.startCall({ agentId, to, context, ...outcome(endsAs, 6_000) });
		advance(5_999);
		await health(simulator);
		expect(simulator.deliveries).toEqual([]);
		advance(1);
		await health(simulator);
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body)).toEqual({ call_id: id, duration, context });
		advance(3_600_000);
		await health(simulator);
		expect(simulator.deliveries).toMatchObject([{ event }]);
	});

	test('when it comes, without any request', async () => {
		const simulator = await start();
		const told = await listen(simulator);
		const calls = [60, 30].map((ms) =>
			simulator.startCall({ agentId, to, ...outcome('completed', ms) }),
		);
		await until(() => told.length === 2);
		expect(told.map(({ body }) => JSON.parse(body).call_id).sort()).toEqual(ids(calls));
	});

	test('even if it comes at once', async () => {
		const simulator = await start();
		const told = await listen(simulator);
		const { id } = simulator.startCall({ agentId, to, ...outcome('busy', 0) });
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body)).toEqual({ call_id: id, duration: 0 });
	});

	test('by the time of the end, however late it is noticed', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const told = await listen(simulator);
		simulator.startCall({ agentId, to, status: 'answered', endsAfterMs: 3_000 });
		advance(3_600_000);
		await health(simulator);
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body).duration).toBe(3);
	});

	test('with the context that a request gave', async () => {
		const simulator = await start();
		const told = await listen(simulator);
		const body = { to, context: { row: 7 } };
		await ask(simulator, `/agents/${agentId}/call`, { method: 'POST', body });
		const [{ id }] = simulator.placedCalls;
		simulator.setCallStatus(id, 'no-answer');
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body)).toEqual({ call_id: id, duration: 0, context: { row: 7 } });
		expect(simulator.deliveries).toMatchObject([{ event: didNotConnect }]);
	});

	test('instead of the one that was planned', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		const told = await listen(simulator);
		const { id } = simulator.startCall({ agentId, to, ...outcome('busy', 6_000) });
		simulator.setCallStatus(id, 'answered');
		advance(60_000);
		await health(simulator);
		expect(simulator.deliveries).toEqual([]);
		const end = { method: 'POST', body: { call_sid: id } };
		await ask(simulator, `/agents/${agentId}/end-call`, end);
		await until(() => told.length === 1);
		expect(JSON.parse(told[0].body)).toEqual({ call_id: id, duration: 60 });
		expect(simulator.deliveries).toMatchObject([{ event: ended }]);
	});

	test('to nobody, if it was over at the start, or the call is forgotten', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.startCall({ agentId, to, ...outcome('busy', 6_000) });
		simulator.reset();
		await listen(simulator);
		simulator.startCall({ agentId, to, status: 'completed' });
		advance(60_000);
		await health(simulator);
		expect(simulator.deliveries).toEqual([]);
	});

	test('by nothing that keeps a process alive', () => {
		const script = `
			const { outcome, startSimulator } = require(${JSON.stringify(simulatorPath)});
			startSimulator({ agents: [{ id: 'ana' }] }).then(async (simulator) => {
				simulator.startCall({ agentId: 'ana', to: '${to}', ...outcome('busy', 3_600_000) });
				await simulator.stop();
				simulator.startCall({ agentId: 'ana', to: '${to}', ...outcome('busy', 3_600_000) });
			});
		`;
		const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
			encoding: 'utf8',
			timeout: 30_000,
		});
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
	});
});
