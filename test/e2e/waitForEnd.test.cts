import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { outcome } from '../../dev/simulator/index.cts';
import { setUp } from '../helpers/e2e/setUp.cts';
import { callAndWait } from '../helpers/e2e/workflows.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';

describe.each(versions)('Wait for End after Make Call in n8n %s', (version) => {
	let real: SetUp;

	beforeAll(async () => {
		real = await setUp({ version, talkover: { agents: [{ id: 'sales-agent' }] } });
	});

	afterAll(async () => await real.cleanUp());

	beforeEach(() => real.talkover.reset());

	/** Others in each test, since n8n remembers who was just called. */
	let first = 1_000_000;
	afterEach(() => void (first += 100));

	const phoneOf = (index: number) => `+1555${first + index}`;
	const checks = () => real.talkover.requests.filter(({ path }) => path.endsWith('/calls'));

	test('gives the outcome of each call, linked to its contact', async () => {
		const plans = [
			outcome('no-answer', 6000),
			outcome('completed', 4000),
			outcome('busy', 3000),
			outcome('failed', 5000),
			// Talks for longer than Max Wait.
			outcome('completed', 3_600_000),
		];
		real.talkover.setOutcomes(({ to }) => plans[Number(to.slice(-1))]);
		const names = ['Ana', 'Bruno', 'Carla', 'Davi', 'Elisa'];
		const contacts = names.map((name, index) => ({ name, phone: phoneOf(index) }));
		const result = await real.server.client.run(
			callAndWait(`outcomes ${version}`, contacts, { checkEvery: 2, maxWait: 0.5 }),
		);
		expect(result.status).toBe('success');
		expect(result.json('Ended')).toEqual([
			{ name: 'Ana', status: 'no-answer' },
			{ name: 'Bruno', status: 'completed' },
			{ name: 'Carla', status: 'busy' },
			{ name: 'Davi', status: 'failed' },
		]);
		expect(result.json('Wait', 0).map(({ duration }) => duration)).toEqual([0, 2, 0, 0]);
		expect(result.json('Wait', 1)).toMatchObject([
			{ to: phoneOf(4), still_active_reason: 'max_wait_over' },
		]);
		expect(result.json('Still Active')).toMatchObject([{ name: 'Elisa' }]);
	});

	test('checks 40 calls together, which end within 20 s, with at most 40 requests', async () => {
		real.talkover.setOutcomes(({ to }) => outcome('completed', 500 * (Number(to.slice(-2)) + 1)));
		const contacts = Array.from({ length: 40 }, (_, index) => ({
			name: `Contact ${index}`,
			phone: phoneOf(index),
		}));
		const result = await real.server.client.run(
			callAndWait(`40 calls ${version}`, contacts, { checkEvery: 2 }),
		);
		expect(result.status).toBe('success');
		expect(result.json('Ended')).toEqual(
			contacts.map(({ name }) => ({ name, status: 'completed' })),
		);
		expect(result.json('Wait').map(({ to }) => to)).toEqual(contacts.map(({ phone }) => phone));
		expect(checks().length).toBeLessThanOrEqual(40);
	});
});
