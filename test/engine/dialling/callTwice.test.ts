import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import { fast, makeCall, mockTalkover, outcome } from '../../helpers/dialling';
import type { Answer } from '../../helpers/dialling';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { activeCall, createdCall, mockWire, NO_CALL, phoneOf } from '../../helpers/talkover';

mockWire();

const PHONE = phoneOf(1);

/** Nobody is on a call, but no request is left in this window of the rate limit. */
const LAST_OF_WINDOW: Answer = [
	404,
	NO_CALL,
	{ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '50' },
];

const slowList = async (): Promise<undefined> => {
	await sleep(5000);
};

describe('nobody is called twice', () => {
	test('a test call with an unknown outcome is not repeated within a minute', async () => {
		const { dialled } = mockTalkover({ call: ({ nth }) => (nth === 1 ? [504] : undefined) });
		const again = await fast(async () => {
			await makeCall({ options: { testCall: true } });
			await sleep(2000);
			return outcome(await makeCall());
		});
		expect([dialled.length, again]).toEqual([1, expect.stringContaining('may have been placed')]);
	});

	test('an ended call counts for Skip If Called Within even if the list does not show it yet', async () => {
		const { dialled } = mockTalkover();
		await fast(async () => {
			await makeCall();
			await runOperation('call.endCall');
			await sleep(2000);
			await makeCall({ options: { skipIfCalledWithin: 24 } });
		});
		expect(dialled).toHaveLength(1);
	});

	test('a delayed call counts after Talkover refused to end it because it is not active yet', async () => {
		const { dialled } = mockTalkover({
			endCall: () => [
				409,
				{ success: false, code: 'CALL_NOT_ACTIVE', message: 'Call is not active' },
			],
		});
		await fast(async () => {
			await makeCall({ options: { delay: 600 } });
			await runOperation('call.endCall');
			await makeCall();
		});
		expect(dialled).toHaveLength(1);
	});

	test('a Call Anyway during the read of the list counts', async () => {
		const { dialled } = mockTalkover({
			list: slowList,
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
		expect([dialled.length, outcome(first)]).toEqual([1, 'called_recently call-1']);
	});

	test('a call of another agent during the read of the list counts for Any Agent', async () => {
		const { dialled } = mockTalkover({
			list: slowList,
		});
		await fast(
			async () =>
				await Promise.all([
					makeCall({ options: { skipIfCalledWithin: 24 } }),
					sleep(2000).then(async () => await makeCall({ agent: 'agent-2' })),
				]),
		);
		expect(dialled).toHaveLength(1);
	});

	test('the person is looked up again after a pause for the rate limit before the call', async () => {
		let isOnCall = false;
		const { dialled } = mockTalkover({
			lookup: () =>
				isOnCall ? [200, { success: true, data: [activeCall(PHONE)] }] : LAST_OF_WINDOW,
		});
		// During the pause, another n8n process or a person in Talkover calls.
		const run = await fast(
			async () => (await Promise.all([makeCall(), sleep(20_000).then(() => (isOnCall = true))]))[0],
		);
		expect([dialled.length, outcome(run)]).toEqual([0, expect.stringContaining('on_a_call')]);
	});

	test('the person is looked up again after a 429 to the call', async () => {
		const { requests } = mockTalkover({
			lookup: ({ nth }) =>
				nth === 1 ? undefined : [200, { success: true, data: [activeCall(PHONE)] }],
			call: () => [429, {}, { 'Retry-After': '60' }],
		});
		const run = await fast(async () => await makeCall());
		expect(run.json('Talkover', 1)).toEqual([{ ...activeCall(PHONE), skip_reason: 'on_a_call' }]);
		expect(requests).toEqual(['lookup', 'call', 'lookup']);
	});

	test('nobody is called when each lookup ends in a pause for the rate limit', async () => {
		const { dialled } = mockTalkover({ lookup: () => LAST_OF_WINDOW });
		const run = await makeCall();
		expect(outcome(run)).toContain("Talkover's rate limit is used up");
		expect(dialled).toEqual([]);
	});

	test('a Call Anyway during a pause for the rate limit counts', async () => {
		const { dialled } = mockTalkover({
			lookup: () => LAST_OF_WINDOW,
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
		expect(dialled).toHaveLength(1);
	});

	test('a list with an error in it is an error, not an empty list', async () => {
		const { dialled } = mockTalkover({
			list: () => [
				200,
				{ data: [], error: { code: 'SEARCH_UNAVAILABLE', message: 'Search timed out' } },
			],
		});
		const run = await makeCall({ options: { skipIfCalledWithin: 24 } });
		expect(outcome(run)).toContain('this node does not understand');
		expect(dialled).toEqual([]);
	});

	test('a list that repeats its pages is an error, since the call may be on another page', async () => {
		const other = {
			id: 'o',
			to: phoneOf(9),
			direction: 'outbound',
			created_at: '2024-01-01T00:00:00Z',
		};
		const { dialled } = mockTalkover({
			list: ({ page }) => [
				200,
				{ success: true, data: [other], pagination: { current_page: Number(page), last_page: 9 } },
			],
		});
		const run = await makeCall({ options: { skipIfCalledWithin: 24 } });
		expect(outcome(run)).toContain('cannot be read to its end');
		expect(dialled).toEqual([]);
	});
});

describe('items with different tokens', () => {
	const byItem = { token: '={{ $json.token }}', baseUrl: BASE_URL };

	test('a failed lookup with one token does not fail an item with another token', async () => {
		const { dialled } = mockTalkover({
			lookup: ({ token }) => (token === 'talq_a' ? [401, { success: false }] : undefined),
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
		expect([dialled.length, outcome(run)]).toEqual([
			1,
			expect.stringMatching(/^called call-1,Talkover does not accept the token/),
		]);
	});

	test('a call with one token does not come out on Skipped for another token', async () => {
		mockTalkover({
			call: ({ to, token }) => [200, { success: true, data: createdCall(to, { tenant: token }) }],
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
		const { dialled } = mockTalkover();
		const items = Array.from({ length: 30 }, (_item, index) => ({
			json: {
				name: `P${index}`,
				phone: phoneOf(index),
				...(index === 5 && { token: 'talq_own' }),
			},
		}));
		const credential = { token: expression, baseUrl: BASE_URL };
		await fast(async () => await makeCall({ items, credential }));
		const tokens = dialled.filter(({ to }) => to === phoneOf(5)).map(({ token }) => token);
		expect(tokens).toEqual(['talq_own']);
	});
});

test('a second item with the number is looked up again if the first failed minutes before', async () => {
	let isOnCall = false;
	let lookups = 0;
	const { dialled } = mockTalkover({
		lookup: async ({ to }) => {
			if (to === PHONE) {
				lookups++;
				return isOnCall ? [200, { success: true, data: [activeCall(PHONE)] }] : undefined;
			}
			await sleep(25_000);
			// Meanwhile, somebody outside n8n calls the person.
			isOnCall = true;
			return undefined;
		},
		call: ({ to }) => (to === PHONE ? [429] : undefined),
	});
	await makeCall({
		items: [1, 2, 3, 4, 5, 1].map((index) => ({ json: { phone: phoneOf(index) } })),
		options: { maxParallelRequests: 1, maxRateLimitWait: 0 },
	});
	expect(lookups).toBe(2);
	expect(dialled.filter(({ to }) => to === PHONE)).toHaveLength(1);
});
