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
	test('an unknown outcome of a test call is not dialled again in that minute', async () => {
		const { dialled } = mockTalkover({ call: ({ nth }) => (nth === 1 ? [504] : undefined) });
		const again = await fast(async () => {
			await makeCall({ options: { testCall: true } });
			await sleep(2000);
			return outcome(await makeCall());
		});
		expect([dialled.length, again]).toEqual([1, expect.stringContaining('may have been placed')]);
	});

	test('a call that was ended still counts for Skip If Called Within while the list does not show it', async () => {
		const { dialled } = mockTalkover();
		await fast(async () => {
			await makeCall();
			await runOperation('call.endCall');
			await sleep(2000);
			await makeCall({ options: { skipIfCalledWithin: 24 } });
		});
		expect(dialled).toHaveLength(1);
	});

	test('a delayed call that Talkover refuses to end, since it is not active yet, still counts', async () => {
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

	test('a call made with Call Anyway while the list is read counts', async () => {
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

	test('a call of another agent, without the option, while the list is read counts for Any Agent', async () => {
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

	test('looks again after a pause for the rate limit that comes before the first try to call', async () => {
		let isOnCall = false;
		const { dialled } = mockTalkover({
			lookup: () =>
				isOnCall ? [200, { success: true, data: [activeCall(PHONE)] }] : LAST_OF_WINDOW,
		});
		// In the pause, another n8n process, or a person in Talkover, calls.
		const run = await fast(
			async () => (await Promise.all([makeCall(), sleep(20_000).then(() => (isOnCall = true))]))[0],
		);
		expect([dialled.length, outcome(run)]).toEqual([0, expect.stringContaining('on_a_call')]);
	});

	test('looks again after a 429 to the call: the person may be on a call by now', async () => {
		const { requests } = mockTalkover({
			lookup: ({ nth }) =>
				nth === 1 ? undefined : [200, { success: true, data: [activeCall(PHONE)] }],
			call: () => [429, {}, { 'Retry-After': '60' }],
		});
		const run = await fast(async () => await makeCall());
		expect(run.json('Talkover', 1)).toEqual([{ ...activeCall(PHONE), skip_reason: 'on_a_call' }]);
		expect(requests).toEqual(['lookup', 'call', 'lookup']);
	});

	test('a Call Anyway during that pause counts', async () => {
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

	test('a list with an error in it is not an empty list', async () => {
		const { dialled } = mockTalkover({
			list: () => [
				200,
				{ data: [], error: { code: 'SEARCH_UNAVAILABLE', message: 'Search timed out' } },
			],
		});
		await fast(async () => await makeCall({ options: { skipIfCalledWithin: 24 } }));
		expect(dialled).toHaveLength(0);
	});

	test('a list whose end was not reached is not a list without the call', async () => {
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
		await fast(async () => await makeCall({ options: { skipIfCalledWithin: 24 } }));
		expect(dialled).toHaveLength(0);
	});
});

describe('nothing of another tenant is used', () => {
	const byItem = { token: '={{ $json.token }}', baseUrl: BASE_URL };

	test('a failed look with one token is not the failure of an item with another token', async () => {
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

	test('Any Agent means those of the environment: no call of another token on Skipped', async () => {
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

test('a second item with the number looks again if the first could not call, minutes before', async () => {
	let isOnCall = false;
	let lookups = 0;
	const { dialled } = mockTalkover({
		lookup: async ({ to }) => {
			if (to === PHONE) {
				lookups++;
				return isOnCall ? [200, { success: true, data: [activeCall(PHONE)] }] : undefined;
			}
			await sleep(25_000);
			// Somebody outside n8n calls the person meanwhile.
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
