import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import {
	activeCall,
	ana,
	bruno,
	contact,
	createdCall,
	lookupPath,
	mockWire,
	NO_CALL,
	onLookup,
	phoneOf,
} from '../../helpers/talkover';

mockWire();

type CallBody = IDataObject & { to: string };
type Dial = (
	body: CallBody,
	nth: number,
) => [status: number, answer?: unknown, headers?: Record<string, string>];

/** The bodies of all POSTs, in order. */
let dialled: CallBody[] = [];
beforeEach(() => {
	dialled = [];
});
afterEach(() => expect(nock.pendingMocks()).toEqual([]));

const placed = (to: string) => ({ success: true, data: createdCall(to) });

/** Answers all POSTs. `nth` counts those to the same number. */
function onDial(answer: Dial = ({ to }) => [200, placed(to)]): void {
	nock(BASE_URL)
		.persist()
		.post('/agents/agent-1/call')
		.optionally()
		.reply((_uri, body) => {
			dialled.push(body as CallBody);
			const { to } = body as CallBody;
			const nth = dialled.filter((other) => other.to === to).length;
			return answer(body as CallBody, nth) as [number, ReplyBody];
		});
}

const numbersDialled = () => dialled.map(({ to }) => to);

/** Nobody is on a call. */
const allFree = () =>
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.optionally()
		.reply(404, NO_CALL);

const callAnyway = { parameters: { options: { ifAlreadyOnCall: 'callAnyway' } } };

describe('who is called', () => {
	test('a free person is called and comes out on Called, a person on a call comes out on Skipped with that call', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		onLookup(phoneOf(2)).reply(200, { success: true, data: [activeCall(phoneOf(2))] });
		onDial();
		const result = await runOperation('call.makeCall', { items: [ana, bruno] });
		expect(result.status).toBe('success');
		expect(result.json('Talkover', 0)).toEqual([createdCall(phoneOf(1))]);
		expect(result.json('Talkover', 1)).toEqual([
			{ ...activeCall(phoneOf(2)), skip_reason: 'on_a_call' },
		]);
		expect(result.json('Called')).toEqual([{ value: `Ana: new-${phoneOf(1)}` }]);
		expect(result.json('Skipped')).toEqual([{ value: `Bruno: call-${phoneOf(2)}` }]);
		expect(numbersDialled()).toEqual([phoneOf(1)]);
	});

	test('items with the same number, in any format, dial it once, and the others are skipped with that call', async () => {
		allFree();
		onDial();
		const contacts = [
			ana,
			bruno,
			contact('Ana again', '+1 (555) 100-0001'),
			contact('Ana once more', ' 001 555 1000001'),
		];
		const result = await runOperation('call.makeCall', { items: contacts });
		expect(result.json('Called').map(({ value }) => value)).toEqual([
			`Ana: new-${phoneOf(1)}`,
			`Bruno: new-${phoneOf(2)}`,
		]);
		expect(result.json('Skipped').map(({ value }) => value)).toEqual([
			`Ana again: new-${phoneOf(1)}`,
			`Ana once more: new-${phoneOf(1)}`,
		]);
		expect(numbersDialled().sort()).toEqual([phoneOf(1), phoneOf(2)]);
	});

	test('of two items with one number, the first is called, even if n8n reads its credential last', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		onDial();
		const first = contact('Ana', phoneOf(1));
		const second = contact('Ana again', phoneOf(1));
		const result = await runOperation('call.makeCall', {
			items: [first, second],
			parameters: {
				context: { values: [{ name: 'lead', value: '={{ $json.name }}' }] },
			},
			credentialDelay: (itemIndex) => (itemIndex === 0 ? 500 : 0),
		});
		expect(dialled.map(({ context }) => context)).toEqual([{ lead: 'Ana' }]);
		expect(result.json('Skipped')).toHaveLength(1);
	});

	test('two agents can dial the same number', async () => {
		allFree();
		onDial();
		nock(BASE_URL)
			.post('/agents/agent-2/call')
			.reply(200, { success: true, data: createdCall(phoneOf(1), { agent_id: 'agent-2' }) });
		const agents = ['agent-1', 'agent-2'].map((agent) => ({ json: { ...ana.json, agent } }));
		const agentId = { __rl: true, mode: 'id', value: '={{ $json.agent }}' };
		const result = await runOperation('call.makeCall', { items: agents, parameters: { agentId } });
		expect(result.json('Talkover', 0).map(({ agent_id: agent }) => agent)).toEqual([
			'agent-1',
			'agent-2',
		]);
	});

	test('with Call Anyway, each item is called without a lookup', async () => {
		onDial();
		const result = await runOperation('call.makeCall', { items: [ana, bruno, ana], ...callAnyway });
		expect(result.json('Talkover', 0)).toHaveLength(3);
		expect(numbersDialled().sort()).toEqual([phoneOf(1), phoneOf(1), phoneOf(2)]);
	});

	test('nobody is called when the lookup fails', async () => {
		nock(BASE_URL)
			.get(lookupPath(phoneOf(1)))
			.reply(403, { success: false, message: 'You are not authorized to perform this action.' });
		onDial();
		const { error } = await runOperation('call.makeCall');
		expect(error?.message).toContain('does not allow this');
		expect(dialled).toEqual([]);
	});

	test('a hint says where the items are when nobody was called', async () => {
		onLookup(phoneOf(1)).reply(200, { success: true, data: [activeCall(phoneOf(1))] });
		const result = await runOperation('call.makeCall');
		expect(result.task('Talkover').hints).toEqual([
			expect.objectContaining({
				message: 'Nobody was called: the item is on the output Skipped.',
			}),
		]);
	});
});

describe('what is sent', () => {
	const sent = async (parameters: IDataObject) => {
		allFree();
		onDial();
		const { error } = await runOperation('call.makeCall', { parameters });
		return error ?? dialled[0];
	};

	test('the number and the prompt variables', async () => {
		const payload = { values: [{ name: 'customer_name', value: '={{ $json.name }}' }] };
		expect(await sent({ payload })).toEqual({
			to: phoneOf(1),
			payload: { customer_name: 'Ana' },
		});
	});

	test('all options', async () => {
		expect(
			await sent({
				context: { values: [{ name: 'deal', value: 'D-1' }] },
				options: { delay: 3600, testCall: true },
			}),
		).toEqual({
			to: phoneOf(1),
			context: { deal: 'D-1' },
			delay_seconds: 3600,
			is_testing: true,
		});
	});

	test.each([
		['text', '{ "deal": { "id": 7 } }'],
		['an expression in text', '={{ JSON.stringify({ deal: { id: 7 } }) }}'],
		['an expression that gives an object', '={{ ({ deal: { id: 7 } }) }}'],
	])('JSON from %s', async (_, json) => {
		expect(await sent({ options: { payloadJson: json, contextJson: '' } })).toEqual({
			to: phoneOf(1),
			payload: { deal: { id: 7 } },
		});
	});

	test('numbers that JavaScript holds, and digits in a text, are sent as they are', async () => {
		const json =
			'{ "id": "7615917337495251231", "max": 9007199254740991, "at": [-23.550519999999999] }';
		expect(await sent({ options: { payloadJson: json } })).toEqual({
			to: phoneOf(1),
			payload: JSON.parse(json) as object,
		});
	});

	test('dates are sent as text', async () => {
		const dates = '={{ ({ when: DateTime.fromISO("2026-01-31T12:00:00Z"), day: new Date(0) }) }}';
		expect(await sent({ options: { contextJson: dates } })).toMatchObject({
			context: { when: expect.stringContaining('2026-01-31T'), day: '1970-01-01T00:00:00.000Z' },
		});
	});

	test('variables with a name and a value together with those from JSON', async () => {
		const payload = { values: [{ name: 'customer_name', value: '={{ $json.name }}' }] };
		expect(await sent({ payload, options: { payloadJson: '{ "tries": 3 }' } })).toEqual({
			to: phoneOf(1),
			payload: { customer_name: 'Ana', tries: 3 },
		});
	});

	test('a value from an expression keeps its type', async () => {
		const values = [{ name: 'tries', value: '={{ 1 + 2 }}' }];
		expect(await sent({ payload: { values } })).toEqual({
			to: phoneOf(1),
			payload: { tries: 3 },
		});
	});

	test.each(['', ' ', '\u00a0\u200b', null])(
		'the default of an option that is set to %j',
		async (empty) => {
			onLookup(phoneOf(1)).reply(404, NO_CALL);
			const names = ['delay', 'testCall', 'timeout', 'maxParallelRequests', 'maxRateLimitWait'];
			const options = Object.fromEntries(names.map((name) => [name, empty]));
			expect(await sent({ options })).toEqual({ to: phoneOf(1) });
		},
	);

	test('an empty text for a value that n8n did not save', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		const payload = { values: [{ name: 'nick' }] };
		expect(await sent({ payload })).toEqual({ to: phoneOf(1), payload: { nick: '' } });
	});

	test('Test Call, also when an expression gives it as text', async () => {
		const options = { testCall: '={{ "true" }}' };
		expect(await sent({ options })).toEqual({ to: phoneOf(1), is_testing: true });
	});

	test.each([{}, [], null, { values: [] }])('no variables for %j', async (payload) => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		expect(await sent({ payload })).toEqual({ to: phoneOf(1) });
	});

	test.each([
		['={{ { values: [{ name: "a", value: 1 }] } }}'],
		['={{ $json }}'],
		['{ "a": 1 }'],
		[{ values: '={{ [{ name: "a", value: $json.name }] }}' }],
		[{ values: ['={{ { name: "a", value: $json.name } }}'] }],
		[{ customer_name: 'Ana' }],
		[[{ name: 'a', value: 1 }]],
	])('no call for variables that n8n would drop: %j', async (payload) => {
		for (const name of ['payload', 'context']) {
			const { message, description } = await sent({ [name]: payload });
			const field = name === 'payload' ? 'Prompt Variables' : 'Context';
			expect(message).toContain(`'${field}' cannot be ${JSON.stringify(payload).slice(0, 50)}`);
			expect(description).toContain(`use the option '${field} (JSON)'`);
		}
		expect(dialled).toEqual([]);
	});

	test.each([
		[{ options: { delay: 3601 } }, "'Delay (Seconds)' cannot be 3601"],
		[{ options: { delay: -1 } }, "'Delay (Seconds)' cannot be -1"],
		[{ options: { delay: 1.5 } }, "'Delay (Seconds)' cannot be 1.5"],
		[{ options: { delay: 'soon' } }, '\'Delay (Seconds)\' cannot be "soon"'],
		[{ payload: { values: [{ name: '', value: 'x' }] } }, 'A Prompt Variable has no name'],
		[
			{ payload: { values: [{ name: 'nick', value: '={{ $json.nick }}' }] } },
			'The Prompt Variable "nick" has no value',
		],
		[
			{
				context: {
					values: [
						{ name: 'a', value: '1' },
						{ name: 'a ', value: '2' },
					],
				},
			},
			'\'Context\' has "a" twice',
		],
		[
			{
				payload: { values: [{ name: 'a', value: '1' }] },
				options: { payloadJson: '{ "b": 1, "a": 2 }' },
			},
			'\'Prompt Variables\' has "a" twice',
		],
		[
			{ options: { payloadJson: '{"lead_id": 7615917337495251231}' } },
			'The Prompt Variable "lead_id" is a number that cannot be sent exactly: 7615917337495251000',
		],
		[
			{ options: { contextJson: '{"lead": {"ids": [1, -9007199254740993]}}' } },
			/^The Context Value "lead\.ids\[1\]" is .*: -9007199254740992$/,
		],
		[
			// n8n has rounded it before.
			{ options: { contextJson: '={{ ({ deal: { id: 7615917337495251231 } }) }}' } },
			'The Context Value "deal.id" is a number that cannot be sent exactly',
		],
		[
			{ options: { payloadJson: '={ "id": {{ 7615917337495251231 }} }' } },
			'The Prompt Variable "id" is a number that cannot be sent exactly',
		],
		[
			{ context: { values: [{ name: 'id', value: '={{ 7615917337495251231 }}' }] } },
			'The Context Value "id" is a number that cannot be sent exactly',
		],
		[
			{ options: { contextJson: '={{ ({ id: 12n }) }}' } },
			'The Context Value "id" is a number that cannot be sent exactly: 12',
		],
		[
			{ options: { payloadJson: '{"a":' } },
			'\'Prompt Variables (JSON)\' is not a JSON object: {"a":',
		],
		[
			{ options: { payloadJson: 'x'.repeat(100) } },
			`'Prompt Variables (JSON)' is not a JSON object: ${'x'.repeat(59)}…`,
		],
		[
			{ options: { payloadJson: '={{ $json.nick }}' } },
			"'Prompt Variables (JSON)' is not a JSON object: undefined",
		],
		[
			{ options: { payloadJson: '={{ ({ tries: 1, nick: $json.nick }) }}' } },
			'The Prompt Variable "nick" has no value',
		],
		[
			{ options: { payloadJson: '={{ null }}' } },
			"'Prompt Variables (JSON)' is not a JSON object: null",
		],
		[{ options: { contextJson: '[1]' } }, "'Context (JSON)' is not a JSON object: [1]"],
		[{ phone: '123' }, /"123"/],
		[{ agentId: { __rl: true, mode: 'id', value: '={{ "" }}' } }, 'No agent is chosen'],
	])('no call for %j', async (parameters, message) => {
		const error = await sent(parameters as unknown as IDataObject);
		expect(error.message).toMatch(message);
		expect(dialled).toEqual([]);
	});
});

describe('each shape of a success', () => {
	const { id, ...bare } = createdCall(phoneOf(1));
	test.each([
		['wrapped', 200, { success: true, data: { id, ...bare } }],
		['wrapped, with another status', 201, { success: true, data: { id, ...bare } }],
		['wrapped with call_id', 200, { success: true, data: { call_id: id, ...bare } }],
		['flat', 200, { call_id: id, ...bare, estimated_duration: 180 }],
		['bare', 200, { id, ...bare }],
		['wrapped, with call_id beside data,', 200, { success: true, call_id: id, data: bare }],
	])('%s gives the ID as `id`', async (_, status, body) => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		onDial(() => [status, body]);
		const result = await runOperation('call.makeCall');
		expect(result.json('Talkover', 0)).toEqual([expect.objectContaining({ id, ...bare })]);
	});
});

describe('errors', () => {
	const fail = async (answer: Dial) => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		onDial(answer);
		const { error } = await runOperation('call.makeCall');
		expect(dialled).toHaveLength(1);
		return error;
	};
	const coded = (code: string, message = 'Não') => ({ error: { code, message } });

	test.each([
		[402, coded('INSUFFICIENT_CREDITS'), 'The Talkover account has too few credits for this call'],
		[400, coded('AGENT_INACTIVE'), 'The agent is not published, so it cannot call'],
		[400, coded('INVALID_PHONE_NUMBER'), 'Talkover does not accept the phone number'],
		[400, coded('OTHER'), 'Talkover refused the request (HTTP 400)'],
		[404, coded('AGENT_NOT_FOUND'), 'No agent with the ID "agent-1" in this Talkover environment'],
		[401, coded('INVALID_TOKEN'), 'Talkover does not accept the token'],
		[
			422,
			{ success: false, message: 'Bad', errors: { delay_seconds: ['Too long.'] } },
			'Talkover does not accept the values',
		],
		[302, '', 'Talkover answered with a redirect'],
		[401, 'Unauthorized', 'Something between n8n and Talkover refused the request'],
		[403, '<html>Blocked</html>', 'Something between n8n and Talkover refused the request'],
		[413, '<html>413 Request Entity Too Large</html>', 'The request is too large for Talkover'],
		[
			413,
			{ success: false, message: 'Payload too large.' },
			'The request is too large for Talkover',
		],
		[407, '', 'Something between n8n and Talkover refused the request'],
	])('%i %j is a refusal, with its own message', async (status, body, message) => {
		const error = await fail(() => [status, body]);
		expect(error?.message).toContain(message);
		expect(error?.message).not.toContain('may have been placed');
	});

	test.each([
		['500', 500, { success: false, message: 'Internal server error.' }],
		['502 from a gateway', 502, '<html>Bad Gateway</html>'],
		['504 from a gateway', 504, ''],
		['408', 408, ''],
		['303, which says that the POST was done', 303, ''],
		['a success without an id', 200, { success: true }],
		['a success that is not JSON', 200, '<html>Welcome</html>'],
		['a success that says `success: false`', 200, { success: false, data: { id: 'x' } }],
	])('%s: the outcome is unknown, and the POST is not retried', async (_, status, body) => {
		const error = await fail(() => [status, body]);
		expect(error?.message).toContain(`The call to ${phoneOf(1)} may have been placed: `);
		expect(error?.description).toContain(
			'It is not dialed again. Before you call this number, look for the call in Talkover',
		);
		expect(error?.description).not.toContain('Try again');
	});

	test.each([
		['ECONNRESET'],
		['ETIMEDOUT'],
		['EPIPE'],
		['ESOMETHING'],
		['EHOSTUNREACH', 'read EHOSTUNREACH'],
		['ENETDOWN', 'write ENETDOWN'],
		// Seen in Node.js 20 and 24 from a broken connection after the request.
		['ERR_SSL_WRONG_VERSION_NUMBER'],
		// The server looks at the certificate of the client after the handshake of TLS 1.3.
		['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
	])(
		'%s: the outcome is unknown, and it is not sent again',
		async (code, message: string = code) => {
			onLookup(phoneOf(1)).reply(404, NO_CALL);
			nock(BASE_URL)
				.post('/agents/agent-1/call')
				.replyWithError(Object.assign(new Error(message), { code }));
			const { error } = await runOperation('call.makeCall');
			expect(error?.message).toContain('may have been placed');
		},
	);

	test.each([
		['ECONNREFUSED', 'Talkover (app.talkover.ai) refused the connection'],
		['CERT_HAS_EXPIRED', 'The request to Talkover (app.talkover.ai) failed (CERT_HAS_EXPIRED)'],
		['EHOSTUNREACH', 'Talkover (app.talkover.ai) cannot be reached from here'],
		['ENETUNREACH', 'Talkover (app.talkover.ai) cannot be reached from here'],
		['ENETDOWN', 'Talkover (app.talkover.ai) cannot be reached from here'],
		[
			'ETIMEDOUT',
			'Talkover (app.talkover.ai) cannot be reached from here',
			'connect ETIMEDOUT 192.0.2.1:443',
		],
		[
			undefined,
			'Talkover (app.talkover.ai) cannot be reached, because the settings of n8n forbid it',
			'The request was blocked because it resolves to a restricted IP address',
		],
	])(
		'%s: nothing was sent, so the error does not say that the call may have been placed',
		async (code, message, cause = code) => {
			onLookup(phoneOf(1)).reply(404, NO_CALL);
			nock(BASE_URL)
				.post('/agents/agent-1/call')
				.replyWithError(Object.assign(new Error(cause), { code }));
			const { error } = await runOperation('call.makeCall');
			expect(error?.message).toBe(message);
		},
	);

	test('a 429 is retried after another lookup', async () => {
		onLookup(phoneOf(1)).times(2).reply(404, NO_CALL);
		onDial(({ to }, nth) => (nth === 1 ? [429, coded('RATE_LIMIT_EXCEEDED')] : [200, placed(to)]));
		const result = await runOperation('call.makeCall');
		expect(result.json('Talkover', 0)).toEqual([createdCall(phoneOf(1))]);
		expect(dialled).toHaveLength(2);
	});

	test('an item that fails stops no other call, and items with the same number share its error', async () => {
		allFree();
		onDial(({ to }) =>
			to === phoneOf(1) ? [500, { success: false, message: 'Oh.' }] : [200, placed(to)],
		);
		const result = await runOperation('call.makeCall', {
			items: [ana, bruno, ana],
			onError: 'continueErrorOutput',
		});
		expect(result.json('Called')).toEqual([{ value: `Bruno: new-${phoneOf(2)}` }]);
		expect(result.json('Failed')).toEqual([
			{ ...ana.json, error: expect.stringContaining('may have been placed') },
			{ ...ana.json, error: expect.stringContaining('may have been placed') },
		]);
		expect(numbersDialled().sort()).toEqual([phoneOf(1), phoneOf(2)]);
	});
});

describe('Retry On Fail', () => {
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

	test('repeats only the items that failed before their call', async () => {
		let lookups = 0;
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		nock(BASE_URL)
			.persist()
			.get(lookupPath(phoneOf(2)))
			.reply(() => (++lookups === 1 ? [403, '{}'] : [404, NO_CALL]));
		onDial();
		const result = await runOperation('call.makeCall', { items: [ana, bruno, ana], ...retry });
		nock.cleanAll();
		expect(result.status).toBe('success');
		expect(result.json('Called')).toEqual([
			{ value: `Ana: new-${phoneOf(1)}` },
			{ value: `Bruno: new-${phoneOf(2)}` },
		]);
		expect(result.json('Skipped')).toEqual([{ value: `Ana: new-${phoneOf(1)}` }]);
		expect(numbersDialled()).toEqual([phoneOf(1), phoneOf(2)]);
	});

	test('repeats no call with Call Anyway either', async () => {
		onDial(({ to }) => (to === phoneOf(1) ? [402, '{}'] : [200, placed(to)]));
		const { error } = await runOperation('call.makeCall', {
			items: [ana, bruno, bruno],
			...retry,
			parameters: { options: { ifAlreadyOnCall: 'callAnyway', maxParallelRequests: 3 } },
		});
		expect(error?.message).toContain('too few credits');
		expect(numbersDialled().sort()).toEqual([phoneOf(1), phoneOf(2), phoneOf(2)]);
	});

	test.each([
		['an error with an unknown outcome', 500, 'may have been placed'],
		['a refusal', 402, 'too few credits'],
	])('does not repeat the POST after %s', async (_, status, message) => {
		allFree();
		onDial(() => [status, '{}']);
		const { error } = await runOperation('call.makeCall', { ...retry });
		expect(error?.message).toContain(message);
		expect(dialled).toHaveLength(1);
	});

	test('repeats the POST after a 429', async () => {
		allFree();
		onDial(({ to }, nth) => (nth === 1 ? [429, '{}'] : [200, placed(to)]));
		const result = await runOperation('call.makeCall', {
			...retry,
			parameters: { options: { maxRateLimitWait: 0 } },
		});
		expect(result.json('Talkover', 0)).toEqual([createdCall(phoneOf(1))]);
	});

	test('calls the person who waited for the rate limit when another item failed', async () => {
		onLookup(phoneOf(1)).times(2).reply(404, NO_CALL);
		onLookup(phoneOf(2)).reply(404, { success: false, message: 'Não' });
		nock(BASE_URL).get('/agents/agent-1').reply(403, '{}');
		onLookup(phoneOf(2)).reply(404, NO_CALL);
		onDial(({ to }, nth) =>
			to === phoneOf(1) && nth === 1 ? [429, '{}', { 'Retry-After': '5' }] : [200, placed(to)],
		);
		const result = await runOperation('call.makeCall', { items: [ana, bruno], ...retry });
		expect(result.json('Talkover', 0)).toEqual(
			[phoneOf(1), phoneOf(2)].map((to) => createdCall(to)),
		);
	});

	test('dials once with On Error: Continue', async () => {
		allFree();
		onDial(({ to }) => (to === phoneOf(1) ? [500, '{}'] : [200, placed(to)]));
		const result = await runOperation('call.makeCall', {
			items: [ana, bruno],
			...retry,
			onError: 'continueErrorOutput',
		});
		expect(result.json('Called')).toEqual([{ value: `Bruno: new-${phoneOf(2)}` }]);
		expect(result.json('Failed')).toHaveLength(1);
		expect(numbersDialled().sort()).toEqual([phoneOf(1), phoneOf(2)]);
	});
});

describe('as an AI tool', () => {
	test('tells the agent the outcome, and not to call again', async () => {
		onLookup(phoneOf(1)).reply(404, NO_CALL);
		onLookup(phoneOf(2)).reply(200, { success: true, data: [activeCall(phoneOf(2))] });
		onDial();
		const result = await runOperation('call.makeCall', {
			items: [ana, bruno],
			type: 'n8n-nodes-talkover.talkoverTool',
		});
		expect(result.json('Talkover')).toEqual([
			{
				called: true,
				agent_id: 'agent-1',
				phone: phoneOf(1),
				message: `The agent agent-1 is calling ${phoneOf(1)} now. Do not call again.`,
				call: createdCall(phoneOf(1)),
			},
			{
				called: false,
				agent_id: 'agent-1',
				phone: phoneOf(2),
				skip_reason: 'on_a_call',
				message: `Not called: the agent agent-1 is already on a call with ${phoneOf(2)}.`,
				call: activeCall(phoneOf(2)),
			},
		]);
	});
});
