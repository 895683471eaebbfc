import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020';
import {
	contract,
	examplesOf,
	findOperation,
	operations,
} from '../../dev/simulator/contract/contract.cts';
import { assertAnswer } from '../../dev/simulator/contract/validation.cts';
import { hasEndpoint } from '../../dev/simulator/api/endpoint.cts';
import { startSimulator } from '../../dev/simulator/index.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import { askAnything } from '../helpers/ask.cts';
import { startReceiver } from '../helpers/receiver.cts';
import type { Receiver } from '../helpers/receiver.cts';
import { subscribe } from '../helpers/simulator.cts';

const phone = '+15550100001';
const activeCall = `/agents/agent-1/active-call/${encodeURIComponent(phone)}`;
const json = { 'content-type': 'application/json' };

/** A path of the contract, whose parameters are filled in. */
const examplePath = (path: string) =>
	path
		.replace('{agent_id}', 'agent-1')
		.replace('{campaign_id}', 'campaign-1')
		.replace('{phone}', encodeURIComponent(phone))
		.replace(/\{.*?\}/g, 'x');

describe('the contract', () => {
	test('has every component that it refers to, and no other', () => {
		const references = new Set<string>();
		JSON.stringify(contract, (key, value: unknown) => {
			if (key === '$ref') references.add(String(value));
			return value;
		});
		const here = Object.entries(contract.components)
			.filter(([kind]) => kind !== 'securitySchemes')
			.flatMap(([kind, parts]) => Object.keys(parts).map((name) => `#/components/${kind}/${name}`));
		expect([...references].sort()).toEqual(here.sort());
	});

	test('has only valid schemas', () => {
		const ajv = new Ajv2020({ strict: false });
		const schemas: object[] = [];
		JSON.stringify(contract, (key, value: unknown) => {
			if (key === 'schema') schemas.push(value as object);
			if (key === 'schemas') schemas.push(...Object.values(value as object));
			return value;
		});
		expect(schemas.length).toBeGreaterThan(100);
		expect(schemas.filter((schema) => !ajv.validateSchema(schema))).toEqual([]);
	});

	test('allows its own examples', () => {
		let count = 0;
		for (const { method, path, responses } of operations) {
			for (const [key, response] of Object.entries(responses)) {
				for (const body of examplesOf(response)) {
					const status = Number(key.replaceAll('X', '0'));
					assertAnswer(method, examplePath(path), { status, headers: json, body });
					count++;
				}
			}
		}
		expect(count).toBeGreaterThan(100);
	});

	test.each([
		['an unknown path', { path: '/nowhere' }, /no such operation/],
		['an unknown method', { method: 'DELETE' }, /no such operation/],
		['an unlisted status', { status: 418 }, /no such status/],
		['another content type', { headers: { 'content-type': 'text/html' } }, /content type/],
		['a header of another type', { headers: { ...json, 'x-ratelimit-limit': 'many' } }, /integer/],
		['an object in place of a list', { body: { success: true, data: {} } }, /array/],
		['a missing member', { body: { data: [] } }, /success/],
		['another status', { body: { success: true, data: [{ status: 'completed' }] } }, /allowed/],
		['another time', { body: { success: true, data: [{ started_at: 'now' }] } }, /date-time/],
		['an error without a message', { status: 404, body: { success: false } }, /message/],
	])('refuses %s', (_, wrong: object, message) => {
		const body = { success: true, data: [{ id: 'call-1', status: 'ringing' }] };
		const right = { method: 'GET', path: activeCall, status: 200, headers: json, body };
		assertAnswer(right.method, right.path, right);
		const { method, path, ...answer } = { ...right, ...wrong };
		expect(() => assertAnswer(method, path, answer)).toThrow(message);
	});
});

/** A request, and the status that it must get. */
type Check = [method: string, path: string, status: number, body?: unknown];

const agent = '/agents/agent-1';
const campaign = '/campaigns/campaign-1';
const ofAgent = `${agent}/webhooks`;
const ofCampaign = `${campaign}/webhooks`;
const hook = { name: 'Hook', webhook_url: 'http://127.0.0.1:1/', events: ['event_recording'] };

const settings = {
	name: 'Summer',
	campaign_type: 'sales',
	agent_id: 'agent-1',
	start_date: '2024-06-01',
	days_of_week: [1, 2],
	call_time_ranges: [{ start: '09:00', end: '17:00' }],
	timezone: 'America/New_York',
};

/** In this order. Names in capitals stand for the IDs of webhooks. Those for 401, 404 and 429 that every operation has are below. */
const CHECKS: Check[] = [
	['GET', '/health', 200],
	['GET', '/agents?page=2&per_page=2', 200],
	['GET', '/agents?page=7', 200],
	['GET', '/agents?per_page=101', 422],
	['GET', '/agents?per_page=ten', 422],
	['GET', '/agents?page=0', 422],
	['GET', '/agents?status=asleep', 422],
	['GET', '/agents?direction=sideways', 422],
	['GET', agent, 200],
	['POST', '/agents/agent-4/publish', 200],
	['POST', '/agents/agent-5/publish', 422],
	['POST', '/agents/agent-4/unpublish', 200],
	['GET', activeCall, 200],
	['GET', activeCall.replace('0001', '0002'), 404],
	...['5550100001', '%2B05550100001', '%201555', 'ana', '%252B1555'].map((wrong): Check => [
		'GET',
		`${agent}/active-call/${wrong}`,
		422,
	]),
	['GET', '/calls?page=2&per_page=1', 200],
	['GET', '/calls?page=7', 200],
	['GET', '/calls?status=asleep', 422],
	['GET', `${agent}/calls`, 200],
	['GET', `${agent}/calls?date_from=now`, 422],
	['GET', `${agent}/calls?date_to=2024-13-01`, 422],
	['GET', '/campaigns?page=2&per_page=2', 200],
	['GET', '/campaigns?page=7', 200],
	['GET', '/campaigns?campaign_type=survey', 422],
	['GET', campaign, 200],
	['GET', '/phone-numbers', 200],
	['GET', '/phone-numbers?type=pager', 422],
	['GET', '/phone-numbers?has_voice=maybe', 422],

	['POST', `${agent}/call`, 200, { to: phone }],
	['POST', `${agent}/call`, 400, {}],
	['POST', `${agent}/call`, 400, { to: '555' }],
	['POST', '/agents/agent-2/call', 400, { to: phone }],
	['POST', `${agent}/call`, 422, { to: phone, delay_seconds: -1 }],
	['POST', `${agent}/call`, 422, { to: phone, payload: 'Ana' }],
	['POST', `${agent}/call`, 422, { to: phone, is_testing: 1 }],
	['POST', `${agent}/end-call`, 200, { call_sid: 'call-1' }],
	['POST', `${agent}/end-call`, 409, { call_sid: 'call-3' }],
	['POST', `${agent}/end-call`, 404, { call_sid: 'call-0' }],
	['POST', `${agent}/end-call`, 422],
	['POST', `${campaign}/call`, 201, { to: phone, allow_duplicates: true }],
	['POST', '/campaigns/campaign-2/call', 400, { to: phone }],
	['POST', `${campaign}/call`, 409, { to: phone }],
	['POST', `${campaign}/call`, 422, { to: phone, context: [] }],
	['POST', '/campaigns', 201, settings],
	['POST', '/campaigns', 422, { ...settings, agent_id: 'agent-9', end_date: '2024-01-01' }],
	['POST', '/campaigns', 422, { ...settings, days_of_week: [0], timezone: undefined }],
	['PUT', '/campaigns/campaign-2', 200, { end_date: null, max_retries: 2 }],
	['PUT', '/campaigns/campaign-2', 422, { call_time_ranges: [{ start: '17:00', end: '09:00' }] }],
	['PUT', campaign, 409, { timezone: 'America/Sao_Paulo' }],
	['PUT', campaign, 200, { name: 'Other' }],
	['PATCH', '/campaigns/campaign-2/status', 200, { status: 'active' }],
	['PATCH', `${campaign}/status`, 400, { status: 'draft' }],
	['PATCH', `${campaign}/status`, 422, 'status=paused'],
	['PATCH', `${campaign}/status`, 422, { status: ['paused'] }],

	['GET', ofAgent, 200],
	['POST', ofAgent, 200, hook],
	['POST', ofAgent, 422, { ...hook, timeout: 4, custom_headers: [{}] }],
	['POST', ofAgent, 422, { ...hook, events: ['campaign.started'] }],
	['POST', ofAgent, 422],
	['GET', `${ofAgent}/FAILING`, 200],
	['PUT', `${ofAgent}/WORKING`, 200, { name: 'Other' }],
	['PUT', `${ofAgent}/WORKING`, 422, { events: [] }],
	['POST', `${ofAgent}/WORKING/test`, 200],
	['POST', `${ofAgent}/FAILING/test`, 200],
	['GET', `${ofAgent}/WORKING/logs`, 200],
	['GET', `${ofAgent}/FAILING/logs?page=2&per_page=1`, 200],
	['GET', `${ofAgent}/FAILING/logs?page=7`, 200],
	['GET', `${ofAgent}/FAILING/logs?per_page=101`, 422],
	['POST', `${ofAgent}/FAILING/logs/FAILED/retry`, 200],
	['POST', `${ofAgent}/WORKING/logs/DELIVERED/retry`, 422],
	['DELETE', `${ofAgent}/DISABLED`, 200],
	['GET', ofCampaign, 200],
	['POST', ofCampaign, 201, hook],
	['POST', ofCampaign, 422, { ...hook, events: ['event_action'] }],
	['GET', `${ofCampaign}/CAMPAIGN`, 200],
	['PUT', `${ofCampaign}/CAMPAIGN`, 200, { include_call_events: true }],
	['PUT', `${ofCampaign}/CAMPAIGN`, 422, { events: [] }],
	['POST', `${ofCampaign}/CAMPAIGN/test`, 200],
	['GET', `${ofCampaign}/CAMPAIGN/logs`, 200],
	['GET', `${ofCampaign}/CAMPAIGN/logs?page=0`, 422],
	['POST', `${ofCampaign}/CAMPAIGN/logs/LOST/retry`, 200],
	['POST', `${ofCampaign}/REACHED/logs/ARRIVED/retry`, 422],
	['DELETE', `${ofCampaign}/CAMPAIGN`, 200],
];

/** The statuses that the simulator gives only when a test scripts them, and those that every operation has. */
const UNCHECKED = ['402', '403', '500', '5XX', 'default', '401', '404', '429'];

const simulated = operations.filter(hasEndpoint);

test('each endpoint is an operation of the contract, and each documented status of it is checked below', () => {
	const files = simulated.map(({ operationId }) => `${operationId}.cts`);
	expect(readdirSync('dev/simulator/endpoints').sort()).toEqual(files.sort());
	const missing = simulated.flatMap(({ method, path, responses, operationId, ...described }) => {
		// Statuses that only the Portuguese page has contradict the others.
		const portuguese = (described['x-documented-statuses'].pt_br ?? []).map(String);
		const isChecked = (status: string) =>
			CHECKS.some(
				([checked, url, expected]) =>
					checked === method &&
					findOperation(method, url.split('?')[0])?.operation.path === path &&
					new RegExp(`^${status.replaceAll('X', '\\d')}$`).test(String(expected)),
			);
		return Object.keys(responses)
			.filter((status) => ![...UNCHECKED, ...portuguese].includes(status) && !isChecked(status))
			.map((status) => `${operationId} → ${status}`);
	});
	expect(missing).toEqual([]);
});

describe('the simulator answers as the contract says', () => {
	let simulator: Simulator;
	let limited: Simulator;
	let receiver: Receiver;
	let ids: Record<string, string>;
	beforeAll(async () => {
		receiver = await startReceiver();
		limited = await startSimulator({ rateLimit: { limit: 0, windowMs: 3_600_000 } });
		simulator = await startSimulator({
			agents: [
				{},
				{ current_status: 'draft' },
				{ direction: 'inbound' },
				{},
				{ is_ready_to_publish: false },
			],
			campaigns: [{}, { status: 'paused' }, { campaign_type: 'reminder' }],
		});
		for (const status of ['initiated', 'answered', 'completed'] as const) {
			simulator.startCall({ agentId: 'agent-1', to: phone, status });
		}
		const nobody = { url: hook.webhook_url };
		const { events } = hook;
		ids = {
			WORKING: await subscribe(simulator, receiver, { events }),
			FAILING: await subscribe(simulator, nobody, { events, max_retries: 0 }),
			DISABLED: await subscribe(simulator, nobody, { events, enabled: false }),
			CAMPAIGN: await subscribe(
				simulator,
				nobody,
				{ events, max_retries: 0 },
				'campaigns/campaign-1',
			),
			REACHED: await subscribe(simulator, receiver, { events }, 'campaigns/campaign-1'),
		};
		for (const owner of [{ agentId: 'agent-1' }, { campaignId: 'campaign-1' }]) {
			await simulator.deliver('event_recording', owner);
		}
		const logOf = (webhook: string) =>
			simulator.deliveries.find(({ webhookId }) => webhookId === ids[webhook])?.id ?? '';
		ids = {
			...ids,
			FAILED: logOf('FAILING'),
			DELIVERED: logOf('WORKING'),
			LOST: logOf('CAMPAIGN'),
			ARRIVED: logOf('REACHED'),
		};
		expect(simulator.webhooks.map(({ status }) => status)).toEqual(
			expect.arrayContaining(['active', 'error', 'disabled']),
		);
	});
	afterAll(async () => {
		await Promise.all([simulator, limited, receiver].map(async (server) => await server.stop()));
	});

	test.each(CHECKS)('%s %s with %i', async (method, template, status, ...[body]) => {
		const path = template.replace(/[A-Z]{2,}/g, (name) => ids[name]);
		const answer = await askAnything(simulator, path, { method, body });
		expect(answer.status).toBe(status);
		assertAnswer(method, path, answer);
	});

	const paths = simulated
		.filter(({ security }) => !security)
		.map(({ method, path }) => [method, examplePath(path)]);

	test.each(paths)(
		'%s %s with 401 without a token, and 429 over the limit',
		async (method, path) => {
			const withoutToken = await askAnything(simulator, path, { method, token: null });
			expect(withoutToken.status).toBe(401);
			assertAnswer(method, path, withoutToken);
			const overLimit = await askAnything(limited, path, { method });
			expect(overLimit.status).toBe(429);
			assertAnswer(method, path, overLimit);
		},
	);

	const unknown = paths.flatMap(([method, path]) =>
		[path.replace('agent-1', 'agent-9').replace('campaign-1', 'campaign-9')]
			.concat(/webhooks\/x/.test(path) ? [path] : [])
			.filter((candidate) => /-9|webhooks\/x/.test(candidate))
			.map((candidate) => [method, candidate]),
	);

	test.each(unknown)('%s %s with 404, since that does not exist', async (method, path) => {
		const answer = await askAnything(simulator, path, { method });
		expect(answer.status).toBe(404);
		expect(answer.body).not.toHaveProperty('data');
		assertAnswer(method, path, answer);
	});

	test('an operation without an endpoint, or an unknown path, like a route that does not exist', async () => {
		const others = operations.filter((operation) => !hasEndpoint(operation));
		const routes = others.map(({ method, path }) => [method, examplePath(path)]);
		const wrong = ['/nowhere', '/agents/agent-1/', '/agents/%zz', '//agents'];
		for (const [method, path] of [
			...routes,
			['POST', '/health'],
			...wrong.map((url) => ['GET', url]),
		]) {
			const { status, body } = await askAnything(simulator, path, { method });
			const message = `The route api/v1${path} could not be found.`;
			expect([status, body]).toEqual([404, { message }]);
		}
	});
});
