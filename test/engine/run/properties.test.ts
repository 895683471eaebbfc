import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import nock from 'nock';
import { toE164 } from '../../../nodes/Talkover/phone';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, activeCall, contact, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();

const RUNS = { numRuns: 150 };

const status = fc.oneof(
	fc.constantFrom(200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503),
	fc.integer({ min: 200, max: 599 }),
);

const message = fc.oneof(
	fc.constantFrom(NO_CALL.message, `${NO_CALL.message}.`, 'Agent not found', 'Not found', ''),
	fc.string(),
);

/** Bodies that look like the API's, and any other JSON. */
const body = fc.oneof(
	fc.record(
		{ success: fc.oneof(fc.boolean(), fc.constant('false')), message },
		{ requiredKeys: [] },
	),
	fc.record(
		{
			success: fc.boolean(),
			data: fc.oneof(fc.jsonValue(), fc.constant([]), fc.constant([{ id: 'c' }])),
		},
		{ requiredKeys: [] },
	),
	fc.record({ error: fc.record({ code: fc.string(), message }) }),
	fc.jsonValue(),
);

/** The text of an answer: JSON, or something else. */
const wire = fc.oneof(
	body.map((value) => JSON.stringify(value)),
	fc.string(),
	fc.constant('<html>Not Found</html>'),
);

test('only a clear "no active call" reaches Not Found', async () => {
	await fc.assert(
		fc.asyncProperty(status, wire, status, wire, async (code, answer, agentCode, agentAnswer) => {
			nock.cleanAll();
			nock(BASE_URL)
				.persist()
				.get(/active-call/)
				.reply(code, answer);
			nock(BASE_URL).persist().get('/agents/agent-1').reply(agentCode, agentAnswer);
			const run = await runOperation('call.getActiveCall', {
				plainOutputs: true,
				items: [contact('Ana', phoneOf(1))],
			});
			const notFound = run.error ? [] : run.json('Talkover', 1);
			expect(notFound).toHaveLength(saysNoCall(code, answer, agentCode, agentAnswer) ? 1 : 0);
		}),
		RUNS,
	);
});

/** The rule of the design, without the node's code. */
function saysNoCall(code: number, answer: string, agentCode: number, agentAnswer: string): boolean {
	const said = parse(answer);
	if (code === 200)
		return (
			said?.success === true &&
			!('error' in said) &&
			Array.isArray(said.data) &&
			said.data.length === 0
		);
	if (code !== 404 || said?.success !== false) return false;
	if (said.error !== undefined || said.errors !== undefined || said.code !== undefined)
		return false;
	const words = said.message;
	if (
		typeof words !== 'string' ||
		words.trim() === '' ||
		/agent not found|^not found\W*$|route/i.test(words)
	)
		return false;
	if (words === NO_CALL.message) return true;
	const agent = parse(agentAnswer);
	return (
		agentCode === 200 && agent?.success !== false && (agent?.data?.id ?? agent?.id) === 'agent-1'
	);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any JSON that fast-check makes up
function parse(text: string): any {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** What happens to an item: its number has some calls, the API fails, the connection breaks, or the number is not valid. */
const fate = fc.oneof(
	fc.record({ calls: fc.integer({ min: 0, max: 3 }) }),
	fc.record({ failsWith: fc.constantFrom(400, 401, 404, 500, 503, 418) }),
	fc.record({ breaksWith: fc.constantFrom('ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND') }),
	fc.constant({ phone: 'unusable' }),
);

type Fate = { calls?: number; failsWith?: number; breaksWith?: string; phone?: string };

test('every item comes out exactly once, or once per call, linked to itself and in order', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(fate, fc.integer({ min: 0, max: 6 })), { minLength: 1, maxLength: 25 }),
			fc.constantFrom('continueRegularOutput', 'continueErrorOutput'),
			fc.integer({ min: 1, max: 30 }),
			async (fates, onError, maxParallelRequests) => {
				nock.cleanAll();
				// Some items have the same number, so that they share a request and its fate.
				const numbers = fates.map(([, same], index) => (same < 3 && index > same ? same : index));
				const fateOf = (index: number): Fate => fates[numbers[index]][0];
				for (const number of new Set(numbers)) mock(phoneOf(number), fates[number][0]);
				const items = numbers.map((number, index) =>
					contact(`C${index}`, fateOf(index).phone ?? phoneOf(number)),
				);
				const run = await runOperation('call.getActiveCall', {
					plainOutputs: true,
					onError,
					parameters: { options: { maxParallelRequests } },
					items,
				});
				const came = [0, 1, 2].map((output) =>
					run
						.items('Talkover', output)
						.map(({ pairedItem }) => (pairedItem as { item: number }).item),
				);
				for (const order of came) expect(order).toEqual([...order].sort((a, b) => a - b));
				const counts = items.map((_, index) => came.flat().filter((item) => item === index).length);
				expect(counts).toEqual(items.map((_, index) => Math.max(1, fateOf(index).calls ?? 1)));
				expect(new Set(came[1])).toEqual(
					new Set([...items.keys()].filter((index) => fateOf(index).calls === 0)),
				);
			},
		),
		{ numRuns: 60 },
	);
});

function mock(phone: string, { calls, failsWith, breaksWith }: Fate): void {
	const lookup = nock(BASE_URL)
		.persist()
		.get(`/agents/agent-1/active-call/${encodeURIComponent(phone)}`);
	if (breaksWith) lookup.replyWithError(Object.assign(new Error(breaksWith), { code: breaksWith }));
	else if (failsWith) lookup.reply(failsWith, { success: false, error: { code: 'X' } });
	else if (calls)
		lookup.reply(200, {
			success: true,
			data: Array.from({ length: calls }, () => activeCall(phone)),
		});
	else lookup.reply(404, NO_CALL);
}

const phoneValue = fc.oneof(
	fc.jsonValue(),
	fc.constantFrom(
		'+15551000001',
		15551000001,
		'15551000001',
		'=+15551000001',
		'={{ 1 }}',
		'{{ $json.x }}',
	),
);

/** n8n refuses these in expressions (unsafeObjectProperties, n8n-workflow 2.41.0). */
const REFUSED = [
	...[
		'__proto__',
		'prototype',
		'constructor',
		'getPrototypeOf',
		'setPrototypeOf',
		'defineProperty',
	],
	...['getOwnPropertyDescriptor', 'getOwnPropertyDescriptors', 'defineProperties', 'mainModule'],
	...['binding', '_linkedBinding', '_load', 'prepareStackTrace', 'caller', 'callee', 'arguments'],
	...['__lookupGetter__', '__lookupSetter__', '__defineGetter__', '__defineSetter__'],
	...['getBuiltinModule', 'dlopen', 'execve', 'loadEnvFile'],
];

const fieldName = fc.oneof(
	fc.constantFrom('phone', 'Phone Number', 'número-2', 'toString', 'length', "o'clock", 'a}}b', ''),
	fc.constantFrom(...REFUSED),
	fc.string({ maxLength: 8 }),
);

test('a plain reference to a field is read as n8n reads it, for every item', async () => {
	await fc.assert(
		fc.asyncProperty(
			fieldName,
			fc.array(fc.option(phoneValue, { nil: undefined }), { minLength: 1, maxLength: 4 }),
			async (field, values) => {
				nock.cleanAll();
				nock(BASE_URL)
					.persist()
					.get(/active-call/)
					.reply(404, NO_CALL);
				const name = JSON.stringify(field);
				const items = values.map((value) => ({
					json: JSON.parse(value === undefined ? '{}' : `{${name}:${JSON.stringify(value)}}`),
				}));
				const lookUp = async (phone: string) => {
					const parameters = { phone, options: { defaultCountry: 'US' } };
					const onError = 'continueErrorOutput';
					const run = await runOperation('call.getActiveCall', {
						plainOutputs: true,
						onError,
						parameters,
						items,
					});
					return [1, 2].map((output) => run.json('Talkover', output));
				};
				const references = [`$json[${name}]`];
				if (/^[a-z_]\w*$/i.test(field)) references.push(`$json.${field}`);
				for (const reference of references) {
					// In parentheses it is not a plain reference, and n8n evaluates it.
					expect(await lookUp(`={{ ${reference} }}`)).toEqual(
						await lookUp(`={{ (${reference}) }}`),
					);
				}
			},
		),
		RUNS,
	);
});

const agentId = fc.oneof(
	fc.string(),
	fc.constantFrom('..', '.', '%2e%2e', 'a/b', 'a?b', 'a#b', 'a\\b', '', ' ', 'agent-1', 'a_B-9'),
	fc.constantFrom(' agent-1', 'agent-1\n', '\u200bagent-1\u00a0', 'agent-\u200b1'),
	fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
);

const written = fc.oneof(
	fc.string(),
	fc.constantFrom('+15551234567', '+1 555/123-4567', '+1555?x=1', '../../agents', '%2B15551234567'),
	fc.stringMatching(/^(\+|00)?[0-9 ().-]{5,18}( (x|ext\.|ramal) ?[0-9]{1,4})?$/),
);

test('no agent ID or phone number sends a request to another path', async () => {
	await fc.assert(
		fc.asyncProperty(agentId, written, async (agent, phone) => {
			nock.cleanAll();
			const paths: string[] = [];
			nock(/.*/)
				.persist()
				.get(/.*/)
				.reply(function () {
					paths.push(this.req.path);
					return [404, NO_CALL];
				});
			await runOperation('call.getActiveCall', {
				plainOutputs: true,
				parameters: {
					agentId: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
					options: { defaultCountry: 'BR' },
				},
				items: [{ json: { agent, phone } }],
			});
			for (const path of paths) {
				expect(path).toMatch(/^\/api\/v1\/agents\/[A-Za-z0-9_-]+\/active-call\/%2B[1-9]\d{4,14}$/);
				const trimmed = agent.replace(/^[\s\u200b]+|[\s\u200b]+$/g, '');
				expect(path).toContain(`/agents/${trimmed}/`);
			}
		}),
		RUNS,
	);
});

const digits = fc.stringMatching(/^[1-9][0-9]{6,13}$/);
const punctuated = (text: string, marks: string[]) =>
	[...text].map((digit, index) => digit + (marks[index] ?? '')).join('');
const marks = fc.array(fc.constantFrom('', '', '', ' ', '-', '.'), { maxLength: 14 });

test('a number with its country code never gains or loses a digit', () => {
	fc.assert(
		fc.property(
			digits,
			marks,
			fc.constantFrom('+', '00'),
			fc.constantFrom('', 'BR', 'US', 'MX', 'AR'),
			(number, punctuation, prefix, country) => {
				const e164 = attempt(
					`${prefix}${punctuated(number, punctuation)}`.replace(/[-. ]$/, ''),
					country,
				);
				expect(e164 ?? `+${number}`).toBe(`+${number}`);
			},
		),
		{ numRuns: 3000 },
	);
});

const CALLING_CODES = { BR: '55', US: '1', MX: '52', AR: '54', DE: '49', IT: '39', RU: '7' };

test('a national number gains its country code, loses at most its trunk prefix, and keeps all other digits', () => {
	fc.assert(
		fc.property(
			fc.stringMatching(/^[0-9]{5,14}$/),
			marks,
			fc.constantFrom(...(Object.keys(CALLING_CODES) as Array<keyof typeof CALLING_CODES>)),
			(number, punctuation, country) => {
				const e164 = attempt(punctuated(number, punctuation).replace(/[-. ]$/, ''), country);
				const national = [0, 1, 2, 3, 4]
					.filter((length) => /^(0\d*|1|8)?$/.test(number.slice(0, length)))
					.map((length) => `+${CALLING_CODES[country]}${number.slice(length)}`);
				const international = [number, number.replace(/^(00|011|010|810|09|119)/, '')].map(
					(all) => `+${all}`,
				);
				if (e164) expect([...national, ...international]).toContain(e164);
			},
		),
		{ numRuns: 3000 },
	);
});

function attempt(text: string, country: string): string | undefined {
	try {
		return toE164(text, country);
	} catch {
		return undefined;
	}
}
