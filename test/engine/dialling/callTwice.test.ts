import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import {
	dialled,
	fast,
	LAST_OF_WINDOW,
	makeCall,
	onCall,
	operations,
	outcome,
	quietTalkover,
	seconds,
} from '../../helpers/dialling';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { activeCall, createdCall, mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const PHONE = phoneOf(1);

const SLOW = { delayMs: 5000 };

describe('nobody is called twice', () => {
	test('a test call with an unknown outcome is not repeated within a minute', async () => {
		const talkover = quietTalkover({
			answers: { makeCall: (_, nth) => (nth === 1 ? { status: 504, afterApi: true } : undefined) },
		});
		const again = await fast(async () => {
			await makeCall({ options: { testCall: true } });
			await sleep(2000);
			return outcome(await makeCall());
		});
		expect([dialled(talkover).length, again]).toEqual([
			1,
			expect.stringContaining('may have been placed'),
		]);
	});

	test('an ended call counts for Skip If Called Within even if the list does not show it yet', async () => {
		const talkover = quietTalkover();
		await fast(async () => {
			await makeCall();
			await runOperation('call.endCall');
			await sleep(2000);
			await makeCall({ options: { skipIfCalledWithin: 24 } });
		});
		expect(dialled(talkover)).toHaveLength(1);
	});

	test('a delayed call counts after Talkover refused to end it because it is not active yet', async () => {
		const talkover = quietTalkover({
			answers: {
				endCall: {
					status: 409,
					body: { success: false, code: 'CALL_NOT_ACTIVE', message: 'Call is not active' },
				},
			},
		});
		await fast(async () => {
			await makeCall({ options: { delay: 600 } });
			await runOperation('call.endCall');
			await makeCall();
		});
		expect(dialled(talkover)).toHaveLength(1);
	});

	test('a Call Anyway during the read of the list counts', async () => {
		const talkover = quietTalkover({
			answers: { listCalls: SLOW },
		});
		const [first] = await fast(
			async () =>
				await Promise.all([
					makeCall({ options: { skipIfCalledWithin: 24 } }),
					sleep(2000).then(
						async () => await makeCall({ options: { ifAlreadyOnCall: 'callAnyway' } }),
					),
				]),
		);
		expect([dialled(talkover).length, outcome(first)]).toEqual([1, 'called_recently call-1']);
	});

	test('a call of another agent during the read of the list counts for Any Agent', async () => {
		const talkover = quietTalkover({
			answers: { listCalls: SLOW },
		});
		await fast(
			async () =>
				await Promise.all([
					makeCall({ options: { skipIfCalledWithin: 24 } }),
					sleep(2000).then(async () => await makeCall({ agent: 'agent-2' })),
				]),
		);
		expect(dialled(talkover)).toHaveLength(1);
	});

	test('the person is looked up again after a pause for the rate limit before the call', async () => {
		let isOnCall = false;
		const talkover = quietTalkover({
			answers: { getActiveCall: () => (isOnCall ? onCall() : LAST_OF_WINDOW) },
		});
		// During the pause, another n8n process or a person in Talkover calls.
		const run = await fast(
			async () => (await Promise.all([makeCall(), sleep(20_000).then(() => (isOnCall = true))]))[0],
		);
		expect([dialled(talkover).length, outcome(run)]).toEqual([
			0,
			expect.stringContaining('on_a_call'),
		]);
	});

	test('the person is looked up again after a 429 to the call', async () => {
		const talkover = quietTalkover({
			answers: {
				getActiveCall: (_, nth) => (nth === 1 ? undefined : onCall()),
				makeCall: { status: 429, body: {}, headers: { 'Retry-After': '60' } },
			},
		});
		const run = await fast(async () => await makeCall());
		expect(run.json('Talkover', 1)).toEqual([{ ...activeCall(PHONE), skip_reason: 'on_a_call' }]);
		expect(operations(talkover)).toEqual(['getActiveCall', 'makeCall', 'getActiveCall']);
	});

	test('nobody is called when each lookup ends in a pause for the rate limit', async () => {
		const talkover = quietTalkover({ answers: { getActiveCall: LAST_OF_WINDOW } });
		const run = await makeCall();
		expect(outcome(run)).toContain("Talkover's rate limit is used up");
		expect(dialled(talkover)).toEqual([]);
	});

	test('a Call Anyway during a pause for the rate limit counts', async () => {
		const talkover = quietTalkover({
			answers: { getActiveCall: LAST_OF_WINDOW },
		});
		await fast(
			async () =>
				await Promise.all([
					makeCall(),
					sleep(20_000).then(
						async () => await makeCall({ options: { ifAlreadyOnCall: 'callAnyway' } }),
					),
				]),
		);
		expect(dialled(talkover)).toHaveLength(1);
	});

	test('a list with an error in it is an error, not an empty list', async () => {
		const talkover = quietTalkover({
			answers: {
				listCalls: {
					body: { data: [], error: { code: 'SEARCH_UNAVAILABLE', message: 'Search timed out' } },
				},
			},
		});
		const run = await makeCall({ options: { skipIfCalledWithin: 24 } });
		expect(outcome(run)).toContain('this node does not understand');
		expect(dialled(talkover)).toEqual([]);
	});

	test('a list that repeats its pages is an error, since the call may be on another page', async () => {
		const other = {
			id: 'o',
			to: phoneOf(9),
			direction: 'outbound',
			created_at: '2024-01-01T00:00:00Z',
		};
		const talkover = quietTalkover({
			answers: {
				listCalls: ({ query }) => ({
					body: {
						success: true,
						data: [other],
						pagination: { current_page: Number(query.page), last_page: 9 },
					},
				}),
			},
		});
		const run = await makeCall({ options: { skipIfCalledWithin: 24 } });
		expect(outcome(run)).toContain('cannot be read to its end');
		expect(dialled(talkover)).toEqual([]);
	});
});

describe('items with different tokens', () => {
	const byItem = { token: '={{ $json.token }}', baseUrl: BASE_URL };

	test('a failed lookup with one token does not fail an item with another token', async () => {
		const talkover = quietTalkover({
			answers: {
				getActiveCall: ({ token }) =>
					token === 'talq_a' ? { status: 401, body: { success: false } } : undefined,
			},
		});
		const run = await fast(
			async () =>
				await makeCall({
					items: ['talq_a', 'talq_b'].map((token) => ({
						json: { name: 'Ana', phone: PHONE, token },
					})),
					credential: byItem,
				}),
		);
		expect([dialled(talkover).length, outcome(run)]).toEqual([
			1,
			expect.stringMatching(/^called call-1,Talkover does not accept the token/),
		]);
	});

	test('a call with one token does not come out on Skipped for another token', async () => {
		quietTalkover({
			answers: {
				makeCall: ({ phone = '', token }) => ({
					body: { success: true, data: createdCall(phone, { tenant: token }) },
				}),
			},
		});
		const options = { skipIfCalledWithin: 24 };
		const second = await fast(async () => {
			await makeCall({ options, credential: { token: 'talq_a', baseUrl: BASE_URL } });
			return await makeCall({
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
		const talkover = quietTalkover();
		const items = Array.from({ length: 30 }, (_item, index) => ({
			json: {
				name: `P${index}`,
				phone: phoneOf(index),
				...(index === 5 && { token: 'talq_own' }),
			},
		}));
		const credential = { token: expression, baseUrl: BASE_URL };
		await fast(async () => await makeCall({ items, credential }));
		const tokens = dialled(talkover)
			.filter(({ phone }) => phone === phoneOf(5))
			.map(({ token }) => token);
		expect(tokens).toEqual(['talq_own']);
	});
});

test('a second item with the number is looked up again if the first failed minutes before', async () => {
	let isOnCall = false;
	const talkover = quietTalkover({
		answers: {
			getActiveCall: async ({ phone }) => {
				if (phone === PHONE) return isOnCall ? onCall() : undefined;
				await seconds(25);
				// Meanwhile, somebody outside n8n calls the person.
				isOnCall = true;
				return undefined;
			},
			makeCall: ({ phone }) => (phone === PHONE ? { status: 429 } : undefined),
		},
	});
	await makeCall({
		items: [1, 2, 3, 4, 5, 1].map((index) => ({ json: { phone: phoneOf(index) } })),
		options: { maxParallelRequests: 1, maxRateLimitWait: 0 },
	});
	const ofPhone = talkover.requests.filter(({ phone }) => phone === PHONE);
	expect(ofPhone.map(({ operation }) => operation)).toEqual([
		'getActiveCall',
		'makeCall',
		'getActiveCall',
	]);
});
