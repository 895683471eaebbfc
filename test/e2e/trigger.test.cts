import { describe, expect, test } from '@jest/globals';
import { askAnything } from '../helpers/ask.cts';
import { versions } from '../../dev/n8n/versions.cts';
import { until } from '../../dev/until.cts';
import { TOKEN } from '../helpers/e2e/setUp.cts';
import { ENDED, SECRET, SECRET_FORM, TriggerStage } from '../helpers/e2e/triggerStage.cts';
import { onEvent } from '../helpers/e2e/workflows.cts';

describe.each(versions)('the trigger in n8n %s', (version) => {
	// While 500 events come at once, n8n 2.x would give up its database after 5 s, and answer all of them with 503.
	const stage = new TriggerStage({ version, env: { DB_PING_TIMEOUT_MS: '120000' } });

	/** @param parameters of the trigger */
	const workflow = (parameters?: Record<string, unknown>) =>
		onEvent('On call end', stage.log.url, parameters);

	test('an activation registers the webhook, an event starts the workflow with its body, and a deactivation deletes the webhook', async () => {
		const id = await stage.createActive(workflow());
		const { webhook } = stage;
		expect(webhook).toMatchObject({
			agent_id: 'sales-agent',
			name: 'n8n: On call end',
			webhook_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/webhook\/.+/),
			events: [ENDED],
			enabled: true,
			http_method: 'POST',
			custom_headers: [{ key: SECRET, value: expect.stringMatching(SECRET_FORM) }],
		});

		const bodies = [
			{ call_id: 'c1', duration: 45 },
			{ type: ENDED, call: { id: 'c2' } },
			[{ call_id: 'c3' }],
		];
		for (const body of bodies) await stage.deliver(body);
		expect(stage.talkover.deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([
			[200, 1],
			[200, 1],
			[200, 1],
		]);
		await until(() => stage.log.requests.length === 3);
		expect(stage.logged).toEqual(
			expect.arrayContaining([bodies[0], { ...bodies[1], event: ENDED }, { data: bodies[2] }]),
		);

		await stage.client.deactivate(id);
		expect(stage.talkover.webhooks).toEqual([]);
		expect(stage.server.log()).not.toContain(webhook.custom_headers?.[0].value);
	});

	test('adds the headers without the secret, if Include Headers is on', async () => {
		await stage.createActive(workflow({ includeHeaders: true }));
		await stage.deliver({ call_id: 'c1' });
		await until(() => stage.log.requests.length === 1);
		const [{ webhook_headers: headers, ...body }] = stage.logged;
		expect(body).toEqual({ call_id: 'c1' });
		expect(headers).toMatchObject({ 'content-type': 'application/json' });
		expect(headers).not.toHaveProperty(SECRET);
		expect(stage.log.requests[0].body).not.toContain(stage.secretHeaders[SECRET]);
	});

	test('n8n leaves the body to the node: a stranger gets a 401 whatever the body is, and Talkover a 400 or 413 for a wrong one', async () => {
		const id = await stage.createActive(workflow());
		const { webhook_url: url } = stage.webhook;
		const secret = stage.secretHeaders;
		const post = async (body: string, headers: Record<string, string> = secret) => {
			const sent = { 'Content-Type': 'application/json', ...headers };
			return (await fetch(url, { method: 'POST', headers: sent, body })).status;
		};
		const large = JSON.stringify({ text: 'x'.repeat(1_000_000) });
		const chunked = new Blob([large]).stream();

		expect(await post('{}', {})).toBe(401);
		expect(await post('{}', { [SECRET]: '' })).toBe(401);
		expect(await post('{}', { [SECRET]: `${secret[SECRET]}0` })).toBe(401);
		expect(await post('{', {})).toBe(401);
		expect(await post(large, {})).toBe(401);
		for (const body of ['{', '', 'hello', '3', 'null', '"text"'])
			expect(await post(body)).toBe(400);
		expect(await post('hello', { ...secret, 'Content-Type': 'text/plain' })).toBe(400);
		expect(await post('<a/>', { ...secret, 'Content-Type': 'text/xml' })).toBe(400);
		expect(await post(large)).toBe(413);
		const options = { method: 'POST', duplex: 'half', body: chunked } as RequestInit;
		expect((await fetch(url, { ...options, headers: secret })).status).toBe(413);
		// Sent by Test in Talkover's dashboard.
		expect(await post('{ "event": "webhook.test", "test": true }')).toBe(200);
		expect(await post('{ "event": "campaign_call.completed", "test": true }')).toBe(200);

		await stage.expectToWork();
		expect(stage.log.requests).toHaveLength(1);
		expect(await stage.client.executions(id)).toHaveLength(1);
	});

	test('after a change of agent and events, only the new webhook exists', async () => {
		const id = await stage.createActive(workflow());
		const { nodes, connections } = workflow({
			agentId: { __rl: true, mode: 'id', value: 'other' },
			events: ['event_recording', 'event_conversation_ended'],
		});
		await stage.client.updateWorkflow(id, { nodes, connections });
		await stage.client.activate(id);
		await until(() => stage.talkover.webhooks.length === 1);
		expect(stage.webhook).toMatchObject({
			agent_id: 'other',
			events: ['event_recording', 'event_conversation_ended'],
		});
	});

	test('an activation corrects what somebody has changed in the dashboard', async () => {
		const id = await stage.createActive(workflow());
		stage.talkover.editWebhook(stage.webhook.id, {
			enabled: false,
			events: ['event_recording'],
			custom_headers: [],
		});
		await stage.client.deactivate(id);
		await stage.client.activate(id);
		expect(stage.webhook).toMatchObject({ enabled: true, events: [ENDED] });
		await stage.expectToWork();
	});

	test('an activation succeeds after somebody has deleted the webhook in the dashboard', async () => {
		const id = await stage.createActive(workflow());
		stage.talkover.removeWebhook(stage.webhook.id);
		await stage.client.deactivate(id);
		await stage.client.activate(id);
		await stage.expectToWork();
	});

	test('an activation finds a webhook by its address, if a crash prevented n8n from saving its ID', async () => {
		const id = await stage.createActive(workflow());
		const { webhook_url: url } = stage.webhook;
		await stage.client.deactivate(id);
		const { status } = await askAnything(stage.talkover, '/agents/sales-agent/webhooks', {
			method: 'POST',
			token: TOKEN,
			body: { name: 'n8n: On call end', webhook_url: url, events: [ENDED] },
		});
		expect(status).toBe(200);
		await stage.client.activate(id);
		expect(stage.webhook.custom_headers).toHaveLength(1);
		await stage.expectToWork();
	});

	test.each([
		['the agent is unknown', {}, 'nobody', 'No agent with the ID "nobody"'],
		['Talkover refuses', { status: 422, body: { message: 'Nein' } }, 'sales-agent', 'Nein'],
		[
			'the outcome is unknown',
			{ afterApi: true, status: 500, body: { success: false, message: 'Oh' } },
			'sales-agent',
			'The webhook may have been registered',
		],
	])('the activation fails when %s, and leaves no webhook', async (_, answer, agent, words) => {
		// n8n 2.x tries a few times.
		if ('status' in answer)
			stage.talkover.script({ when: { method: 'POST' }, times: Infinity, answer });
		const id = await stage.create(workflow({ agentId: { __rl: true, mode: 'id', value: agent } }));
		await expect(stage.client.activate(id)).rejects.toThrow(words);
		await until(() => stage.talkover.webhooks.length === 0);
	});

	test('an activation and a test fail at an address that Talkover cannot reach', async () => {
		const data = { token: TOKEN, baseUrl: 'https://talkover.example.com/api/v1' };
		const cloud = { name: 'Talkover on the internet', type: 'talkoverApi', data };
		const credential = { id: await stage.client.createCredential(cloud), name: cloud.name };
		const { name, nodes, connections } = workflow();
		const [trigger, log] = nodes;
		const credentials = { talkoverApi: credential };
		const id = await stage.create({ name, nodes: [{ ...trigger, credentials }, log], connections });
		const words =
			/Talkover cannot reach n8n: http:\/\/127\.0\.0\.1:\d+ is reached only.*WEBHOOK_URL/;
		await expect(stage.client.activate(id)).rejects.toThrow(words);
		await expect(stage.client.startExecution(id, 'Talkover Trigger')).rejects.toThrow(words);
	});

	const withTriggers = (...triggers: Array<{ id: string; name: string; webhookId: string }>) => {
		const { name, nodes, connections } = workflow();
		const [trigger, log] = nodes;
		const [toLog] = Object.values(connections);
		return {
			name,
			nodes: [...triggers.map((settings) => ({ ...trigger, ...settings })), log],
			connections: Object.fromEntries(triggers.map((settings) => [settings.name, toLog])),
		};
	};

	test('two triggers with one webhook ID make the activation fail with both names, until one has another ID', async () => {
		const one = { id: '1', name: 'One', webhookId: 'shared' };
		const two = { id: '2', name: 'Two', webhookId: 'shared' };
		const id = await stage.create(withTriggers(one, two));
		const activation = stage.client.activate(id);
		await expect(activation).rejects.toThrow(/One/);
		await expect(activation).rejects.toThrow(/Two/);
		await until(() => stage.talkover.webhooks.length === 0);

		await stage.client.updateWorkflow(id, withTriggers(one, { ...two, webhookId: 'own' }));
		await stage.client.activate(id);
		await until(() => stage.talkover.webhooks.length === 2);
		expect(stage.urls.sort()).toEqual([
			expect.stringContaining('/own/'),
			expect.stringContaining('/shared/'),
		]);
	});

	test('triggers work after they exchanged their names, and after one took the webhook ID of the one that it replaces', async () => {
		const one = { id: '1', name: 'One', webhookId: 'shared' };
		const two = { id: '2', name: 'Two', webhookId: 'own' };
		const id = await stage.createActive(withTriggers(one, two));
		const changes = [
			[
				{ ...one, name: 'Two' },
				{ ...two, name: 'One' },
			],
			[{ ...one, id: '3' }],
		];
		for (const triggers of changes) {
			await stage.client.updateWorkflow(id, withTriggers(...triggers));
			await stage.client.activate(id);
			await until(() => stage.talkover.webhooks.length === triggers.length);
			expect(stage.urls).toContainEqual(expect.stringContaining('/shared/'));
		}
		await stage.expectToWork();
	});

	test('when a workflow is deleted, so is its webhook', async () => {
		const id = await stage.createActive(workflow());
		await stage.client.deleteWorkflow(id);
		await until(() => stage.talkover.webhooks.length === 0);
	});

	test('events of a campaign start the workflow', async () => {
		await stage.createActive(
			workflow({
				source: 'campaign',
				campaignId: { __rl: true, mode: 'id', value: 'spring' },
				includeCallEvents: true,
			}),
		);
		expect(stage.webhook).toMatchObject({
			campaign_id: 'spring',
			events: ['campaign_call.completed'],
			include_call_events: true,
		});
		const body = { campaign_call: { id: 'c1' } };
		await stage.talkover.deliver('campaign_call.completed', { campaignId: 'spring', body });
		await until(() => stage.log.requests.length === 1);
		expect(stage.logged).toEqual([body]);
	});

	test('a restart of n8n keeps the webhook of a campaign', async () => {
		const campaignId = { __rl: true, mode: 'id', value: 'spring' };
		await stage.createActive(workflow({ source: 'campaign', campaignId }));
		const { webhook } = stage;
		await stage.stop();
		const before = stage.talkover.requests.length;
		await stage.start();
		const methods = () => stage.talkover.requests.slice(before).map(({ method }) => method);
		// n8n 1.x registers all webhooks again when it starts, 2.x does not.
		if (version.startsWith('1.')) await until(() => methods().includes('PUT'));
		expect(methods()).not.toContain('DELETE');
		expect(methods()).not.toContain('POST');
		expect(stage.webhook.id).toBe(webhook.id);
		await stage.talkover.deliver('campaign_call.completed', { campaignId: 'spring', body: {} });
		await until(() => stage.log.requests.length === 1);
	});

	test('after a restart of n8n, there is one webhook, and it works', async () => {
		await stage.createActive(workflow());
		await stage.stop();
		await stage.start();
		// n8n 1.x registers all webhooks again when it starts, 2.x does not.
		await until(() => stage.talkover.webhooks.length === 1);
		await stage.expectToWork();
		expect(stage.talkover.webhooks).toHaveLength(1);
	});

	test('the drop-down of events shows what Talkover offers, or the documented events if it cannot be asked', async () => {
		const query = {
			nodeType: 'n8n-nodes-talkover.talkoverTrigger',
			parameter: 'events',
			methodName: 'getAgentEvents',
			credential: { id: 'talkover', name: 'Talkover account', type: 'talkoverApi' },
		};
		const agentId = { __rl: true, mode: 'id', value: 'sales-agent' };
		stage.talkover.script({
			when: { path: /webhooks/ },
			answer: {
				body: { success: true, data: { webhooks: [], available_events: { event_new: 'Is new' } } },
			},
		});
		expect(await stage.client.loadOptions({ ...query, parameters: { agentId } })).toEqual([
			{ name: 'New', value: 'event_new', description: 'Is new' },
		]);
		const documented = await stage.client.loadOptions({ ...query, parameters: {} });
		expect(documented).toHaveLength(22);
		expect(documented).toContainEqual({
			name: 'Phone Call Ended',
			value: ENDED,
			description: expect.any(String),
		});
		const campaign = { ...query, parameter: 'campaignEvents', methodName: 'getCampaignEvents' };
		expect(await stage.client.loadOptions(campaign)).toHaveLength(13);
	});

	// The last test, since n8n 2.x needs a while to recover from it.
	test('500 events at once start 500 executions, each once', async () => {
		await stage.createActive(workflow());
		const ids = Array.from({ length: 500 }, (_, index) => `call-${index}`);
		const statuses = await Promise.all(ids.map(async (id) => await stage.statuses({ id })));
		// An overloaded n8n answers some with 500 or 503 at first. Talkover retries after that.
		expect(statuses.map((attempts) => attempts.at(-1))).toEqual(ids.map(() => 200));
		await until(() => stage.log.requests.length >= 500);
		expect(stage.logged.map(({ id }) => id).sort()).toEqual([...ids].sort());
	});
});
