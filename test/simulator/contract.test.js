const { afterAll, beforeAll, describe, expect, test } = require('@jest/globals');
const { envelopes, startSimulator } = require('../../dev/simulator');
const { ask, askAnything } = require('../../dev/simulator/ask');
const { assertAnswersContract, contract } = require('../../dev/simulator/contract');
const { startReceiver } = require('../../dev/simulator/receiver');

const phone = '+15550100001';
const activeCall = `/agents/agent_000001/active-call/${encodeURIComponent(phone)}`;
const json = { 'content-type': 'application/json' };

/**
 * @param {unknown} node
 * @param {(node: Record<string, any>) => void} visit is given every object in the contract
 */
function walk(node, visit) {
	if (typeof node !== 'object' || node === null) return;
	visit(node);
	for (const child of Object.values(node)) walk(child, visit);
}

/** @typedef {{ method: string, path: string, status: string, body: unknown }} ExampleAnswer */

/** @param {string} key of a response in the contract, as `404` or `2XX` */
const statusOf = (key) => Number(key.replaceAll('X', '0'));

/** @returns {ExampleAnswer[]} all examples of answers in the contract */
function exampleAnswers() {
	return Object.entries(contract.paths).flatMap(([path, methods]) =>
		Object.entries(methods)
			.filter(([, { responses }]) => responses)
			.flatMap(([method, { responses }]) =>
				Object.entries(responses).flatMap(([status, given]) =>
					examplesOf(given).map((body) => ({ method: method.toUpperCase(), path, status, body })),
				),
			),
	);
}

/**
 * @param {Record<string, any>} given an answer in the contract, or a reference to one
 * @returns {unknown[]}
 */
function examplesOf(given) {
	const answer = given.$ref ? contract.components.responses[given.$ref.split('/')[3]] : given;
	const content = answer.content?.['application/json'];
	if (!content) return [];
	const examples =
		content.examples ?? (content.example ? { only: { value: content.example } } : {});
	return Object.values(examples).map(({ value }) => value);
}

describe('the contract', () => {
	test('has all that it refers to, and nothing else among its schemas', () => {
		/** @type {Set<string>} */
		const references = new Set();
		walk(contract, ({ $ref }) => $ref && references.add($ref));
		const here = Object.entries(contract.components)
			.filter(([kind]) => kind !== 'securitySchemes')
			.flatMap(([kind, parts]) => Object.keys(parts).map((name) => `#/components/${kind}/${name}`));
		expect([...references].sort()).toEqual(here.sort());
	});

	test('allows its own examples', () => {
		const examples = exampleAnswers();
		expect(examples.length).toBeGreaterThan(20);
		for (const { method, path, status, body } of examples) {
			assertAnswersContract({
				method,
				path: path.replace(/\{.*?\}/g, 'x'),
				status: statusOf(status),
				headers: json,
				body,
			});
		}
	});

	test.each([
		['an unknown path', { path: '/nowhere' }, /no such operation/],
		['an unknown method', { method: 'DELETE' }, /no such operation/],
		['an unlisted status', { status: 418 }, /no such status/],
		['another content type', { headers: { 'content-type': 'text/html' } }, /content type/],
		[
			'a header of another type',
			{ headers: { ...json, 'x-ratelimit-limit': 'many' } },
			/X-RateLimit-Limit: .*integer/,
		],
		['an object where a list belongs', { body: { success: true, data: {} } }, /array/],
		['a missing member', { body: { data: [] } }, /success/],
		[
			'a status that an active call cannot have',
			{ body: { success: true, data: [{ status: 'completed' }] } },
			/allowed values/,
		],
		[
			'a time of another format',
			{ body: { success: true, data: [{ started_at: 'yesterday' }] } },
			/date-time/,
		],
		['an error without a word', { status: 404, body: { success: false } }, /message/],
	])('refuses %s', (_, wrong, message) => {
		const right = {
			method: 'GET',
			path: activeCall,
			status: 200,
			headers: json,
			body: { success: true, data: [{ id: 'call_000001', status: 'ringing' }] },
		};
		assertAnswersContract(right);
		expect(() => assertAnswersContract({ ...right, ...wrong })).toThrow(message);
	});
});

describe('the envelopes', () => {
	test.each(Object.entries(envelopes))('%s is one of the documented errors', (_, { body }) => {
		// The contract allows any documented error here, whatever the status of the page that shows it.
		assertAnswersContract({ method: 'GET', path: activeCall, status: 404, headers: json, body });
	});

	test('are all the errors that the contract shows', () => {
		const errors = exampleAnswers()
			.filter(({ status }) => statusOf(status) >= 400)
			.map(({ status, body }) => ({ status: statusOf(status), body }));
		expect(Object.values(envelopes)).toEqual(expect.arrayContaining(errors));
	});
});

describe.each(/** @type {const} */ (['meta', 'pagination']))(
	'the simulator (%s)',
	(pageInfoKey) => {
		/** @type {import('../../dev/simulator').Simulator} */
		let simulator;
		/** @type {import('../../dev/simulator').Simulator} */
		let limited;
		beforeAll(async () => {
			const agents = [{}, { current_status: 'draft' }, { direction: 'inbound' }];
			simulator = await startSimulator({
				agents,
				campaigns: [{}, { status: 'paused' }, { campaign_type: 'reminder' }],
				pageInfoKey,
			});
			simulator.startCall({ agentId: 'agent_000001', to: phone });
			simulator.startCall({ agentId: 'agent_000001', to: phone, status: 'answered' });
			simulator.startCall({ agentId: 'agent_000001', to: phone, status: 'completed' });
			await ask(simulator, '/campaigns/campaign_000003/call', {
				method: 'POST',
				body: { to: phone },
			});
			limited = await startSimulator({
				agents,
				pageInfoKey,
				rateLimit: { limit: 1, windowMs: 3_600_000, retryAfterHeader: true },
			});
			await askAnything(limited, '/agents');
		});
		afterAll(() => Promise.all([simulator.stop(), limited.stop()]));

		test.each([
			['/health', 200],
			['/agents', 200],
			['/agents?page=2&per_page=2', 200],
			['/agents?page=7', 200],
			['/agents?search=agent&status=published&direction=inbound', 200],
			['/agents?per_page=101', 422],
			['/agents?status=asleep', 422],
			['/agents/agent_000001', 200],
			['/agents/agent_000009', 404],
			[activeCall, 200],
			[activeCall.replace('000001', '000002'), 404],
			[activeCall.replace('000001', '000009'), 404],
			['/agents/agent_000001/active-call/5550100001', 422],
			['/calls', 200],
			['/calls?page=2&per_page=1', 200],
			['/calls?page=7', 200],
			['/calls?status=asleep', 422],
			['/agents/agent_000001/calls', 200],
			['/agents/agent_000009/calls', 404],
			['/agents/agent_000001/calls?date_from=now', 422],
			['/campaigns', 200],
			['/campaigns?page=2&per_page=2', 200],
			['/campaigns?page=7', 200],
			['/campaigns?campaign_type=survey', 422],
			['/campaigns/campaign_000001', 200],
			['/campaigns/campaign_000009', 404],
		])('answers %s with %i as the contract says', async (path, status) => {
			const answer = await askAnything(simulator, path);
			expect(answer.status).toBe(status);
			assertAnswersContract({ method: 'GET', path: path.split('?')[0], ...answer });
		});

		test.each(
			/** @type {Array<[path: string, body: unknown, status: number]>} */ ([
				['/agents/agent_000001/call', { to: phone }, 200],
				['/agents/agent_000001/call', {}, 400],
				['/agents/agent_000001/call', { to: '555' }, 400],
				['/agents/agent_000002/call', { to: phone }, 400],
				['/agents/agent_000009/call', { to: phone }, 404],
				['/agents/agent_000001/call', { to: phone, delay_seconds: -1 }, 422],
				['/agents/agent_000001/end-call', { call_sid: 'call_000001' }, 200],
				['/agents/agent_000001/end-call', { call_sid: 'call_000003' }, 409],
				['/agents/agent_000001/end-call', { call_sid: 'call_000000' }, 404],
				['/agents/agent_000009/end-call', { call_sid: 'call_000001' }, 404],
				['/agents/agent_000001/end-call', {}, 422],
				['/campaigns/campaign_000001/call', { to: phone, allow_duplicates: true }, 201],
				['/campaigns/campaign_000002/call', { to: phone }, 400],
				['/campaigns/campaign_000009/call', { to: phone }, 404],
				['/campaigns/campaign_000003/call', { to: phone }, 409],
				['/campaigns/campaign_000001/call', {}, 422],
			]),
		)('answers POST %s of %j with %i as the contract says', async (path, body, status) => {
			const answer = await askAnything(simulator, path, { method: 'POST', body });
			expect(answer.status).toBe(status);
			assertAnswersContract({ method: 'POST', path, ...answer });
		});

		test.each([
			['GET', '/agents'],
			['GET', '/agents/agent_000001'],
			['GET', activeCall],
			['POST', '/agents/agent_000001/call'],
			['POST', '/agents/agent_000001/end-call'],
			['GET', '/calls'],
			['GET', '/agents/agent_000001/calls'],
			['GET', '/campaigns'],
			['GET', '/campaigns/campaign_000001'],
			['POST', '/campaigns/campaign_000001/call'],
		])('refuses strangers and the hasty at %s %s as the contract says', async (method, path) => {
			const stranger = await askAnything(simulator, path, { method, token: null });
			expect(stranger.status).toBe(401);
			assertAnswersContract({ method, path, ...stranger });

			const hasty = await askAnything(limited, path, { method });
			expect(hasty.status).toBe(429);
			assertAnswersContract({ method, path, ...hasty });
		});
	},
);

describe('the webhooks of the simulator', () => {
	const ofAgent = '/agents/agent_000001/webhooks';
	const ofCampaign = '/campaigns/campaign_000001/webhooks';
	const settings = {
		name: 'Hook',
		webhook_url: 'http://127.0.0.1:1/',
		events: ['event_recording'],
	};

	/** @type {import('../../dev/simulator').Simulator} */
	let simulator;
	/** @type {import('../../dev/simulator').Simulator} */
	let limited;
	/** @type {import('../../dev/simulator/receiver').Receiver} */
	let receiver;
	/** @type {Record<string, string>} Ids, by what stands for them in a path. */
	let ids;
	beforeAll(async () => {
		receiver = await startReceiver();
		const agents = [{}];
		simulator = await startSimulator({ agents });
		simulator.addCampaign({ id: 'campaign_000001' });
		limited = await startSimulator({ agents, rateLimit: { limit: 0, windowMs: 3_600_000 } });
		const good = { ...settings, webhook_url: receiver.url };
		ids = {
			GOOD: (await send('POST', ofAgent, good)).body.data.id,
			DEAD: (await send('POST', ofAgent, settings)).body.data.id,
			OFF: (await send('POST', ofAgent, { ...settings, enabled: false })).body.data.id,
			CAMPAIGN: (await send('POST', ofCampaign, settings)).body.data.id,
		};
		simulator.editWebhook(ids.DEAD, { max_retries: 0 });
		await simulator.deliver('event_recording', { agentId: 'agent_000001' });
		expect(simulator.webhooks.map(({ status }) => status)).toEqual(
			expect.arrayContaining(['active', 'error', 'disabled']),
		);
	});
	afterAll(() => Promise.all([simulator.stop(), limited.stop(), receiver.stop()]));

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {unknown} [body]
	 */
	const send = (method, path, body) =>
		askAnything(simulator, path, { method, body: JSON.stringify(body) });

	const nobody = ofAgent.replace('1', '9');
	const nowhere = ofCampaign.replace('1', '9');
	test.each(
		/** @type {Array<[method: string, path: string, status: number, body?: object]>} */ ([
			['GET', ofAgent, 200],
			['POST', ofAgent, 200, settings],
			['POST', ofAgent, 422, { ...settings, timeout: 4, custom_headers: [{}] }],
			['POST', ofAgent, 422],
			['GET', `${ofAgent}/DEAD`, 200],
			['PUT', `${ofAgent}/GOOD`, 200, { name: 'Other' }],
			['PUT', `${ofAgent}/GOOD`, 422, { events: [] }],
			['PATCH', `${ofAgent}/OFF/toggle`, 200],
			['POST', `${ofAgent}/GOOD/test`, 200],
			['POST', `${ofAgent}/DEAD/test`, 200],
			['DELETE', `${ofAgent}/OFF`, 200],
			['GET', nobody, 404],
			['POST', nobody, 404, settings],
			...[`${ofAgent}/NONE`, `${nobody}/GOOD`].flatMap((path) => [
				['GET', path, 404],
				['PUT', path, 404, {}],
				['DELETE', path, 404],
				['PATCH', `${path}/toggle`, 404],
				['POST', `${path}/test`, 404],
			]),
			['GET', ofCampaign, 200],
			['POST', ofCampaign, 201, settings],
			['POST', ofCampaign, 422, { ...settings, events: ['event_action'] }],
			['DELETE', `${ofCampaign}/CAMPAIGN`, 200],
			['DELETE', `${ofCampaign}/NONE`, 404],
			['GET', nowhere, 404],
			['POST', nowhere, 404, settings],
			['DELETE', `${nowhere}/CAMPAIGN`, 404],
		]),
	)('answer %s %s with %i as the contract says', async (method, template, status, ...[body]) => {
		const path = template.replace(/[A-Z]{2,}/, (name) => ids[name] ?? name);
		const answer = await send(method, path, body);
		expect(answer.status).toBe(status);
		assertAnswersContract({ method, path, ...answer });
	});

	test.each([
		['GET', ofAgent],
		['POST', ofAgent],
		['GET', `${ofAgent}/x`],
		['PUT', `${ofAgent}/x`],
		['DELETE', `${ofAgent}/x`],
		['PATCH', `${ofAgent}/x/toggle`],
		['POST', `${ofAgent}/x/test`],
		['GET', ofCampaign],
		['POST', ofCampaign],
		['DELETE', `${ofCampaign}/x`],
	])('refuse strangers and the hasty at %s %s as the contract says', async (method, path) => {
		const stranger = await askAnything(simulator, path, { method, token: null });
		expect(stranger.status).toBe(401);
		assertAnswersContract({ method, path, ...stranger });

		const hasty = await askAnything(limited, path, { method });
		expect(hasty.status).toBe(429);
		assertAnswersContract({ method, path, ...hasty });
	});
});
