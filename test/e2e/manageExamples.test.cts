import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { example } from '../helpers/e2e/example.cts';
import { setUp, TOKEN } from '../helpers/e2e/setUp.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import type { RunningServer, Workflow } from '../../dev/n8n/instance.cts';

const openingHours = example('opening-hours');
const holidays = example('narrow-call-hours-on-holiday');

const DAY = 86_400_000;

describe.each(versions)('in n8n %s, the example', (version) => {
	let real: SetUp;
	let talkover: Simulator;
	let server: RunningServer;

	beforeAll(async () => {
		real = await setUp({
			version,
			talkover: { agents: [{ id: 'sales-agent', name: 'Bianca' }] },
		});
		talkover = real.talkover;
		server = real.server;
	});

	afterAll(() => real.cleanUp());

	beforeEach(() => talkover.reset());

	/** Runs a saved workflow, which must not fail. */
	const start = async (workflowId: string, trigger: string) => {
		const result = await server.client.runSaved(workflowId, trigger);
		expect(result.error?.message).toBeUndefined();
		return result;
	};

	const request = async (method: string, path: string, body?: object) => {
		const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
		const url = talkover.baseUrl + path;
		const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
		expect(answer.status).toBeLessThan(300);
		return (await answer.json()) as { data: Record<string, unknown> };
	};

	test(`"${openingHours.name}" opens and closes the line, and a stop by hand closes it`, async () => {
		const id = await server.client.createWorkflow({ ...openingHours, id: undefined });
		const status = async () => (await request('GET', '/agents/sales-agent')).data.current_status;
		const steps = [
			['Closing Time', 'Close the Line', 'draft', false],
			['Closing Time', 'Close the Line', 'draft', true],
			['Opening Time', 'Open the Line', 'published', false],
			['Stop by Hand', 'Close the Line', 'draft', false],
			['Opening Time', 'Open the Line', 'published', false],
		] as const;
		for (const [trigger, node, current_status, alreadySet] of steps) {
			const result = await start(id, trigger);
			expect(result.json(node)).toEqual([
				expect.objectContaining({ id: 'sales-agent', current_status, alreadySet }),
			]);
			expect(await status()).toBe(current_status);
		}
	});

	test(`"${openingHours.name}" opens the line although the answer gets lost`, async () => {
		const id = await server.client.createWorkflow({ ...openingHours, id: undefined });
		await start(id, 'Stop by Hand');
		talkover.script({
			when: { operation: 'publishAgent' },
			answer: { afterApi: true, status: 408, body: '' },
		});
		expect((await start(id, 'Opening Time')).json('Open the Line')).toMatchObject([
			{ current_status: 'published' },
		]);
		expect(talkover.requestsFor('publishAgent')).toHaveLength(1);
	});

	describe(`"${holidays.name}"`, () => {
		let count = 0;
		let campaignId: string;

		beforeEach(() => {
			campaignId = `spring-${++count}`;
			talkover.addCampaign({ id: campaignId });
		});

		/** @param days before and after today on which holidays are; several, so that the test may run at midnight */
		const run = async (...days: number[]) => {
			const list = days.map((day) => new Date(Date.now() + day * DAY).toISOString().slice(0, 10));
			const nodes = structuredClone(holidays.nodes);
			for (const { name, parameters } of nodes) {
				if (name === 'Campaign') {
					parameters.campaignId = { __rl: true, mode: 'id', value: campaignId };
				}
				if (name === 'Holidays and Hours') {
					const given = JSON.parse(parameters.jsonOutput as string) as object;
					parameters.jsonOutput = JSON.stringify({ ...given, holidays: list });
				}
			}
			const settings = { ...(holidays.settings as object), timezone: 'UTC' };
			const workflow: Workflow = { ...holidays, nodes, settings, id: undefined };
			return await start(await server.client.createWorkflow(workflow), 'Every Morning');
		};

		const hoursSet = () =>
			talkover
				.requestsFor('updateCampaign')
				.filter(({ status }) => status === 200)
				.map(({ body }) => (body as { call_time_ranges: unknown }).call_time_ranges);

		const statusesSet = () =>
			talkover
				.requestsFor('updateCampaignStatus')
				.map(({ body }) => (body as { status: string }).status);

		test('narrows the hours of an active campaign with queued calls, and restores them', async () => {
			await request('POST', `/campaigns/${campaignId}/call`, { to: '+15551234502' });
			await run(0, 1);
			expect(hoursSet()).toEqual([[{ start: '10:00', end: '13:00' }]]);
			await run(-1);
			expect(hoursSet().slice(1)).toEqual([[{ start: '09:00', end: '18:00' }]]);
			expect(statusesSet()).toEqual(['paused', 'active', 'paused', 'active']);
			const { data } = await request('GET', `/campaigns/${campaignId}`);
			expect(data).toMatchObject({ status: 'active', latest_call_time: '18:00:00' });
		});

		test('narrows the hours and starts the campaign again although the answer to the pause gets lost', async () => {
			talkover.script({
				when: { operation: 'updateCampaignStatus' },
				answer: { afterApi: true, status: 408, body: '' },
			});
			await run(0, 1);
			expect(hoursSet()).toEqual([[{ start: '10:00', end: '13:00' }]]);
			expect((await request('GET', `/campaigns/${campaignId}`)).data.status).toBe('active');
		});

		test('does not start a campaign that somebody has paused', async () => {
			await request('PATCH', `/campaigns/${campaignId}/status`, { status: 'paused' });
			await run(0, 1);
			expect(hoursSet()).toEqual([[{ start: '10:00', end: '13:00' }]]);
			expect(statusesSet()).toEqual(['paused']);
		});

		test('asks Talkover nothing on other days', async () => {
			await run(-9, 2, 30);
			expect(talkover.requests).toEqual([]);
		});

		test('leaves the campaign paused if its hours cannot be set', async () => {
			talkover.script({
				when: { operation: 'updateCampaign' },
				times: 99,
				answer: { status: 422 },
			});
			await expect(run(0, 1)).rejects.toThrow();
			expect(statusesSet()).toEqual(['paused']);
		});
	});
});
