import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { SECRET_HEADER } from '../../../nodes/TalkoverTrigger/secret';
import { TOKEN } from '../../helpers/engine';
import { agent, Stage } from '../../helpers/triggerStage';

const stage = new Stage();

const events = ['event_recording'];
const ofCampaign = {
	source: 'campaign',
	campaignId: { __rl: true, mode: 'id', value: 'c-1' },
	campaignEvents: ['campaign.started'],
};

/** Registers something in Talkover, behind the trigger's back. @returns its id */
async function leave(url = stage.address(), agentId = 'agent-1'): Promise<string> {
	const path = `/agents/${agentId}/webhooks`;
	const response = await fetch(stage.talkover.baseUrl + path, {
		method: 'POST',
		headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ name: 'Left', webhook_url: url, events }),
	});
	stage.talkover.requests.pop();
	const { data } = (await response.json()) as { data: { id: string } };
	return data.id;
}

/** What was kept by an activation, of which the webhook is gone. */
const kept = (more: IDataObject = {}): IDataObject => ({
	owner: { kind: 'agents', id: 'agent-1' },
	url: stage.address(),
	...more,
});

describe('activating', () => {
	test('registers the address, with a secret', async () => {
		await stage.activate({ events });
		expect(stage.talkover.webhooks).toMatchObject([
			{
				agent_id: 'agent-1',
				name: 'n8n: Test',
				webhook_url: stage.address(),
				events,
				http_method: 'POST',
				enabled: true,
				timeout: 120,
				max_retries: 10,
				custom_headers: [
					{ key: SECRET_HEADER, value: expect.stringMatching(/^\d+\.[0-9a-f]{64}\.[0-9a-f]{64}$/) },
				],
			},
		]);
	});

	test('a test listen has an address of its own, and leaves the other alone', async () => {
		await stage.activate();
		await stage.activate({}, { isTest: true });
		expect(stage.addresses).toEqual([stage.address(), stage.address({ isTest: true })]);
	});

	test('leaves other webhooks alone', async () => {
		await leave('https://example.com/hook');
		await stage.activate();
		expect(stage.addresses).toEqual(['https://example.com/hook', stage.address()]);
	});

	test('puts right what somebody has changed, in place: what Talkover is about to deliver again arrives', async () => {
		const staticData = {};
		await stage.activate({ events }, { staticData });
		const [{ id }] = stage.talkover.webhooks;
		stage.talkover.editWebhook(id, {
			webhook_url: 'https://example.com/elsewhere',
			events: ['event_action'],
			enabled: false,
			http_method: 'PUT',
			timeout: 5,
			max_retries: 0,
			authorization_scheme: 'custom',
			custom_headers: [{ key: 'X-Other', value: 'other' }],
			payload_templates: { event_recording: {} },
		});
		await stage.activate({ events }, { staticData });
		expect(stage.talkover.webhooks).toMatchObject([
			{
				id,
				webhook_url: stage.address(),
				events,
				enabled: true,
				http_method: 'POST',
				timeout: 120,
				max_retries: 10,
				authorization_scheme: 'none',
				custom_headers: [{ key: SECRET_HEADER }],
				payload_templates: {},
			},
		]);
		expect(await stage.receive({ [SECRET_HEADER]: stage.secret }, { staticData })).toBe(200);
		expect(stage.methods).toEqual(['GET', 'POST', 'GET', 'PUT']);
	});

	test.each([400, 404, 405, 422])(
		'replaces what Talkover does not want to change: HTTP %i',
		async (status) => {
			const id = await leave();
			stage.talkover.script({ when: { method: 'PUT' }, answer: { status, body: {} } });
			await stage.activate();
			expect(stage.addresses).toEqual([stage.address()]);
			expect(stage.talkover.webhooks[0].id).not.toBe(id);
			expect(stage.methods).toEqual(['GET', 'PUT', 'DELETE', 'POST']);
		},
	);

	test('leaves one of several, and takes the others away first, so that no event comes twice', async () => {
		for (let count = 0; count < 3; count++) await leave();
		await stage.activate();
		expect(stage.addresses).toEqual([stage.address()]);
		expect(stage.methods).toEqual(['GET', 'DELETE', 'DELETE', 'PUT']);
	});

	test("leaves alone what is registered for n8n's former address, and says so: it may be another n8n's", async () => {
		const staticData = {};
		await stage.activate({}, { staticData });
		const [former] = stage.addresses;
		const copies = ['activate', 'deactivate'].map(() => structuredClone(staticData));
		const warnings: string[] = [];
		const [activating, deactivating] = copies.map((copy) => {
			const context = stage.hook({}, { staticData: copy, origin: 'https://staging.test' });
			context.logger.warn = (message) => void warnings.push(message);
			return context;
		});
		await stage.remove(deactivating);
		expect(stage.addresses).toEqual([former]);
		await stage.create(activating);
		expect(stage.addresses).toEqual([former, former.replace('n8n.test', 'staging.test')]);
		const words = `The webhook of "Test" for ${former} is left in Talkover`;
		expect(warnings).toEqual([expect.stringContaining(words), expect.stringContaining(words)]);
	});

	test('removes what is left at another agent', async () => {
		await leave(stage.address(), 'agent-2');
		await stage.activate({}, { staticData: kept({ owner: { kind: 'agents', id: 'agent-2' } }) });
		expect(stage.talkover.webhooks).toMatchObject([{ agent_id: 'agent-1' }]);
	});

	test('of a campaign, for which there is no request to change a webhook', async () => {
		const staticData = {};
		await stage.activate(ofCampaign, { staticData });
		expect(stage.talkover.webhooks).toMatchObject([
			{ campaign_id: 'c-1', events: ['campaign.started'], include_call_events: false },
		]);
		await stage.activate({ ...ofCampaign, includeCallEvents: 'true' }, { staticData });
		expect(stage.talkover.webhooks).toMatchObject([
			{ campaign_id: 'c-1', include_call_events: true },
		]);
		expect(stage.methods).toEqual(['GET', 'POST', 'GET', 'DELETE', 'POST']);
	});

	test('an expression may give a single event', async () => {
		await stage.activate({ events: 'event_recording' });
		expect(stage.talkover.webhooks).toMatchObject([{ events }]);
	});

	test.each([
		[{ events: [] }, 'No event is chosen'],
		[agent(''), 'No agent is chosen'],
		[agent('nobody'), 'No agent with the ID "nobody" in this Talkover environment. Choose it from'],
		[{ ...ofCampaign, includeCallEvents: 'perhaps' }, 'Include Call Events cannot be "perhaps"'],
	])('stops for %j', async (parameters, words) => {
		await expect(stage.activate(parameters)).rejects.toThrow(words);
		expect(stage.talkover.webhooks).toEqual([]);
	});

	test('stops when nobody knows whether it is registered, and sends nothing again', async () => {
		stage.talkover.script({ when: { method: 'POST' }, answer: { status: 502, body: 'Oh' } });
		await expect(stage.activate()).rejects.toThrow('The webhook may have been registered');
		expect(stage.methods).toEqual(['GET', 'POST']);
	});

	test.each([401, 403])('stops when the token may not: HTTP %i', async (status) => {
		await leave();
		const answer = { status, body: { message: 'Nein' } };
		stage.talkover.script({ when: { method: 'PUT' }, answer });
		stage.talkover.script({ when: { method: 'DELETE' }, answer });
		await expect(stage.activate()).rejects.toThrow('the token');
	});
});

describe('the secret', () => {
	const header = (secret: unknown) => ({ [SECRET_HEADER]: secret }) as IDataObject;

	test('lets an event in, and nothing else does', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		const { secret } = stage;
		expect(await stage.receive(header(secret), { staticData })).toBe(200);
		const [madeAt, random, proof] = secret.split('.');
		const later = Number(madeAt) + 1;
		for (const wrong of [
			`${secret}0`,
			`${secret}.0`,
			secret.slice(1),
			'',
			undefined,
			[secret],
			`${later}.${random}.${proof}`,
			`${later}.${proof}.${random}`,
			`${later}..`,
			`9e99.${random}.${proof}`,
			random,
			TOKEN,
		]) {
			expect(await stage.receive(header(wrong), { staticData })).toBe(401);
		}
		expect(await stage.receive({}, { staticData })).toBe(401);
	});

	test('is another one for each webhook, and a former one lets nothing in', async () => {
		const staticData: IDataObject = {};
		const secrets: string[] = [];
		for (let count = 0; count < 3; count++) {
			await stage.activate({}, { staticData });
			secrets.push(stage.secret);
			await stage.deactivate({}, { staticData });
		}
		expect(new Set(secrets.map((secret) => secret.split('.')[1])).size).toBe(3);
		const statuses = [];
		for (const secret of secrets) {
			statuses.push(await stage.receive(header(secret), { staticData }));
		}
		expect(statuses).toEqual([401, 401, 200]);
	});

	test('stays the same for a webhook that is changed in place: what comes once more may carry it', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		const { secret } = stage;
		await stage.startAgain();
		await stage.activate({ events }, { staticData });
		expect(stage.talkover.webhooks).toMatchObject([{ events }]);
		expect(stage.secret).toBe(secret);
		expect(await stage.receive(header(secret), { staticData })).toBe(200);
	});

	test('is a new one for a webhook of which it is not known any more', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		const { secret: former } = stage;
		const setting = { staticData, token: 'another' };
		await stage.activate({}, setting);
		expect(stage.talkover.webhooks).toHaveLength(1);
		expect(await stage.receive(header(stage.secret), setting)).toBe(200);
		expect(await stage.receive(header(former), setting)).toBe(401);
	});

	describe('though n8n writes back what was kept before', () => {
		let before: IDataObject;
		let former: string;
		/** What is kept when the next event comes: n8n may write it back once more after each. */
		const written = () => ({ staticData: structuredClone(before) });

		beforeEach(async () => {
			const staticData: IDataObject = {};
			await stage.activate({}, { staticData });
			before = structuredClone(staticData);
			former = stage.secret;
			await stage.deactivate({}, { staticData });
			await stage.activate({}, { staticData });
		});

		test('is known, and the former one is not', async () => {
			expect(await stage.receive(header(former), written())).toBe(401);
			expect(await stage.receive(header(stage.secret), written())).toBe(200);
			expect(await stage.receive(header(former), written())).toBe(401);
		});

		test('is known after the token has been replaced', async () => {
			expect(await stage.receive(header(stage.secret), { ...written(), token: 'another' })).toBe(
				200,
			);
		});

		test('is known after n8n has started again; from then on, the former one is not', async () => {
			await stage.startAgain();
			expect(await stage.receive(header(stage.secret), written())).toBe(200);
			expect(await stage.receive(header(former), written())).toBe(401);
			expect(await stage.receive(header(stage.secret), written())).toBe(200);
		});

		test('what is learned is kept', async () => {
			await stage.startAgain();
			const { staticData } = written();
			expect(await stage.receive(header(stage.secret), { staticData })).toBe(200);
			await stage.startAgain();
			expect(await stage.receive(header(former), { staticData })).toBe(401);
			const setting = { staticData, token: 'another' };
			expect(await stage.receive(header(stage.secret), setting)).toBe(200);
		});
	});

	test('is known though nothing was kept, as after a crash', async () => {
		await stage.activate();
		await stage.startAgain();
		expect(await stage.receive(header(stage.secret))).toBe(200);
	});

	test('is known after the token has been replaced', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		await stage.startAgain();
		const setting = { staticData, token: 'another' };
		expect(await stage.receive(header(stage.secret), setting)).toBe(200);
	});

	test('is known though the clock goes back', async () => {
		const staticData: IDataObject = {};
		const now = Date.now();
		const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
		await stage.activate({}, { staticData });
		const before = structuredClone(staticData);
		await stage.deactivate({}, { staticData });
		clock.mockReturnValue(now - 60_000);
		await stage.activate({}, { staticData });
		clock.mockRestore();
		expect(await stage.receive(header(stage.secret), { staticData: before })).toBe(200);
	});

	test.each([
		['with another token', { token: 'another' }],
		['for another workflow', { workflowId: 'copy' }],
		['for a test', { isTest: true }],
		['without a token', { token: '' }],
	])('lets nothing in %s, where nothing is kept', async (_, setting) => {
		await stage.activate();
		await stage.startAgain();
		expect(await stage.receive(header(stage.secret), setting)).toBe(401);
	});

	test('cannot be told from what is kept, without the token', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		const [, , proof] = stage.secret.split('.');
		expect(JSON.stringify(staticData)).not.toContain(proof);
	});
});

describe('deactivating', () => {
	test('removes all at the address, and forgets what was kept', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		await leave();
		expect(await stage.deactivate({}, { staticData })).toBe(true);
		expect(stage.addresses).toEqual([]);
		expect(staticData).toEqual({});
	});

	test('removes what was registered, and not kept, in an n8n that has ended', async () => {
		await stage.activate();
		await stage.startAgain();
		await stage.deactivate();
		expect(stage.addresses).toEqual([]);
	});

	test('neither uses nor removes what a copy brings of its original', async () => {
		const staticData: IDataObject = {};
		await stage.activate({}, { staticData });
		const copied = structuredClone(staticData);
		expect(await stage.deactivate({}, { staticData: copied, workflowId: 'copy' })).toBe(true);
		expect(stage.addresses).toEqual([stage.address()]);
		expect(copied).toEqual({});
	});

	test('is done when the webhook is gone', async () => {
		expect(await stage.deactivate({}, { staticData: kept() })).toBe(true);
	});

	test.each([
		['it goes just now', 'DELETE'],
		['the agent is gone', 'GET'],
	])('is done when %s', async (_, method) => {
		await leave();
		const answer = { status: 404, body: { message: 'Agent not found' } };
		stage.talkover.script({ when: { method }, answer });
		expect(await stage.deactivate({}, { staticData: kept() })).toBe(true);
	});

	test.each([
		['Talkover cannot be asked', 403, { message: 'Nein' }, 'Talkover does not allow this'],
		['something else answers', 404, '<h1>Not found</h1>', 'What answered is not the Talkover API'],
	])('says so, and does not stop n8n, when %s', async (_, status, body, words) => {
		stage.talkover.script({ when: { method: 'GET' }, answer: { status, body } });
		const staticData = kept();
		const context = stage.hook({}, { staticData });
		const warnings: string[] = [];
		context.logger.warn = (message) => void warnings.push(message);
		expect(await stage.remove(context)).toBe(false);
		expect(warnings).toEqual([
			expect.stringContaining(`A webhook of "Test" may be left in Talkover: ${words}`),
		]);
		expect(warnings[0]).not.toContain(TOKEN);
		expect(staticData).toEqual(kept());
	});
});
