const { describe, expect, test } = require('@jest/globals');
const { envelopes, outcome } = require('../../dev/simulator');
const { ask } = require('../../dev/simulator/ask');
const { createClock, start } = require('../helpers/simulator');

const agentId = 'agent_000001';
const to = '+15550100001';
const activeCall = `/agents/${agentId}/active-call/${encodeURIComponent(to)}`;
const lists = ['/calls', `/agents/${agentId}/calls`];

/** @param {{ body: { data: Array<{ id: string }> } }} answer */
const ids = ({ body }) => body.data.map(({ id }) => id);

describe('a call that ends by itself', () => {
	test.each(
		/** @type {const} */ ([
			['completed', 'initiated → ringing → answered → completed', 40],
			['busy', 'initiated → ringing → busy', 0],
			['no-answer', 'initiated → ringing → no-answer', 0],
			['failed', 'initiated → failed', 0],
		]),
	)('as %s goes through %s', async (endsAs, statuses, duration) => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.startCall({ agentId, to, ...outcome(endsAs, 60_000) });
		const seen = new Set();
		for (let second = 0; second < 60; second += 3) {
			const [listed] = (await ask(simulator, '/calls')).body.data;
			seen.add(listed.status);
			const [active] = (await ask(simulator, activeCall)).body.data;
			expect(active.status).toBe(listed.status);
			expect(active.duration_seconds).toBe(listed.duration);
			advance(3_000);
		}
		for (let hour = 0; hour < 2; hour++) {
			expect(await ask(simulator, activeCall)).toMatchObject(envelopes.noActiveCall);
			const { data } = (await ask(simulator, '/calls')).body;
			seen.add(data[0].status);
			const updated_at = '2024-01-15T11:01:00Z';
			expect(data).toMatchObject([{ status: endsAs, duration, updated_at }]);
			advance(3_600_000);
		}
		expect([...seen].join(' → ')).toBe(statuses);
	});

	test('can have been answered when it starts', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.startCall({
			agentId,
			to,
			status: 'answered',
			endsAfterMs: 9_000,
			endsAs: 'failed',
		});
		advance(8_999);
		expect((await ask(simulator, '/calls')).body.data).toMatchObject([{ status: 'answered' }]);
		advance(1);
		expect((await ask(simulator, '/calls')).body.data).toMatchObject([
			{ status: 'failed', duration: 9 },
		]);
		// @ts-expect-error that is the mistake
		expect(() => simulator.startCall({ agentId, to, ...outcome('asleep', 1) })).toThrow('asleep');
	});

	test('is in the lists as what it is at the moment, in the same place', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		/** @param {import('../../dev/simulator/calls').FinalStatus} endsAs */
		const begin = (endsAs) => {
			advance(1_000);
			return simulator.startCall({ agentId, to, ...outcome(endsAs, 60_000) }).id;
		};
		const completed = begin('completed');
		const busy = begin('busy');
		const unanswered = begin('no-answer');
		const other = begin('completed');
		/** @param {string} query */
		const find = async (query) => {
			const found = await Promise.all(lists.map((path) => ask(simulator, `${path}?${query}`)));
			expect(ids(found[0])).toEqual(ids(found[1]));
			return ids(found[0]);
		};
		advance(10_000);
		expect(await find('status=ringing')).toEqual([other, unanswered, busy, completed]);
		expect(await find('status=ringing&per_page=3')).toEqual([other, unanswered, busy]);
		expect(await find('status=ringing&per_page=3&page=2')).toEqual([completed]);
		advance(20_000);
		expect(await find('status=ringing')).toEqual([unanswered, busy]);
		expect(await find('status=answered')).toEqual([other, completed]);
		advance(60_000);
		expect(await find('status=answered')).toEqual([]);
		expect(await find('status=completed')).toEqual([other, completed]);
		expect(await find('status=completed&per_page=1&page=2')).toEqual([completed]);
		expect(await find('status=busy')).toEqual([busy]);
		expect(await find('status=no-answer')).toEqual([unanswered]);
		expect(await find('')).toEqual([other, unanswered, busy, completed]);
	});
});

describe('calls that requests place', () => {
	/** @param {string} status */
	const placed = (status) => ({ status: 200, body: { data: { status } } });

	test('go the way that is decided for each', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		/** @param {object} body */
		const place = (body) => ask(simulator, `/agents/${agentId}/call`, { method: 'POST', body });
		const statuses = async () =>
			(await ask(simulator, '/calls')).body.data.map(
				(/** @type {{ status: string }} */ { status }) => status,
			);
		/** @type {unknown[]} */
		const asked = [];
		simulator.setOutcomes((call) => {
			asked.push(call);
			if (call.to.endsWith('1')) return outcome('completed', 30_000);
			if (call.to.endsWith('2')) return outcome('no-answer', 20_000);
			return undefined;
		});
		const first = { to, context: { row: 7 } };
		expect(await place(first)).toMatchObject(placed('initiated'));
		await place({ to: '+15550100002', delay_seconds: 60 });
		await place({ to: '+15550100003' });
		await place({ to: '555' });
		expect(asked).toMatchObject([{ ...first, agentId }, { delay_seconds: 60 }, { agentId }]);
		expect(asked).toHaveLength(3);

		advance(10_000);
		expect(await statuses()).toEqual(['initiated', 'initiated', 'answered']);
		advance(52_000);
		expect(await statuses()).toEqual(['initiated', 'ringing', 'completed']);
		advance(18_000);
		expect(await statuses()).toEqual(['initiated', 'no-answer', 'completed']);
	});

	test('stay as they begin after a reset', async () => {
		const { now, advance } = createClock();
		const simulator = await start({ now });
		simulator.setOutcomes(() => outcome('failed', 1_000));
		simulator.reset();
		await ask(simulator, `/agents/${agentId}/call`, { method: 'POST', body: { to } });
		advance(3_600_000);
		expect((await ask(simulator, '/calls?status=initiated')).body.data).toHaveLength(1);
	});

	test('can be over at once', async () => {
		const simulator = await start();
		simulator.setOutcomes(() => outcome('busy', 0));
		const body = { to };
		expect(await ask(simulator, `/agents/${agentId}/call`, { method: 'POST', body })).toMatchObject(
			placed('busy'),
		);
	});
});
