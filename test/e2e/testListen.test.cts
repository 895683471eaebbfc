import { beforeEach, describe, expect, test } from '@jest/globals';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import {
	headersOf,
	SECRET,
	SECRET_FORM,
	ENDED,
	TriggerStage,
} from '../helpers/e2e/triggerStage.cts';
import { onEvent } from '../helpers/e2e/workflows.cts';

describe.each(versions)('listening for a test event in n8n %s', (version) => {
	const stage = new TriggerStage({ version });
	/** The workflow of the current test. */
	let id = '';

	beforeEach(async () => {
		id = await stage.create(onEvent('On call end', stage.log.url));
	});

	/** @param kind production or test */
	const webhooksAt = (kind: 'webhook' | 'webhook-test') =>
		stage.talkover.webhooks.filter(({ webhook_url: url }) => url.includes(`/${kind}/`));

	/** Presses Execute, which returns when n8n listens. */
	async function listen() {
		expect(await stage.client.startExecution(id, 'Talkover Trigger')).toBeUndefined();
		const registered = webhooksAt('webhook-test');
		expect(registered).toHaveLength(1);
		return registered[0];
	}

	const modes = async () => (await stage.client.executions(id)).map(({ mode }) => mode);

	test('registers the test address, starts one manual execution, and deletes the webhook', async () => {
		expect(await listen()).toMatchObject({
			agent_id: 'sales-agent',
			name: 'n8n: On call end',
			events: [ENDED],
			enabled: true,
			custom_headers: [{ key: SECRET, value: expect.stringMatching(SECRET_FORM) }],
		});
		const [{ value: secret }] = stage.talkover.webhooks[0].custom_headers ?? [];

		const deliveries = await stage.deliver({ call_id: 'c1' });
		expect(deliveries).toMatchObject([{ attempt: 1, status: 200 }]);
		await until(() => stage.log.requests.length === 1);
		expect(stage.logged).toEqual([{ call_id: 'c1' }]);
		await until(() => stage.talkover.webhooks.length === 0);
		expect(await modes()).toEqual(['manual']);
		expect(stage.server.log()).not.toContain(secret);
	});

	test('webhook.test also starts it', async () => {
		const webhook = await listen();
		const body = { event: 'webhook.test', test: true };
		const response = await fetch(webhook.webhook_url, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', ...headersOf(webhook) },
			body: JSON.stringify(body),
		});
		expect(response.status).toBe(200);
		await until(() => stage.log.requests.length === 1);
		expect(stage.logged).toEqual([body]);
		await until(() => stage.talkover.webhooks.length === 0);
		expect(await modes()).toEqual(['manual']);
	});

	test('a request without the secret does not end it', async () => {
		const { webhook_url: url } = await listen();
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', [SECRET]: 'guess' },
			body: '{}',
		});
		expect(answer.status).toBe(401);
		expect(webhooksAt('webhook-test')).toHaveLength(1);

		await stage.deliver({ call_id: 'c1' });
		await until(() => stage.log.requests.length === 1);
		expect(stage.logged).toEqual([{ call_id: 'c1' }]);
		await until(() => stage.talkover.webhooks.length === 0);
	});

	test('stopped while n8n registers the webhook, it leaves no webhook', async () => {
		const { requests } = stage.talkover;
		stage.talkover.script({ when: { method: 'GET' }, answer: { afterApi: true, delayMs: 2_000 } });
		const listening = stage.client.startExecution(id, 'Talkover Trigger');
		await until(() => requests.length === 1);
		await stage.client.stopListening(id);
		await listening;
		await until(() => requests.some(({ method }) => method === 'DELETE'));
		expect(stage.talkover.webhooks).toEqual([]);
	});

	test('the webhook of the active workflow does not change, and still works', async () => {
		await stage.client.activate(id);
		const [production] = webhooksAt('webhook');
		await listen();
		expect(webhooksAt('webhook')).toEqual([production]);

		expect((await stage.deliver({ call_id: 'both' })).map(({ status }) => status)).toEqual([
			200, 200,
		]);
		await until(() => stage.log.requests.length === 2);
		await until(() => webhooksAt('webhook-test').length === 0);
		expect(stage.talkover.webhooks).toEqual([production]);
		expect((await modes()).sort()).toEqual(['manual', 'webhook']);

		expect(await stage.deliver({ call_id: 'after' })).toMatchObject([{ attempt: 1, status: 200 }]);
		await until(() => stage.log.requests.length === 3);
		expect(await modes()).toHaveLength(3);
	});

	test('fails with the reason when Talkover refuses the webhook', async () => {
		stage.talkover.script({
			when: { method: 'POST' },
			answer: { status: 422, body: { message: 'Nein' } },
		});
		await expect(stage.client.startExecution(id, 'Talkover Trigger')).rejects.toThrow('Nein');
		expect(stage.talkover.webhooks).toEqual([]);
	});
});
