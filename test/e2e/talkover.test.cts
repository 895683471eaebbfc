import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startOpenAiStub } from '../../dev/n8n/openAiStub.cts';
import { releases, versions } from '../../dev/n8n/versions.cts';
import { startSimulator } from '../../dev/simulator/index.cts';
import { ACCOUNT } from '../helpers/e2e/prepared.cts';
import { setUp, TOKEN } from '../helpers/e2e/setUp.cts';
import { aiAgent, httpRequest, lookUp, withFiles } from '../helpers/e2e/workflows.cts';
import type { SetUp } from '../helpers/e2e/setUp.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import type { Workflow } from '../../dev/n8n/instance.cts';
import type { ScriptedAnswer } from '../../dev/simulator/api/scripts.cts';
import type { AddressInfo } from 'node:net';
import type { RestClient } from '../../dev/n8n/restClient.cts';

const ON_A_CALL = '+15551234501';
const FREE = '+15551234502';

describe.each(versions)('in n8n %s', (version) => {
	const { agentVersions } = releases[version];
	let real: SetUp;
	let talkover: Simulator;
	let model: Awaited<ReturnType<typeof startOpenAiStub>>;

	beforeAll(async () => {
		const agents = Array.from({ length: 60 }, (_, i) => ({
			id: `team-${i}`,
			name: `Team ${i}`,
			label: '',
		}));
		model = await startOpenAiStub({ toolArguments: { phone: ON_A_CALL } });
		real = await setUp({
			version,
			talkover: {
				agents: [
					{ id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' },
					{ id: 'draft-agent', name: 'Nova', label: 'New Campaign', current_status: 'draft' },
					...agents,
				],
			},
			credentials: [
				{
					id: 'refused',
					name: 'refused',
					type: 'talkoverApi',
					data: { token: TOKEN, baseUrl: 'http://127.0.0.1:1/api/v1' },
				},
				{ id: 'openAi', name: 'Stub', type: 'openAiApi', data: { apiKey: 'none', url: model.url } },
			],
		});
		real.onCleanUp(() => model.stop());
		talkover = real.talkover;
	});

	afterAll(async () => await real.cleanUp());

	beforeEach(() => {
		talkover.reset();
		talkover.startCall({ agentId: 'sales-agent', to: ON_A_CALL, status: 'answered' });
	});

	const run = async (workflow: Workflow) => await real.server.client.run(workflow);

	test('10,000 contacts come out once each, in order, with one request for each', async () => {
		const phones = Array.from({ length: 10_000 }, (_, index) => `+1555${1_000_000 + index}`);
		const onACall = phones.filter((_, index) => index % 3 === 0);
		for (const to of onACall) talkover.startCall({ agentId: 'sales-agent', to });
		const result = await run(
			lookUp(
				'many',
				phones.map((phone) => ({ phone })),
			),
		);
		expect(result.json('Next', 0).map(({ to }) => to)).toEqual(onACall);
		expect(result.json('Next', 1).map(({ phone }) => phone)).toEqual(
			phones.filter((_, index) => index % 3 !== 0),
		);
		expect(talkover.requests).toHaveLength(phones.length);
	});

	test('without On Error, an item that fails stops the workflow, and the error names it', async () => {
		const result = await run(lookUp('stop', [{ phone: FREE }, { phone: 'none' }]));
		expect(result.status).toBe('error');
		expect(result.error).toMatchObject({
			message: '"none" cannot be read as a phone number',
			context: { itemIndex: 1 },
		});
	});

	test('with On Error: Continue, a missing credential is the error of each item', async () => {
		const settings = { onError: 'continueRegularOutput', credentials: {} };
		const result = await run(lookUp('continue', [{ phone: FREE }, { phone: ON_A_CALL }], settings));
		expect(result.json('Next', 0).map(({ error }) => error)).toEqual([
			expect.stringContaining('No Talkover credential'),
			expect.stringContaining('No Talkover credential'),
		]);
		expect(result.json('Next', 1)).toEqual([]);
	});

	test.each([
		['Continue', 'continueRegularOutput', 0],
		['Continue (using error output)', 'continueErrorOutput', 2],
	])(
		'with On Error: %s, an item that fails keeps its contact and file',
		async (_, onError, output) => {
			talkover.script({
				when: { path: /02$/ },
				answer: { status: 403, body: { success: false, message: 'Not yours' } },
			});
			const contacts = [
				{ name: 'Ana', phone: ON_A_CALL },
				{ name: 'Bruno', phone: FREE },
				{ name: 'Carla', phone: 'none', error: 'An error of its own', message: 'Hi' },
			];
			const result = await run(withFiles(lookUp(onError, contacts, { onError })));
			const [active, ...others] = [0, 1, 2].flatMap((nth) => result.items('Next', nth));
			expect(active.json).toMatchObject({ to: ON_A_CALL });
			const files = result.items('Files').map(({ binary }) => binary);
			expect(files).toEqual(contacts.map(() => ({ card: expect.anything() })));
			expect(others).toEqual(result.items('Next', output).slice(-2));
			expect(others).toEqual([
				{
					json: { ...contacts[1], error: expect.stringContaining('Not yours') },
					binary: files[1],
					pairedItem: { item: 1 },
				},
				{
					json: { ...contacts[2], error: expect.stringContaining('"none"') },
					binary: files[2],
					pairedItem: { item: 2 },
				},
			]);
		},
	);

	test('a connection that breaks and a Talkover that is down for a moment lose no item', async () => {
		talkover.script({ when: { path: /01$/ }, answer: { breakConnection: 'middle' } });
		talkover.script({ when: { path: /02$/ }, times: 2, answer: { status: 503, body: 'Down' } });
		const result = await run(lookUp('faults', [{ phone: ON_A_CALL }, { phone: FREE }]));
		expect(result.json('Next', 0)).toEqual([expect.objectContaining({ to: ON_A_CALL })]);
		expect(result.json('Next', 1)).toEqual([{ phone: FREE }]);
		expect(talkover.requests).toHaveLength(5);
	});

	test('many contacts, a rate limit and a network that breaks: each contact has its own result', async () => {
		const limited = await startSimulator({
			tokens: [TOKEN],
			agents: [{ id: 'sales-agent', name: 'Bianca' }],
			// No machine is too slow to use up a window.
			rateLimit: { limit: 100, windowMs: 20_000, resetUnit: 'epochMilliseconds' },
		});
		real.onCleanUp(() => limited.stop());
		const phones = Array.from({ length: 200 }, (_, index) => `+1555${1_000_000 + index}`);
		const onACall = phones.filter((_, index) => index % 3 === 0);
		for (const to of onACall) limited.startCall({ agentId: 'sales-agent', to });
		// Fewer faults of one contact than the node bears, whoever comes first.
		for (const phone of phones.filter((number) => /[57]$/.test(number))) {
			limited.script({
				when: { path: new RegExp(`${phone.slice(1)}$`) },
				times: 2,
				answer: phone.endsWith('7')
					? { breakConnection: 'middle' }
					: { status: 502, body: 'Bad gateway' },
			});
		}
		const data = { token: TOKEN, baseUrl: limited.baseUrl };
		const id = await real.server.client.createCredential({ ...ACCOUNT, data });
		const credentials = { talkoverApi: { id, name: ACCOUNT.name } };
		const contacts = phones.map((phone) => ({ phone }));
		const result = await run(lookUp('many', contacts, { credentials }));
		expect(result.status).toBe('success');
		expect(result.json('Next', 0).map(({ to }) => to)).toEqual(onACall);
		expect(result.json('Next', 1)).toEqual(contacts.filter((_, index) => index % 3 !== 0));
		expect(result.runData.Next[0].hints).toEqual([
			expect.objectContaining({
				message: expect.stringMatching(/^Waited \d+ s for Talkover's rate limit/),
			}),
		]);
	});

	test.each([
		['refuses the connection', 'refused', {}, {}, 'refused the connection'],
		[
			'does not answer in time',
			'talkover',
			{ never: true },
			{ timeout: 1 },
			'gave no answer within 1 s',
		],
		[
			'breaks the connection',
			'talkover',
			{ breakConnection: 'before' },
			{},
			'the connection broke',
		],
		[
			'stops in the middle of an answer',
			'talkover',
			{ breakConnection: 'middle' },
			{},
			'the connection broke',
		],
	])('a Talkover that %s is told of in words', async (name, id, answer, options, words) => {
		const fault = answer as ScriptedAnswer;
		talkover.script({ when: { path: /agents/ }, times: Infinity, answer: fault });
		const result = await run(
			lookUp(name, [{ phone: FREE }], { credentials: { talkoverApi: { id, name: id } } }, options),
		);
		expect(result.error).toMatchObject({
			message: expect.stringContaining(words),
			description: expect.stringMatching(/\w/),
			context: { itemIndex: 0 },
		});
		expect(JSON.stringify(result)).not.toContain(TOKEN);
	});

	describe('the credential in the HTTP Request node', () => {
		let heard: string[];
		let elsewhere: string;

		beforeAll(async () => {
			const server = createServer((request, response) => {
				heard.push(JSON.stringify(request.headers));
				response.end('{}');
			}).listen({ port: 0, host: '127.0.0.1' });
			await once(server, 'listening');
			const { port } = server.address() as AddressInfo;
			elsewhere = `http://127.0.0.1:${port}/`;
			real.onCleanUp(() => new Promise((resolve) => server.close(resolve)));
		});

		beforeEach(() => {
			heard = [];
		});

		test('signs a request to Talkover', async () => {
			const result = await run(httpRequest('own', `${talkover.baseUrl}/agents/sales-agent`));
			expect(result.json('Next')).toEqual([expect.objectContaining({ success: true })]);
		});

		test('is not sent to another origin', async () => {
			const result = await run(httpRequest('other', elsewhere));
			expect(result.error?.message).toContain(`is for ${talkover.origin} and is not sent to`);
			expect(heard).toEqual([]);
		});

		test('is not sent to where a redirect leads', async () => {
			talkover.script({ when: { path: '/agents' }, answer: { redirectTo: elsewhere } });
			const result = await run(httpRequest('redirect', `${talkover.baseUrl}/agents`));
			expect(result.status).toBe('error');
			expect(heard).toEqual([]);
		});
	});

	describe('for an AI agent', () => {
		test.each(agentVersions)('of version %s, tells which call it is', async (agentVersion) => {
			const result = await run(aiAgent(`agent ${agentVersion} active`, agentVersion));
			expect(result.status).toBe('success');
			expect(model.tools[0].description).toContain('call');
			expect(model.toolResults).toEqual([expect.stringContaining(`"to":"${ON_A_CALL}"`)]);
			expect(result.json('Agent')[0].output).toContain('"status":"answered"');
		});

		test.each(agentVersions)(
			'of version %s, tells in words that there is none',
			async (agentVersion) => {
				talkover.reset();
				await run(aiAgent(`agent ${agentVersion} none`, agentVersion));
				expect(model.toolResults).toEqual([expect.stringContaining('"active":false')]);
				expect(model.toolResults[0]).toContain(`is not on a call with ${ON_A_CALL} right now`);
			},
		);
	});

	describe('in the editor', () => {
		let editor: RestClient;
		const credential = { id: 'talkover', name: 'Talkover account', type: 'talkoverApi' };
		const pressTest = async (data: Record<string, unknown>) =>
			await editor.testCredential({ ...credential, data });

		beforeAll(() => {
			editor = real.server.client;
		});

		test('there are the node, its twin for agents, and the credential with its icon', async () => {
			const nodes = (await editor.nodeTypes()).filter(({ name }) => name.includes('talkover'));
			expect(nodes.map(({ name, displayName }) => [name, displayName]).sort()).toEqual([
				['n8n-nodes-talkover.talkover', 'Talkover'],
				['n8n-nodes-talkover.talkoverTool', 'Talkover Tool'],
				['n8n-nodes-talkover.talkoverTrigger', 'Talkover Trigger'],
			]);
			const [found] = (await editor.credentialTypes()).filter(({ name }) => name === 'talkoverApi');
			const { light } = found.iconUrl as { light: string };
			expect(found).toMatchObject({
				displayName: 'Talkover API',
				iconUrl: { light: expect.any(String) },
			});
			const icon = await fetch(`${editor.url}/${light}`);
			expect(await icon.text()).toContain('<svg');
		});

		test('the drop-down lists the agents, page by page, and tells drafts apart', async () => {
			const query = {
				nodeType: 'n8n-nodes-talkover.talkover',
				parameter: 'agentId',
				methodName: 'searchAgents',
				credential,
			};
			const first = await editor.listSearch(query);
			expect(first.results).toHaveLength(50);
			expect(first.results.slice(0, 3)).toEqual([
				{ name: 'Sales Agent (Bianca)', value: 'sales-agent' },
				{ name: 'New Campaign (Nova) [draft]', value: 'draft-agent' },
				{ name: 'Team 0', value: 'team-0' },
			]);
			const second = await editor.listSearch({ ...query, paginationToken: first.paginationToken });
			expect(second.results).toHaveLength(12);
			expect(second.paginationToken).toBeUndefined();
			const found = await editor.listSearch({ ...query, filter: ' nova ' });
			expect(found.results.map(({ value }) => value)).toEqual(['draft-agent']);
		});

		test('the drop-down says in words why it is empty', async () => {
			talkover.script({
				when: { path: /agents/ },
				answer: { status: 401, body: { message: 'Unauthenticated.' } },
			});
			const list = editor.listSearch({
				nodeType: 'n8n-nodes-talkover.talkover',
				parameter: 'agentId',
				methodName: 'searchAgents',
				credential,
			});
			await expect(list).rejects.toThrow('Talkover does not accept the token');
		});

		test('the Test button tells a good token from a bad one, in words', async () => {
			const { baseUrl, origin } = talkover;
			expect(await pressTest({ token: TOKEN, baseUrl })).toMatchObject({ status: 'OK' });
			expect(
				await pressTest({ token: ` Bearer ${TOKEN} `, baseUrl: ` ${baseUrl}/ ` }),
			).toMatchObject({ status: 'OK' });
			expect(
				await pressTest({ token: `\u200b${TOKEN}\ufeff`, baseUrl: `\ufeff${baseUrl}/\u200b` }),
			).toMatchObject({ status: 'OK' });
			expect(await pressTest({ token: 'sim_other', baseUrl })).toEqual({
				status: 'Error',
				// n8n 1.x has words of its own for a 401 and a 404.
				message: expect.stringMatching(
					/Talkover does not accept this token|check your credentials/,
				),
			});
			for (const wrong of [origin, `${baseUrl}/health`, editor.url]) {
				expect(await pressTest({ token: TOKEN, baseUrl: wrong })).toEqual({
					status: 'Error',
					message: expect.stringMatching(/is not the Talkover API|could not be found/),
				});
			}
			expect(await pressTest({ token: TOKEN, baseUrl: 'http://talkover.example/api/v1' })).toEqual({
				status: 'Error',
				message: expect.stringContaining('must begin with https://'),
			});
		});
	});
});
