import { describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { example } from '../helpers/e2e/example.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';

const goOn = example('call-and-go-on-when-ended');

describe.each(versions)('in n8n %s, the example', (version) => {
	const stage = new TriggerStage({ version });

	/** Delivers an event, and waits for the end of its execution. */
	async function deliver(workflowId: string, body: unknown) {
		const executions = async () => await stage.client.executions(workflowId);
		const before = (await executions()).map(({ id }) => id);
		expect(await stage.statuses(body)).toEqual([200]);
		const ended = async () =>
			(await executions()).find(
				({ id, status }) => !before.includes(id) && ['success', 'error'].includes(status),
			);
		await until(async () => (await ended()) !== undefined);
		const { id = '' } = (await ended()) ?? {};
		return await stage.client.executionResult(id);
	}

	describe(`"${goOn.name}"`, () => {
		test.each([
			['at the top', (context: object) => ({ call_id: 'c1', context })],
			['in the call', (context: object) => ({ call: { id: 'c1', context } })],
		])('resumes with a Context %s', async (_, bodyWith) => {
			const id = await stage.createActive({ ...goOn, id: undefined });
			const context = { resume_url: stage.log.url };
			const { status } = await deliver(id, bodyWith(context));
			expect(status).toBe('success');
			expect(stage.logged).toEqual([{ ...bodyWith(context), context }]);
		});

		test('does nothing, visibly, for a call with another Context', async () => {
			const id = await stage.createActive({ ...goOn, id: undefined });
			const result = await deliver(id, { call_id: 'c1', context: { lead_id: 'L-1' } });
			expect(result.status).toBe('success');
			expect(result.json('Nobody Waits')).toMatchObject([{ call_id: 'c1' }]);
			expect(stage.logged).toEqual([]);
		});

		test('fails with the event for one without a Context', async () => {
			const id = await stage.createActive({ ...goOn, id: undefined });
			const { status, error } = await deliver(id, { call_id: 'c1', duration: 45 });
			expect(status).toBe('error');
			expect(error?.message).toBe(
				'The event has no Context of a call, so nobody knows which workflow waits for it: {"call_id":"c1","duration":45}',
			);
		});
	});
});
