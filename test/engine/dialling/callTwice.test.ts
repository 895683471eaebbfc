import { afterEach, describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import { withFastClock } from '../../helpers/clock';
import { BASE_URL, runWorkflow } from '../../helpers/engine';
import type { Run } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { activeCall, createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();
afterEach(() => nock.cleanAll());

type Reply = [number, unknown, Record<string, string>?];
interface Wire {
	lookup?: (nth: number, agent: string, token: string) => Reply | Promise<Reply>;
	list?: (nth: number, query: Record<string, string>) => Reply | Promise<Reply>;
	post?: (nth: number) => Reply | Promise<Reply> | undefined;
	endCall?: () => Reply;
}

/** Every request in order; a `call …` is a phone that rings. */
function wire({ lookup, list, post, endCall }: Wire = {}) {
	const log: string[] = [];
	let lookups = 0;
	let lists = 0;
	let posts = 0;
	nock.cleanAll();
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(async function (uri) {
			const [agent] = decodeURIComponent(uri).split('/').slice(-3);
			const token = String(this.req.headers.authorization).replace('Bearer ', '');
			log.push(`lookup ${agent}`);
			return ((await lookup?.(++lookups, agent, token)) ?? [404, NO_CALL]) as [number, ReplyBody];
		})
		.get(/\/calls\?/)
		.reply(async (uri) => {
			log.push('list');
			const query = Object.fromEntries(new URL(uri, BASE_URL).searchParams);
			return ((await list?.(++lists, query)) ?? [200, { success: true, data: [] }]) as [
				number,
				ReplyBody,
			];
		})
		.post(/\/call$/)
		.reply(async function (uri, body) {
			const { to } = body as { to: string };
			const token = String(this.req.headers.authorization).replace('Bearer ', '');
			log.push(`call ${uri.split('/').at(-2)} ${to} ${token}`);
			const nth = ++posts;
			return ((await post?.(nth)) ?? [
				200,
				{ success: true, data: createdCall(to, { id: `call-${nth}`, tenant: token }) },
			]) as [number, ReplyBody];
		})
		.post(/\/end-call$/)
		.reply(() => (endCall?.() ?? [200, { success: true, data: {} }]) as [number, ReplyBody]);
	return { log, rings: () => log.filter((line) => line.startsWith('call ')) };
}

const P = phoneOf(1);
interface How {
	options?: IDataObject;
	agent?: string;
	items?: IDataObject[];
	credential?: ICredentialDataDecryptedObject;
	parameters?: IDataObject;
	settings?: IDataObject;
	onStart?: (cancel: () => void) => void;
}
async function call({
	options = {},
	agent = 'agent-1',
	items,
	parameters,
	settings,
	...rest
}: How = {}) {
	const file = operationWorkflow('call.makeCall', {
		onError: 'continueErrorOutput',
		...settings,
		parameters: { options, agentId: { __rl: true, mode: 'id', value: agent }, ...parameters },
	});
	const json = items ?? [{ name: 'Ana', phone: P }];
	return await runWorkflow(file, { items: json.map((one) => ({ json: one })), ...rest });
}
const fast = async <T>(run: () => Promise<T>) => (await withFastClock(run)).value;
const outcome = (run: Run) =>
	[
		...run.json('Talkover', 0).map(({ id }) => `called ${String(id)}`),
		...run.json('Talkover', 1).map(({ id, skip_reason: r }) => `${String(r)} ${String(id)}`),
		...run.json('Talkover', 2).map(({ error }) => `error ${String(error)}`),
	].join();

describe('nobody is called twice', () => {
	test('an unknown outcome of a test call is not dialled again in that minute', async () => {
		const { rings } = wire({ post: (nth) => (nth === 1 ? [504, {}] : undefined) });
		const again = await fast(async () => {
			await call({ options: { testCall: true } });
			await sleep(2000);
			return outcome(await call());
		});
		expect([rings().length, again]).toEqual([1, expect.stringContaining('may have been placed')]);
	});

	test('a call that was ended still counts for Skip If Called Within while the list does not show it', async () => {
		const { rings } = wire();
		await fast(async () => {
			await call();
			await call({ parameters: { operation: 'endCall', callId: 'call-1' } });
			await sleep(2000);
			await call({ options: { skipIfCalledWithin: 24 } });
		});
		expect(rings()).toHaveLength(1);
	});

	test('a delayed call that Talkover refuses to end, since it is not active yet, still counts', async () => {
		const { rings } = wire({
			endCall: () => [
				409,
				{ success: false, code: 'CALL_NOT_ACTIVE', message: 'Call is not active' },
			],
		});
		await fast(async () => {
			await call({ options: { delay: 600 } });
			await call({ parameters: { operation: 'endCall', callId: 'call-1' } });
			await call();
		});
		expect(rings()).toHaveLength(1);
	});

	test('a call made with Call Anyway while the list is read counts', async () => {
		const { rings } = wire({
			list: async () => {
				await sleep(5000);
				return [200, { success: true, data: [] }];
			},
		});
		const [first] = await fast(
			async () =>
				await Promise.all([
					call({ options: { skipIfCalledWithin: 24 } }),
					sleep(2000).then(async () => await call({ options: { ifAlreadyOnCall: 'callAnyway' } })),
				]),
		);
		expect([rings().length, outcome(first)]).toEqual([1, 'called_recently call-1']);
	});

	test('a call of another agent, without the option, while the list is read counts for Any Agent', async () => {
		const { rings } = wire({
			list: async () => {
				await sleep(5000);
				return [200, { success: true, data: [] }];
			},
		});
		await fast(
			async () =>
				await Promise.all([
					call({ options: { skipIfCalledWithin: 24 } }),
					sleep(2000).then(async () => await call({ agent: 'agent-2' })),
				]),
		);
		expect(rings()).toHaveLength(1);
	});

	test('looks again after a pause for the rate limit that comes before the first try to call', async () => {
		let other = false;
		const { rings, log } = wire({
			lookup: () =>
				other
					? [200, { success: true, data: [activeCall(P)] }]
					: [
							404,
							NO_CALL,
							{
								'x-ratelimit-limit': '100',
								'x-ratelimit-remaining': '0',
								'x-ratelimit-reset': '50',
							},
						],
		});
		// In the pause, another n8n process, or a person in Talkover, calls.
		const run = await fast(
			async () => (await Promise.all([call(), sleep(20_000).then(() => (other = true))]))[0],
		);
		expect([rings().length, outcome(run), log]).toEqual([
			0,
			expect.stringContaining('on_a_call'),
			expect.anything(),
		]);
	});

	test('looks again after a 429 to the call: the person may be on a call by now', async () => {
		const { log, rings } = wire({
			lookup: (nth) =>
				nth === 1 ? [404, NO_CALL] : [200, { success: true, data: [activeCall(P)] }],
			post: () => [429, {}, { 'Retry-After': '60' }],
		});
		const run = await fast(async () => await call());
		expect(run.json('Talkover', 1)).toEqual([{ ...activeCall(P), skip_reason: 'on_a_call' }]);
		expect([rings().length, log.length]).toEqual([1, 3]);
	});

	test('a Call Anyway during that pause counts', async () => {
		const { rings } = wire({
			lookup: () => [
				404,
				NO_CALL,
				{ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '50' },
			],
		});
		await fast(
			async () =>
				await Promise.all([
					call(),
					sleep(20_000).then(
						async () => await call({ options: { ifAlreadyOnCall: 'callAnyway' } }),
					),
				]),
		);
		expect(rings()).toHaveLength(1);
	});

	test('a list with an error in it is not an empty list', async () => {
		const { rings } = wire({
			list: () => [
				200,
				{ data: [], error: { code: 'SEARCH_UNAVAILABLE', message: 'Search timed out' } },
			],
		});
		await fast(async () => await call({ options: { skipIfCalledWithin: 24 } }));
		expect(rings()).toHaveLength(0);
	});

	test('a list whose end was not reached is not a list without the call', async () => {
		const other = {
			id: 'o',
			to: phoneOf(9),
			direction: 'outbound',
			created_at: '2024-01-01T00:00:00Z',
		};
		const { rings } = wire({
			list: (_, { page }) => [
				200,
				{ success: true, data: [other], pagination: { current_page: Number(page), last_page: 9 } },
			],
		});
		await fast(async () => await call({ options: { skipIfCalledWithin: 24 } }));
		expect(rings()).toHaveLength(0);
	});
});

describe('nothing of another tenant is used', () => {
	const byItem = { token: '={{ $json.token }}', baseUrl: BASE_URL };

	test('a failed look with one token is not the failure of an item with another token', async () => {
		const { rings } = wire({
			lookup: async (_nth, _agent, token) => {
				await sleep(300);
				return token === 'talq_a' ? [401, { success: false }] : [404, NO_CALL];
			},
		});
		const run = await fast(
			async () =>
				await call({
					items: ['talq_a', 'talq_b'].map((token) => ({ name: 'Ana', phone: P, token })),
					credential: byItem,
				}),
		);
		expect([rings().length, outcome(run)]).toEqual([
			1,
			expect.stringMatching(/^called call-1,error/),
		]);
	});

	test('Any Agent means those of the environment: no call of another token on Skipped', async () => {
		wire();
		const options = { skipIfCalledWithin: 24 };
		const second = await fast(async () => {
			await call({ options, credential: { token: 'talq_a', baseUrl: BASE_URL } });
			return await call({
				options,
				agent: 'agent-2',
				credential: { token: 'talq_b', baseUrl: BASE_URL },
			});
		});
		expect(second.text).not.toContain('talq_a');
	});

	test.each([
		['optional chaining', '={{ $json?.token ?? "talq_main" }}'],
		['a fallback', '={{ $json.token || "talq_main" }}'],
		['the input item', '={{ $input.item?.json?.token ?? "talq_main" }}'],
		['the index of the item', '={{ $itemIndex === 5 ? "talq_own" : "talq_main" }}'],
		[
			'the items of another node',
			'={{ $("Contacts").all()[$itemIndex]?.json.token ?? "talq_main" }}',
		],
		['an object', '={{ ({ 5: "talq_own" })[$itemIndex] ?? "talq_main" }}'],
		['all input items', '={{ $input.all()[$itemIndex]?.json.token || "talq_main" }}'],
		[
			'a try',
			'={{ (() => { try { return $json.token ?? "talq_main" } catch { return "talq_main" } })() }}',
		],
		['JMESPath', '={{ $jmespath($json ?? {}, "token") ?? "talq_main" }}'],
	])('one item of 30 is called with its own token: %s', async (_, expression) => {
		const { rings } = wire();
		const items = Array.from({ length: 30 }, (_item, index) => ({
			name: `P${index}`,
			phone: phoneOf(index),
			...(index === 5 && { token: 'talq_own' }),
		}));
		const credential = { token: expression, baseUrl: BASE_URL };
		await fast(async () => await call({ items, credential }));
		expect(rings().filter((line) => line.includes(phoneOf(5)))).toEqual([
			`call agent-1 ${phoneOf(5)} talq_own`,
		]);
	});
});

test('a second item with the number looks again if the first could not call, minutes before', async () => {
	const P = phoneOf(1);
	const dialled: string[] = [];
	let lookups = 0;
	let onCall = false;
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(async (uri) => {
			const to = decodeURIComponent(uri).split('/').at(-1);
			if (to !== P) {
				await sleep(25_000);
				onCall = true; // somebody outside n8n calls P meanwhile
				return [404, NO_CALL];
			}
			lookups++;
			return onCall ? [200, { success: true, data: [activeCall(P)] }] : [404, NO_CALL];
		})
		.post(/\/call$/)
		.reply((_uri, body) => {
			const { to } = body as { to: string };
			if (to === P && !onCall) return [429, {}];
			dialled.push(to);
			return [200, { success: true, data: createdCall(to) }];
		});
	const items = [1, 2, 3, 4, 5, 1].map((index) => ({
		json: { name: 'Ana', phone: phoneOf(index) },
	}));
	const file = operationWorkflow('call.makeCall', {
		onError: 'continueErrorOutput',
		parameters: { options: { maxParallelRequests: 1, maxRateLimitWait: 0 } },
	});
	await withFastClock(async () => await runWorkflow(file, { items }));
	expect([dialled.includes(P), lookups]).toEqual([false, 2]);
});
