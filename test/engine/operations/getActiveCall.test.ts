import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { BASE_URL, TOKEN } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import {
	mockWire,
	activeCall,
	ana,
	bruno,
	contact,
	lookupPath,
	NO_CALL,
	onLookup,
	phoneOf,
} from '../../helpers/talkover';

mockWire();

describe('outputs', () => {
	test('each active call comes out on Active, or else the input item on Not Found, linked to its contact', async () => {
		const calls = [
			activeCall(phoneOf(1)),
			activeCall(phoneOf(1), { id: 'second', status: 'ringing' }),
		];
		onLookup(phoneOf(1)).reply(200, { success: true, data: calls });
		onLookup(phoneOf(2)).reply(404, NO_CALL);

		const run = await runOperation('call.getActiveCall', { items: [ana, bruno] });

		expect(run.status).toBe('success');
		expect(run.json('Talkover', 0)).toEqual(calls);
		expect(run.json('Talkover', 1)).toEqual([bruno.json]);
		expect(run.json('Active')).toEqual([
			{ value: `Ana: call-${phoneOf(1)}` },
			{ value: 'Ana: second' },
		]);
		expect(run.json('Not Found')).toEqual([{ value: `Bruno: ${phoneOf(2)}` }]);
	});

	test('Not Found keeps the binary data of the item', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		const binary = { photo: { data: 'AAAA', mimeType: 'image/png' } };
		const run = await runOperation('call.getActiveCall', { items: [{ ...ana, binary }] });
		expect(run.items('Talkover', 1)).toEqual([{ json: ana.json, binary, pairedItem: { item: 0 } }]);
	});

	test('results keep the order of the items, in whatever order the answers come', async () => {
		const contacts = Array.from({ length: 12 }, (_, index) => contact(`C${index}`, phoneOf(index)));
		for (const index of contacts.keys()) {
			const phone = phoneOf(index);
			const lookup = onLookup(phone).delay((contacts.length - index) * 5);
			if (index % 2) lookup.reply(404, NO_CALL);
			else lookup.reply(200, { success: true, data: [activeCall(phone)] });
		}
		const run = await runOperation('call.getActiveCall', { items: contacts });
		expect(run.json('Talkover', 0).map(({ to }) => to)).toEqual([0, 2, 4, 6, 8, 10].map(phoneOf));
		expect(run.json('Talkover', 1).map(({ phone }) => phone)).toEqual(
			[1, 3, 5, 7, 9, 11].map(phoneOf),
		);
	});

	test('a hint says where the items are when Active is empty', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		onLookup(phoneOf(2)).reply(404, NO_CALL);
		const run = await runOperation('call.getActiveCall', { items: [ana, bruno] });
		expect(run.task('Talkover').hints).toEqual([
			expect.objectContaining({
				message: 'No active call for any of the 2 items: they are on the output Not Found.',
			}),
		]);
	});

	test('a hint shows which numbers were read with the default country, and as what', async () => {
		const phones = [
			'(11) 98765-4321',
			'+5511987650001',
			'5511987650002',
			'0055 11 98765-0003',
			'11 98765-0004',
			'11 98765-0004',
			'11 98765-0005',
			'11 98765-0006',
		];
		nock(BASE_URL)
			.get(/active-call/)
			.times(phones.length)
			.reply(404, NO_CALL);
		const run = await runOperation('call.getActiveCall', {
			items: phones.map((phone) => ({ json: { phone } })),
			parameters: { options: { defaultCountry: 'BR' } },
		});
		const messages = run.task('Talkover').hints?.map(({ message }) => message);
		expect(messages?.[0]).toBe(
			"Numbers without a country code were read as Brazil (+55): (11) 98765-4321 as +5511987654321, 11 98765-0004 as +5511987650004, 11 98765-0005 as +5511987650005, and others. If that is wrong, correct 'Default Country' in Options, or write the numbers with a plus.",
		);
	});

	test('no hint about the default country if all numbers have a country code', async () => {
		onLookup(phoneOf(1)).reply(200, { success: true, data: [activeCall(phoneOf(1))] });
		const run = await runOperation('call.getActiveCall', {
			items: [{ json: { phone: phoneOf(1).slice(1) } }],
			parameters: { options: { defaultCountry: 'US' } },
		});
		expect(run.task('Talkover').hints).toEqual([]);
	});

	test('as an AI tool, says in words that there is no active call', async () => {
		onLookup(phoneOf(1)).reply(200, { success: true, data: [activeCall(phoneOf(1))] });
		onLookup(phoneOf(2)).reply(404, NO_CALL);
		const run = await runOperation('call.getActiveCall', {
			type: 'n8n-nodes-talkover.talkoverTool',
			items: [ana, bruno],
		});
		expect(run.json('Talkover')).toEqual([
			activeCall(phoneOf(1)),
			{
				active: false,
				agent_id: 'agent-1',
				phone: phoneOf(2),
				message: `The agent agent-1 is not on a call with ${phoneOf(2)} right now.`,
			},
		]);
	});
});

describe('what counts as no active call', () => {
	const found = async () => {
		const run = await runOperation('call.getActiveCall', { items: [ana] });
		return { error: run.error, notFound: run.error ? [] : run.json('Talkover', 1) };
	};

	test.each([
		['the documented 404', 404, NO_CALL],
		['a 200 with an empty list', 200, { success: true, data: [] }],
	])('%s', async (_, status, body) => {
		onLookup(phoneOf(1)).reply(status, body);
		expect((await found()).notFound).toEqual([ana.json]);
	});

	test('a 404 in other words, when the agent exists', async () => {
		onLookup(phoneOf(1)).reply(404, { success: false, message: 'Nenhuma chamada ativa' });
		nock(BASE_URL)
			.get('/agents/agent-1')
			.reply(200, { success: true, data: { id: 'agent-1' } });
		expect((await found()).notFound).toEqual([ana.json]);
	});

	test.each([
		['gets a 404 in other words', 404, { success: false, message: 'Agente não encontrado' }],
		[
			'is refused',
			403,
			{ success: false, message: 'You are not authorized to perform this action.' },
		],
		['gets a web page', 200, '<html>Welcome</html>'],
		['gets JSON without an agent', 200, { success: true }],
	])('not a 404 in other words, when the request for the agent %s', async (_, status, body) => {
		onLookup(phoneOf(1)).reply(404, { success: false, message: 'Não encontrado' });
		nock(BASE_URL).get('/agents/agent-1').reply(status, body);
		const { error, notFound } = await found();
		expect(notFound).toEqual([]);
		expect(error?.message).toMatch(/./);
	});

	test.each([
		[404, { success: false, message: 'Agent not found' }],
		[404, { success: false, message: 'Agent not found in this environment.' }],
		[404, { error: { code: 'AGENT_NOT_FOUND', message: 'Voice agent not found' } }],
		[404, { success: false, error: { code: 'AGENT_NOT_FOUND', message: 'Agente não encontrado' } }],
	])('not an unknown agent: %i %j', async (status, body) => {
		onLookup(phoneOf(1)).reply(status, body);
		const { error } = await found();
		expect(error?.message).toBe('No agent with the ID "agent-1" in this Talkover environment');
		expect(error?.description).toContain('Choose it from the list');
	});

	test.each([
		[404, '<html><h1>Not Found</h1></html>'],
		[404, { message: 'The route api/agents could not be found.' }],
		[404, { success: false }],
		[404, { success: true, message: NO_CALL.message }],
		[404, { success: false, message: 'Route not found' }],
		[404, { success: false, message: 'Not Found' }],
		[404, { success: false, message: 'Nein', code: 'ROUTE_NOT_FOUND' }],
		[404, { success: false, message: 'Nein', errors: { phone: ['bad'] } }],
		[200, { data: [] }],
		[200, { success: 'false', data: [] }],
		[200, { success: true, error: { code: 'SERVER_ERROR', message: 'boom' }, data: [] }],
		[404, ''],
		[200, '<html>Welcome</html>'],
		[200, { success: true }],
		[200, { success: true, data: null }],
		[200, { success: true, data: {} }],
		[200, { success: false, data: [] }],
		[200, { success: true, data: [null] }],
		[200, []],
		[200, ''],
		[200, 'null'],
		[204, ''],
		[301, ''],
		[302, ''],
		[400, NO_CALL],
		[401, NO_CALL],
		[403, NO_CALL],
		[410, NO_CALL],
		[422, NO_CALL],
		[500, NO_CALL],
		[503, NO_CALL],
	])('not %i with %j', async (status, body) => {
		nock(BASE_URL)
			.persist()
			.get(lookupPath(phoneOf(1)))
			.reply(status, body as never);
		nock(BASE_URL)
			.get('/agents/agent-1')
			.reply(200, { success: true, data: { id: 'agent-1' } });
		const { error, notFound } = await found();
		expect(notFound).toEqual([]);
		expect(error?.message).toMatch(/\w/);
	});
});

describe('errors', () => {
	const failWith = async (status: number, body: unknown, headers = {}) => {
		nock(BASE_URL)
			.persist()
			.get(lookupPath(phoneOf(1)))
			.reply(status, body as never, headers);
		const run = await runOperation('call.getActiveCall', { items: [ana] });
		return run.error as unknown as Error & { description: string; context: { itemIndex: number } };
	};

	test.each([
		[
			401,
			{ success: false, message: 'Unauthenticated.' },
			'Talkover does not accept the token',
			'Unauthenticated.',
		],
		[
			401,
			{ message: 'Missing Bearer Token' },
			'Talkover does not accept the token',
			'Missing Bearer Token',
		],
		[
			401,
			{ error: 'TOKEN_EXPIRED', message: 'Authentication token has expired', status_code: 401 },
			'Talkover does not accept the token',
			'TOKEN_EXPIRED: Authentication token has expired',
		],
		[
			403,
			{ success: false, message: 'You are not authorized' },
			'Talkover does not allow this with the token',
			'You are not authorized',
		],
		[
			422,
			{ message: 'The given data was invalid.', errors: { phone: ['The phone is invalid.'] } },
			'Talkover does not accept the values',
			'phone: The phone is invalid.',
		],
		[
			422,
			{ message: 'The given data was invalid.', errors: { phone: 'The phone is invalid.' } },
			'Talkover does not accept the values',
			'phone: The phone is invalid.',
		],
		[
			429,
			{
				error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Please wait', details: { retry_after: 2 } },
			},
			"Talkover's rate limit is used up",
			'RATE_LIMIT_EXCEEDED: Please wait',
		],
		[
			500,
			{ success: false, message: 'Internal server error.' },
			'Talkover could not handle the request (HTTP 500)',
			'Internal server error.',
		],
		[
			503,
			'<html><body>Down for <b>maintenance</b></body></html>',
			'Talkover could not handle the request (HTTP 503)',
			'Down for maintenance',
		],
		[
			200,
			'<html>Welcome</html>',
			'This server is not the Talkover API: HTTP 200, no JSON',
			'base URL',
		],
	])('%i %j is explained in words, with the API’s message', async (status, body, message, said) => {
		const error = await failWith(status, body);
		expect(error.message).toBe(message);
		expect(error.description).toContain(said);
		expect(error.context.itemIndex).toBe(0);
	});

	test.each([
		[401, '<html><h1>401 Authorization Required</h1></html>', '401 Authorization Required'],
		[403, '<html>Attention Required! | Cloudflare</html>', 'Attention Required! | Cloudflare'],
		[407, 'Proxy Authentication Required', 'Proxy Authentication Required'],
		[403, '', undefined],
	])(
		'%i %j comes from a proxy or firewall, so the error does not blame the token',
		async (status, body, said) => {
			const { message, description } = await failWith(status, body);
			expect(message).toBe(
				`Something between n8n and Talkover refused the request (HTTP ${status}, no JSON)`,
			);
			expect(description).toMatch(/^Check n8n's outgoing proxy .* base URL/);
			expect(description).not.toMatch(/token|Talkover said/);
			if (said) expect(description).toContain(`It said: “${said}”`);
		},
	);

	test.each([
		[401, [], 'Talkover does not accept the token'],
		[403, {}, 'Talkover does not allow this with the token'],
		[407, {}, 'Talkover gave an answer that this node does not understand (HTTP 407)'],
	])('%i %j comes from Talkover', async (status, body, message) => {
		expect((await failWith(status, body)).message).toBe(message);
	});

	test('a redirect is not followed, and the error shows its address', async () => {
		const elsewhere = nock('https://elsewhere.example')
			.get('/')
			.reply(200, { success: true, data: [] });
		const error = await failWith(302, '', { location: 'https://elsewhere.example/' });
		expect(error.message).toContain('redirect');
		expect(error.description).toContain('https://elsewhere.example/');
		expect(elsewhere.isDone()).toBe(false);
	});

	test('a token that the API echoes is redacted, and is nowhere in the run', async () => {
		nock(BASE_URL)
			.get(lookupPath(phoneOf(1)))
			.reply(401, { success: false, message: `Token ${TOKEN} is unknown` });
		const run = await runOperation('call.getActiveCall', {
			onError: 'continueRegularOutput',
			items: [ana],
		});
		expect(run.json('Talkover')[0].error).toContain('Token *** is unknown');
		expect(run.text).not.toContain(TOKEN);
	});
});

test('a token that the API echoes is redacted before its message is cut', async () => {
	const token = `talq_${'0123456789'.repeat(40)}`;
	onLookup(phoneOf(1)).reply(401, { success: false, message: `Invalid token ${token}` });
	const run = await runOperation('call.getActiveCall', {
		items: [ana],
		credential: { token, baseUrl: BASE_URL },
	});
	expect(run.error).toMatchObject({ description: expect.stringContaining('Invalid token ***') });
	expect(run.text).not.toContain(token.slice(0, 20));
});

test('an option whose expression fails is an error of its own item only', async () => {
	onLookup('+15551000002').reply(404, NO_CALL);
	const run = await runOperation('call.getActiveCall', {
		onError: 'continueErrorOutput',
		parameters: { options: { defaultCountry: '={{ $json.country.toUpperCase() }}' } },
		items: [{ json: { phone: '5551000001' } }, { json: { phone: '5551000002', country: 'us' } }],
	});
	expect(run.json('Talkover', 1)).toEqual([{ phone: '5551000002', country: 'us' }]);
	expect(run.items('Talkover', 2)).toHaveLength(1);
});

describe('invalid input is an error, without a request', () => {
	test.each([
		['agentId', '../agents'],
		['agentId', 'agent 1'],
		['agentId', 'agent-1/active-call/x'],
		['agentId', '..'],
		['agentId', 'ágent'],
		['phone', 'none'],
		['phone', '12'],
		['phone', '(555) 123-4567'],
		['phone', '+1 555 123 4567 / +1 555 123 4568'],
	])('%s %j', async (name, value) => {
		const parameters =
			name === 'phone'
				? { phone: value }
				: { agentId: { __rl: true, mode: 'id', value: `={{ ${JSON.stringify(value)} }}` } };
		const run = await runOperation('call.getActiveCall', { parameters, items: [ana] });
		expect(run.error?.message).toContain(JSON.stringify(value));
		expect(run.error?.description).toMatch(/\w/);
		expect(nock.isDone()).toBe(true);
	});

	test.each([
		['', 'empty'],
		[null, 'empty'],
		[undefined, 'empty'],
		[true, 'true'],
		[{}, '{}'],
		[1.5, '1.5'],
	])('phone %j in the item', async (phone, quoted) => {
		const run = await runOperation('call.getActiveCall', { items: [contact('X', phone)] });
		expect(run.error?.message).toContain(quoted);
		expect(run.error).toMatchObject({ context: { itemIndex: 0 } });
	});

	test.each([
		[{ timeout: 0 }, 'Timeout'],
		[{ timeout: 'soon' }, 'Timeout'],
		[{ maxParallelRequests: 0 }, 'Max Parallel Requests'],
		[{ maxParallelRequests: 1000 }, 'Max Parallel Requests'],
		[{ maxRateLimitWait: -1 }, 'Max Rate Limit Wait'],
		[{ defaultCountry: 'XX' }, '"XX"'],
	])('options %j', async (options, named) => {
		const run = await runOperation('call.getActiveCall', { parameters: { options }, items: [ana] });
		expect(run.error?.message).toContain(named);
	});
});

describe('phone numbers', () => {
	test('each item has its own default country, and a number in JSON is read by its digits', async () => {
		onLookup('+5511987654321').reply(404, NO_CALL);
		onLookup('+15551234567').reply(404, NO_CALL);
		const items = [
			{ json: { phone: '(11) 98765-4321', country: 'BR' } },
			{ json: { phone: 5551234567, country: 'us' } },
		];
		const options = { defaultCountry: '={{ $json.country }}' };
		const run = await runOperation('call.getActiveCall', { parameters: { options }, items });
		expect(run.json('Talkover', 1)).toEqual(items.map(({ json }) => json));
	});
});

describe('On Error', () => {
	const bad = contact('Carla', 'none');
	const withoutCredential = { credentials: undefined };

	test('stopWorkflow: the run ends with the error of the first item that failed', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		const run = await runOperation('call.getActiveCall', {
			items: [ana, bad, contact('Davi', 'nix')],
		});
		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({ context: { itemIndex: 1 } });
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'])(
		'%s: each item has its own result',
		async (onError) => {
			onLookup(phoneOf(1)).reply(200, { success: true, data: [activeCall(phoneOf(1))] });
			onLookup(phoneOf(2)).reply(404, NO_CALL);
			const run = await runOperation('call.getActiveCall', { onError, items: [bad, ana, bruno] });
			expect(run.status).toBe('success');
			const errors = run.items('Talkover', onError === 'continueErrorOutput' ? 2 : 0).slice(0, 1);
			expect(errors).toEqual([
				{
					json: expect.objectContaining({ error: expect.stringContaining('"none"') }),
					pairedItem: { item: 0 },
				},
			]);
			const active = run.items('Talkover', 0).filter(({ json }) => !json.error);
			expect(active.map(({ json, pairedItem }) => [json.to, pairedItem])).toEqual([
				[phoneOf(1), { item: 1 }],
			]);
			expect(run.items('Talkover', 1)).toEqual([{ json: bruno.json, pairedItem: { item: 2 } }]);
		},
	);

	test.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 2],
	])('%s: an item that fails keeps its contact and its files', async (onError, output) => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		const binary = { photo: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
		const more = { message: 'Hi', details: {}, nested: { list: [1, { two: 2 }] } };
		const items = [
			{ json: { ...bad.json, ...more }, binary },
			ana,
			// It has an error of its own, for example of the node before.
			{ json: { ...bad.json, error: 'No such contact' } },
			{ json: { error: 'No such contact' } },
		];
		const run = await runOperation('call.getActiveCall', { onError, items });
		const error = expect.stringContaining('phone number');
		expect(run.items('Talkover', output)).toEqual([
			{ json: { ...items[0].json, error }, binary, pairedItem: { item: 0 } },
			{ json: { ...items[2].json, error }, pairedItem: { item: 2 } },
			{ json: { ...items[3].json, error }, pairedItem: { item: 3 } },
		]);
		expect(run.items('Talkover', 1)).toEqual([{ json: ana.json, pairedItem: { item: 1 } }]);
		// The input item itself is not changed.
		expect(items[0]).toMatchObject({ json: { ...bad.json, ...more }, binary });
		expect(items[0].json).not.toHaveProperty('error');
	});

	test.each([
		['a missing credential', withoutCredential, {}, 'No Talkover credential is chosen'],
		[
			'a token that is empty',
			{},
			{ credential: { token: ' Bearer ', baseUrl: BASE_URL } },
			'has no token',
		],
		[
			'a base URL without encryption',
			{},
			{ credential: { token: TOKEN, baseUrl: 'http://talkover.example/api' } },
			'must begin with https://',
		],
		['an invalid option', { parameters: { options: { timeout: -1 } } }, {}, 'Timeout'],
	])('%s is the error of each item, and no item is lost', async (_, settings, options, message) => {
		for (const onError of ['continueRegularOutput', 'continueErrorOutput']) {
			const run = await runOperation('call.getActiveCall', {
				...settings,
				onError,
				...options,
				items: [ana, bruno],
			});
			const output = onError === 'continueErrorOutput' ? 2 : 0;
			expect(run.json('Talkover', output).map(({ error }) => error)).toEqual([
				expect.stringContaining(message),
				expect.stringContaining(message),
			]);
			expect(run.json('Talkover', 1)).toEqual([]);
		}
		const run = await runOperation('call.getActiveCall', {
			...settings,
			...options,
			items: [ana, bruno],
		});
		expect(run.error?.message).toContain(message);
		expect(run.error).toMatchObject({ context: { itemIndex: 0 } });
	});

	test('an operation of a later version is the error of each item, and no item is lost', async () => {
		const parameters = { operation: 'transferCall' };
		for (const [onError, output] of [
			['continueRegularOutput', 0],
			['continueErrorOutput', 1],
		] as const) {
			const run = await runOperation('call.getActiveCall', {
				parameters,
				onError,
				items: [ana, bruno],
			});
			expect(run.json('Talkover', output).map(({ error }) => error)).toEqual([
				expect.stringContaining('no operation "call: transferCall"'),
				expect.stringContaining('no operation "call: transferCall"'),
			]);
		}
	});
});

describe('a value of the item that is no phone number is an error, and nothing is requested', () => {
	test.each<[string, unknown, string, string]>([
		['a list, as Pipedrive has it', [{ value: phoneOf(1), primary: true }], '', 'is a list'],
		['a list of texts', [phoneOf(1)], '', 'is a list'],
		['a date', '31.01.2025', 'DE', 'it looks like a date'],
		['a CPF', '111.444.777-35', 'BR', 'it looks like an identity or tax number'],
		['an amount', '1198765432,10', 'BR', 'it looks like an amount'],
		['a number without its 0', 658743885, 'IT', 'it might be +390658743885'],
		['two numbers', '030 1234567,7654321', 'DE', 'cannot be read as a phone number'],
	])('%s', async (_, phone, defaultCountry, message) => {
		const run = await runOperation('call.getActiveCall', {
			parameters: { options: { defaultCountry } },
			items: [contact('Ana', phone)],
		});
		expect(run.error?.message).toContain(message);
		expect(run.error?.description).toMatch(/\w/);
	});
});
