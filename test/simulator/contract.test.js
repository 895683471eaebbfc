const { afterAll, beforeAll, describe, expect, test } = require('@jest/globals');
const { envelopes, startSimulator } = require('../../dev/simulator');
const { ask, askAnything } = require('../../dev/simulator/ask');
const { assertAnswersContract, contract } = require('../../dev/simulator/contract');
const { matchPath } = require('../../dev/simulator/pathTemplate');
const { startReceiver } = require('../../dev/simulator/receiver');
const { findRoute, routes } = require('../../dev/simulator/routes');

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

/** @param {string} path of the contract, whose parameters are filled in */
const examplePath = (path) =>
	path
		.replace('{agent_id}', 'agent_000001')
		.replace('{campaign_id}', 'campaign_000001')
		.replace('{phone}', encodeURIComponent(phone))
		.replace(/\{.*?\}/g, 'x');

/** The operations of the contract, with the statuses that they document. */
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
	Object.entries(methods)
		.filter(([, { responses }]) => responses)
		.map(([method, { responses, 'x-documented-statuses': sources }]) => ({
			method: method.toUpperCase(),
			path,
			statuses: Object.keys(responses),
			/** @type {string[]} Statuses that only the Portuguese page has. */
			portuguese: (sources.pt_br ?? []).map(String),
		})),
);

/**
 * The simulator has an endpoint only for operations that a test needs to behave. The others need no code here, and answer like a route
 * that does not exist.
 *
 * @param {{ method: string, path: string }} operation
 */
const isSimulated = ({ method, path }) => findRoute(method, examplePath(path)) !== undefined;

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
	test('has every component that it refers to, and no other', () => {
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
		['an object in place of a list', { body: { success: true, data: {} } }, /array/],
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
		['an error without a message', { status: 404, body: { success: false } }, /message/],
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
		// Here, the contract allows every documented error, with any status.
		assertAnswersContract({ method: 'GET', path: activeCall, status: 404, headers: json, body });
	});

	test('are all the errors that the contract shows for the operations of the simulator', () => {
		const errors = exampleAnswers()
			.filter((example) => isSimulated(example) && statusOf(example.status) >= 400)
			.map(({ status, body }) => ({ status: statusOf(status), body }));
		expect(Object.values(envelopes)).toEqual(expect.arrayContaining(errors));
	});
});

/** @typedef {[method: string, path: string, status: number, body?: unknown]} Check A request, and the status that it must get. */

const agent = '/agents/agent_000001';
const unknownAgent = '/agents/agent_000009';
const campaign = '/campaigns/campaign_000001';
const unknownCampaign = '/campaigns/campaign_000009';
const agentHooks = `${agent}/webhooks`;
const campaignHooks = `${campaign}/webhooks`;
const hook = { name: 'Hook', webhook_url: 'http://127.0.0.1:1/', events: ['event_recording'] };

/** @type {Check[]} */
const CHECKS = [
	['GET', '/health', 200],
	['GET', '/agents', 200],
	['GET', '/agents?page=2&per_page=2', 200],
	['GET', '/agents?page=7', 200],
	['GET', '/agents?search=agent&status=published&direction=inbound', 200],
	['GET', '/agents?per_page=101', 422],
	['GET', '/agents?status=asleep', 422],
	['GET', agent, 200],
	['GET', unknownAgent, 404],
	['GET', activeCall, 200],
	['GET', activeCall.replace('000001', '000002'), 404],
	['GET', activeCall.replace('000001', '000009'), 404],
	['GET', `${agent}/active-call/5550100001`, 422],
	['GET', '/calls', 200],
	['GET', '/calls?page=2&per_page=1', 200],
	['GET', '/calls?page=7', 200],
	['GET', '/calls?status=asleep', 422],
	['GET', `${agent}/calls`, 200],
	['GET', `${unknownAgent}/calls`, 404],
	['GET', `${agent}/calls?date_from=now`, 422],
	['GET', '/campaigns', 200],
	['GET', '/campaigns?page=2&per_page=2', 200],
	['GET', '/campaigns?page=7', 200],
	['GET', '/campaigns?campaign_type=survey', 422],
	['GET', campaign, 200],
	['GET', unknownCampaign, 404],

	['POST', `${agent}/call`, 200, { to: phone }],
	['POST', `${agent}/call`, 400, {}],
	['POST', `${agent}/call`, 400, { to: '555' }],
	['POST', '/agents/agent_000002/call', 400, { to: phone }],
	['POST', `${unknownAgent}/call`, 404, { to: phone }],
	['POST', `${agent}/call`, 422, { to: phone, delay_seconds: -1 }],
	['POST', `${agent}/end-call`, 200, { call_sid: 'call_000001' }],
	['POST', `${agent}/end-call`, 409, { call_sid: 'call_000003' }],
	['POST', `${agent}/end-call`, 404, { call_sid: 'call_000000' }],
	['POST', `${unknownAgent}/end-call`, 404, { call_sid: 'call_000001' }],
	['POST', `${agent}/end-call`, 422, {}],
	['POST', `${campaign}/call`, 201, { to: phone, allow_duplicates: true }],
	['POST', '/campaigns/campaign_000002/call', 400, { to: phone }],
	['POST', `${unknownCampaign}/call`, 404, { to: phone }],
	['POST', '/campaigns/campaign_000003/call', 409, { to: phone }],
	['POST', `${campaign}/call`, 422, {}],

	['PATCH', '/campaigns/campaign_000002/status', 200, { status: 'active' }],
	['PATCH', `${campaign}/status`, 400, { status: 'draft' }],
	['PATCH', `${unknownCampaign}/status`, 404, { status: 'paused' }],
	['PATCH', `${campaign}/status`, 422, {}],
];

/** @type {Check[]} In this order. Names in capitals stand for the IDs of webhooks. */
const WEBHOOK_CHECKS = [
	['GET', agentHooks, 200],
	['POST', agentHooks, 200, hook],
	['POST', agentHooks, 422, { ...hook, timeout: 4, custom_headers: [{}] }],
	['POST', agentHooks, 422],
	['GET', `${agentHooks}/FAILING`, 200],
	['PUT', `${agentHooks}/WORKING`, 200, { name: 'Other' }],
	['PUT', `${agentHooks}/WORKING`, 422, { events: [] }],
	['PATCH', `${agentHooks}/DISABLED/toggle`, 200],
	['POST', `${agentHooks}/WORKING/test`, 200],
	['POST', `${agentHooks}/FAILING/test`, 200],
	['DELETE', `${agentHooks}/DISABLED`, 200],
	['GET', `${unknownAgent}/webhooks`, 404],
	['POST', `${unknownAgent}/webhooks`, 404, hook],
	...[`${agentHooks}/NONE`, `${unknownAgent}/webhooks/WORKING`].flatMap(
		(path) =>
			/** @type {Check[]} */ ([
				['GET', path, 404],
				['PUT', path, 404, {}],
				['DELETE', path, 404],
				['PATCH', `${path}/toggle`, 404],
				['POST', `${path}/test`, 404],
			]),
	),
	['GET', campaignHooks, 200],
	['POST', campaignHooks, 201, hook],
	['POST', campaignHooks, 422, { ...hook, events: ['event_action'] }],
	['GET', `${campaignHooks}/CAMPAIGN`, 200],
	['PUT', `${campaignHooks}/CAMPAIGN`, 200, { include_call_events: true }],
	['PUT', `${campaignHooks}/CAMPAIGN`, 422, { events: [] }],
	['POST', `${campaignHooks}/CAMPAIGN/test`, 200],
	['DELETE', `${campaignHooks}/CAMPAIGN`, 200],
	['GET', `${unknownCampaign}/webhooks`, 404],
	['POST', `${unknownCampaign}/webhooks`, 404, hook],
	...[`${campaignHooks}/NONE`, `${unknownCampaign}/webhooks/CAMPAIGN`].flatMap(
		(path) =>
			/** @type {Check[]} */ ([
				['GET', path, 404],
				['PUT', path, 404, {}],
				['DELETE', path, 404],
				['POST', `${path}/test`, 404],
			]),
	),
];

/** Statuses that the simulator gives only when a test scripts them. */
const ONLY_SCRIPTED = ['402', '403', '500', '5XX', 'default'];

test('the simulator has no operation that the contract lacks', () => {
	const other = routes.filter(
		(route) =>
			!operations.some(({ method, path }) => method === route.method && path === route.path),
	);
	expect(other).toEqual([]);
});

test('an operation without an endpoint is like a route that does not exist', async () => {
	const simulator = await startSimulator();
	for (const { method, path } of operations.filter((operation) => !isSimulated(operation))) {
		const { status, body } = await askAnything(simulator, examplePath(path), { method });
		expect([status, body.message]).toEqual([404, expect.stringContaining('could not be found')]);
	}
	await simulator.stop();
});

test('each documented status of each operation with an endpoint is checked below', () => {
	const checks = [...CHECKS, ...WEBHOOK_CHECKS];
	// Checked for every operation.
	const always = ['401', '429'];
	const unchecked = operations
		.filter(isSimulated)
		.flatMap(({ method, path, statuses, portuguese }) =>
			statuses
				.filter((status) => ![...always, ...ONLY_SCRIPTED, ...portuguese].includes(status))
				.filter(
					(status) =>
						!checks.some(
							([checkedMethod, checkedPath, checkedStatus]) =>
								checkedMethod === method &&
								matchPath(path, checkedPath.split('?')[0]) &&
								new RegExp(`^${status.replaceAll('X', '\\d')}$`).test(String(checkedStatus)),
						),
				)
				.map((status) => `${method} ${path} → ${status}`),
		);
	expect(unchecked).toEqual([]);
});

describe.each(/** @type {const} */ (['meta', 'pagination']))(
	'the simulator (%s)',
	(pageInfoKey) => {
		/** @type {import('../../dev/simulator').Simulator} */
		let simulator;
		beforeAll(async () => {
			simulator = await startSimulator({
				agents: [{}, { current_status: 'draft' }, { direction: 'inbound' }],
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
		});
		afterAll(() => simulator.stop());

		test.each(CHECKS)(
			'answers %s %s with %i as the contract says',
			async (method, path, status, ...[body]) => {
				const answer = await askAnything(simulator, path, { method, body });
				expect(answer.status).toBe(status);
				assertAnswersContract({ method, path: path.split('?')[0], ...answer });
			},
		);
	},
);

describe('the webhooks of the simulator', () => {
	/** @type {import('../../dev/simulator').Simulator} */
	let simulator;
	/** @type {import('../../dev/simulator/receiver').Receiver} */
	let receiver;
	/** @type {Record<string, string>} IDs, by what stands for them in a path. */
	let ids;
	beforeAll(async () => {
		receiver = await startReceiver();
		simulator = await startSimulator({ agents: [{}], campaigns: [{}] });
		/**
		 * @param {string} path
		 * @param {object} [more] settings
		 */
		const create = async (path, more) => {
			const body = { ...hook, ...more };
			return (await askAnything(simulator, path, { method: 'POST', body })).body.data.id;
		};
		ids = {
			WORKING: await create(agentHooks, { webhook_url: receiver.url }),
			FAILING: await create(agentHooks),
			DISABLED: await create(agentHooks, { enabled: false }),
			CAMPAIGN: await create(campaignHooks),
		};
		simulator.editWebhook(ids.FAILING, { max_retries: 0 });
		await simulator.deliver('event_recording', { agentId: 'agent_000001' });
		expect(simulator.webhooks.map(({ status }) => status)).toEqual(
			expect.arrayContaining(['active', 'error', 'disabled']),
		);
	});
	afterAll(() => Promise.all([simulator.stop(), receiver.stop()]));

	test.each(WEBHOOK_CHECKS)(
		'answer %s %s with %i as the contract says',
		async (method, template, status, ...[body]) => {
			const path = template.replace(/[A-Z]{2,}/, (name) => ids[name] ?? name);
			const answer = await askAnything(simulator, path, { method, body });
			expect(answer.status).toBe(status);
			assertAnswersContract({ method, path, ...answer });
		},
	);
});

describe('every operation with a token', () => {
	/** @type {import('../../dev/simulator').Simulator} */
	let simulator;
	/** @type {import('../../dev/simulator').Simulator} */
	let limited;
	beforeAll(async () => {
		const rateLimit = { limit: 0, windowMs: 3_600_000, retryAfterHeader: true };
		simulator = await startSimulator();
		limited = await startSimulator({ rateLimit });
	});
	afterAll(() => Promise.all([simulator.stop(), limited.stop()]));

	test.each(
		operations
			.filter(isSimulated)
			.filter(({ method, path }) => !findRoute(method, examplePath(path))?.route.open)
			.map(({ method, path }) => [method, examplePath(path)]),
	)('answers 401 without a token and 429 over the limit: %s %s', async (method, path) => {
		const withoutToken = await askAnything(simulator, path, { method, token: null });
		expect(withoutToken.status).toBe(401);
		assertAnswersContract({ method, path, ...withoutToken });

		const overLimit = await askAnything(limited, path, { method });
		expect(overLimit.status).toBe(429);
		assertAnswersContract({ method, path, ...overLimit });
	});
});
