import { describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { missEvents, redeliverExample } from '../helpers/e2e/missedEvents.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { TOKEN } from '../helpers/e2e/setUp.cts';
import { TriggerStage } from '../helpers/e2e/triggerStage.cts';
import { onEvent, SALES_AGENT } from '../helpers/e2e/workflows.cts';
import { receive, subscribe } from '../helpers/simulator.cts';

/** The default is long enough for any n8n to start. */
const shortWait = { 'Until n8n Is Ready': { amount: 1, unit: 'seconds' } };

describe.each(versions)('in n8n %s, the example that has missed events sent again', (version) => {
	const stage = new TriggerStage({ version });

	test('has those sent again that came while n8n was killed: each is one execution', async () => {
		await missEvents(stage);
	});

	test('the drop-down shows the webhook of a trigger by name and address', async () => {
		await stage.createActive(onEvent('Shown', stage.log.url));
		const { id, webhook_url: url } = stage.webhook;
		const { agentId } = SALES_AGENT;
		const parameters = {
			resource: 'webhookDelivery',
			operation: 'retry',
			source: 'agent',
			agentId,
		};
		const shown = await stage.client.listSearch({
			nodeType: 'n8n-nodes-talkover.talkover',
			parameter: 'webhookId',
			methodName: 'searchWebhooks',
			credential: { ...ACCOUNT, id: 'talkover' },
			parameters,
		});
		expect(shown.results).toEqual([{ name: `n8n: Shown (${url})`, value: id }]);
	});

	/** Runs the example by hand. */
	async function run(id: string) {
		const result = await stage.client.runSaved(id, 'Every Hour');
		expect(result.status).toBe('success');
		const items = (node: string) => (node in result.runData ? result.json(node) : []);
		return { sent: items('Sent Again'), alerts: items('Put Your Alert Here') };
	}

	test.each([
		['an agent', 'agents/sales-agent', {}, { event: 'event_recording', agentId: 'sales-agent' }],
		[
			'a campaign',
			'campaigns/spring',
			{ source: 'campaign', campaignId: { __rl: true, mode: 'id', value: 'spring' } },
			{ event: 'event_call_transcript', campaignId: 'spring' },
		],
	])(
		'of %s: reports once what fails again, and sends it no third time',
		async (_, owner, source, { event, ...details }) => {
			let status = 500;
			const receiver = await receive(() => ({ status }));
			const settings = { events: [event], max_retries: 1 };
			const webhook = await subscribe(stage.talkover, receiver, settings, owner, TOKEN);
			const chosen = { source: (source as { source?: string }).source ?? 'agent' };
			const changes = {
				...shortWait,
				'Undelivered Events': { ...source, webhookId: { __rl: true, mode: 'id', value: webhook } },
				'Send Again': chosen,
			};
			const id = await stage.create(redeliverExample(webhook, changes));
			await stage.talkover.deliver(event, { ...details, body: { call_id: 'c1' } });
			expect(receiver.requests).toHaveLength(2);

			expect(await run(id)).toEqual({
				sent: [expect.objectContaining({ retried: true })],
				alerts: [],
			});
			await until(() => receiver.requests.length === 3);
			await stage.talkover.deliver(event, { ...details, body: { call_id: 'c2' } });
			status = 200;
			const again = await run(id);
			expect(again.sent).toHaveLength(1);
			expect(again.alerts).toEqual([
				{
					event,
					delivery_id: expect.any(String),
					body: '{"call_id":"c1"}',
					problem: expect.stringContaining('HTTP 500'),
				},
			]);
			await until(() => stage.talkover.deliveries.at(-1)?.state === 'success');
			expect(JSON.parse(receiver.requests.at(-1)?.body ?? '')).toEqual({ call_id: 'c2' });
			expect(await run(id)).toEqual({ sent: [], alerts: [] });
			expect(receiver.requests).toHaveLength(6);
		},
	);

	test('reports once what fails again, and sends it no third time, if the logs of failed attempts have no bodies', async () => {
		const receiver = await receive(() => ({ status: 500 }));
		const settings = { events: ['event_recording'], max_retries: 1 };
		const owner = 'agents/sales-agent';
		const webhook = await subscribe(stage.talkover, receiver, settings, owner, TOKEN);
		stage.talkover.setLogsWithBody('successes');
		const id = await stage.create(redeliverExample(webhook, shortWait));
		await stage.deliver({ call_id: 'c1' }, { event: 'event_recording' });
		expect(await run(id)).toMatchObject({ sent: [{ retried: true }], alerts: [] });
		await until(() => stage.talkover.deliveries.at(-1)?.state === 'failed');
		const problem = expect.stringContaining('HTTP 500');
		expect(await run(id)).toMatchObject({ sent: [], alerts: [{ problem }] });
		expect(await run(id)).toEqual({ sent: [], alerts: [] });
		expect(receiver.requests).toHaveLength(3);
	});

	test('reports what Talkover does not send again, and what may have been sent again', async () => {
		const receiver = await receive(() => ({ status: 500 }));
		const settings = { events: ['event_recording'], max_retries: 0 };
		const webhook = await subscribe(
			stage.talkover,
			receiver,
			settings,
			'agents/sales-agent',
			TOKEN,
		);
		for (const call_id of ['c1', 'c2', 'c3']) {
			await stage.deliver({ call_id }, { event: 'event_recording' });
		}
		const operation = 'retryAgentWebhookLog';
		const refusal = { success: false, message: 'Too old', code: 'LOG_NOT_RETRIABLE' };
		stage.talkover.script({ when: { operation }, answer: { status: 422, body: refusal } });
		stage.talkover.script({
			when: { operation },
			answer: { afterApi: true, status: 504, body: '' },
		});
		const id = await stage.create(redeliverExample(webhook, shortWait));
		const { sent, alerts } = await run(id);
		expect(sent).toHaveLength(1);
		expect(alerts).toHaveLength(2);
		expect(alerts).toContainEqual({
			event: 'event_recording',
			delivery_id: expect.any(String),
			body: expect.stringMatching(/^{"call_id":"c\d"}$/),
			problem: 'Too old',
		});
		expect(alerts).toContainEqual(
			expect.objectContaining({ problem: expect.stringContaining('may have been sent again') }),
		);
	});
});
