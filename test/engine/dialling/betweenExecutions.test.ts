import { afterEach, describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import nock from 'nock';
import { withFastClock } from '../../helpers/clock';
import { BASE_URL, runWorkflow } from '../../helpers/engine';
import type { Run, RunOptions } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import {
	activeCall,
	contact,
	createdCall,
	mockWire,
	NO_CALL,
	phoneOf,
} from '../../helpers/talkover';

mockWire();
afterEach(() => nock.cleanAll());

/** Seconds that a lookup takes, so that executions that start together overlap. */
const LOOKUP = 0.3;

/** What a Talkover does with one request: by default it does what was asked for. */
interface Fate {
	/** Seconds until the answer. */
	takes?: number;
	status?: number;
}

interface Behaviour {
	/** Whether a lookup shows a call at once, rather than never. */
	showsCalls?: boolean;
	lookup?: (nth: number, phone: string) => Fate;
	post?: (nth: number) => Fate;
}

interface Post {
	id: string;
	agent: string;
	to: string;
}

/** A Talkover for the mocked wire. Returns the POSTs that it gets: each is a phone that rings. */
function mockTalkover({ showsCalls = false, lookup, post }: Behaviour = {}): Post[] {
	const posts: Post[] = [];
	let lookups = 0;
	nock.cleanAll();
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(async (uri) => {
			const [agent, , to] = decodeURIComponent(uri).split('/').slice(-3);
			const { takes = LOOKUP, status } = lookup?.(++lookups, to) ?? {};
			await sleep(takes * 1000);
			if (status) return [status, '{}'];
			const calls = posts.filter((call) => showsCalls && call.agent === agent && call.to === to);
			if (calls.length === 0) return [404, NO_CALL];
			return [200, { success: true, data: calls.map(({ id }) => activeCall(to, { id })) }];
		})
		.post(/\/call$/)
		.reply(async (uri, body) => {
			const { to } = body as { to: string };
			const call = { id: `call-${posts.length + 1}`, agent: uri.split('/').at(-2) ?? '', to };
			posts.push(call);
			const { takes = 0.1, status } = post?.(posts.length) ?? {};
			await sleep(takes * 1000);
			if (status) return [status, '{}'];
			return [200, { success: true, data: createdCall(to, { id: call.id }) }];
		})
		.post(/\/end-call$/)
		.reply(200, { success: true, data: {} });
	return posts;
}

const byField = { __rl: true, mode: 'id', value: '={{ $json.agent }}' };
const agentOf = (agent: string) => ({ agentId: { __rl: true, mode: 'id', value: agent } });

interface Setting extends Pick<RunOptions, 'onStart'> {
	phone?: string;
	options?: IDataObject;
	parameters?: IDataObject;
	type?: string;
	workflowId?: string;
}

/** Runs Make Call for one person in an execution of its own. */
async function call({
	phone = phoneOf(1),
	options = {},
	parameters,
	onStart,
	...rest
}: Setting = {}) {
	const { workflowId, ...settings } = rest;
	const file = operationWorkflow('call.makeCall', {
		...(!rest.type && { onError: 'continueErrorOutput' }),
		parameters: { options, ...parameters },
		...settings,
	});
	return await runWorkflow(file, { items: [contact('Ana', phone)], onStart, workflowId });
}

const fast = async <T>(run: () => Promise<T>) => (await withFastClock(run)).value;

/** The outputs on which an execution's items came out, and the calls that are on them. */
function outcome(run: Run): string {
	const [called, skipped, failed] = [0, 1, 2].map((output) => run.json('Talkover', output));
	return [
		...called.map(({ id }) => `called ${String(id)}`),
		...skipped.map(({ id, skip_reason: reason }) => `${String(reason)} ${String(id)}`),
		...failed.map(({ error }) => String(error)),
	].join();
}

describe('executions that overlap', () => {
	test('two make one call, and the second comes out on Skipped with it', async () => {
		const posts = mockTalkover();
		const runs = await fast(async () => await Promise.all([call(), call()]));
		expect(posts).toHaveLength(1);
		expect(runs.map(outcome)).toEqual(['called call-1', 'called_recently call-1']);
		expect(runs[1].json('Talkover', 1)).toEqual([
			{ ...createdCall(phoneOf(1), { id: 'call-1' }), skip_reason: 'called_recently' },
		]);
	});

	test('twenty of two workflows make one call', async () => {
		const posts = mockTalkover();
		const runs = await fast(
			async () =>
				await Promise.all(
					Array.from(
						{ length: 20 },
						async (_, index) => await call({ workflowId: `workflow ${index % 2}` }),
					),
				),
		);
		expect(posts).toHaveLength(1);
		expect(runs.map(outcome).filter((text) => text === 'called call-1')).toHaveLength(1);
		expect(runs.map(outcome).filter((text) => text === 'called_recently call-1')).toHaveLength(19);
	});

	test('an AI agent and a workflow make one call', async () => {
		const posts = mockTalkover();
		const [, asTool] = await fast(
			async () => await Promise.all([call(), call({ type: 'n8n-nodes-talkover.talkoverTool' })]),
		);
		expect(posts).toHaveLength(1);
		expect(asTool.json('Talkover')).toEqual([
			{
				called: false,
				agent_id: 'agent-1',
				phone: phoneOf(1),
				skip_reason: 'called_recently',
				message: `Not called: ${phoneOf(1)} has been called recently.`,
				call: createdCall(phoneOf(1), { id: 'call-1' }),
			},
		]);
	});

	test('the second comes out with the active call where Talkover shows it', async () => {
		const posts = mockTalkover({ showsCalls: true });
		const runs = await fast(async () => await Promise.all([call(), call()]));
		expect(posts).toHaveLength(1);
		expect(runs.map(outcome)).toEqual(['called call-1', 'on_a_call call-1']);
	});

	test('whoever has waited for the first call does not call, even after more than a minute', async () => {
		const posts = mockTalkover({ lookup: () => ({ takes: 40 }) });
		const runs = await fast(
			async () =>
				await Promise.all(
					Array.from({ length: 4 }, async () => await call({ options: { timeout: 60 } })),
				),
		);
		expect(posts).toHaveLength(1);
		expect(runs.map(outcome).filter((text) => text === 'called_recently call-1')).toHaveLength(3);
	});

	test.each<[string, Behaviour]>([
		['could not look', { lookup: (nth) => ({ status: nth === 1 ? 403 : undefined }) }],
		['was refused', { post: (nth) => ({ status: nth === 1 ? 402 : undefined }) }],
	])('the second calls if the first %s', async (_, behaviour) => {
		mockTalkover(behaviour);
		const [first, second] = await fast(async () => await Promise.all([call(), call()]));
		expect(outcome(first)).toMatch(/^Talkover does not allow|too few credits/);
		expect(outcome(second)).toMatch(/^called/);
	});

	test('the second calls if the first is canceled before it calls', async () => {
		const posts = mockTalkover();
		const cancelSoon = (cancel: () => void) => void sleep(100).then(cancel);
		const [, second] = await fast(
			async () => await Promise.all([call({ onStart: cancelSoon }), call()]),
		);
		expect(posts).toHaveLength(1);
		expect(outcome(second)).toBe('called call-1');
	});

	test('the second does not call if nobody knows whether the first did', async () => {
		const posts = mockTalkover({ post: () => ({ status: 504 }) });
		const [first, second] = await fast(async () => await Promise.all([call(), call()]));
		expect(posts).toHaveLength(1);
		expect(outcome(first)).toContain(`The call to ${phoneOf(1)} may have been placed`);
		expect(outcome(second)).toContain(
			`A call to ${phoneOf(1)} may have been placed a moment ago. It is not dialled again.`,
		);
	});

	test('the second does not call if the first is canceled while it calls', async () => {
		const posts = mockTalkover({ post: () => ({ takes: 10 }) });
		const cancelLater = (cancel: () => void) => void sleep(5000).then(cancel);
		const [, second] = await fast(
			async () => await Promise.all([call({ onStart: cancelLater }), call()]),
		);
		expect(posts).toHaveLength(1);
		expect(outcome(second)).toContain('may have been placed a moment ago');
	});

	test('one that is canceled while it waits ends at once, and the third still waits for the first', async () => {
		const posts = mockTalkover({ lookup: (nth) => ({ takes: nth === 1 ? 20 : LOOKUP }) });
		const secondsUntilEnd: number[] = [];
		const startedAt = { ms: 0 };
		const timed = async (run: Promise<Run>) => {
			const result = await run;
			secondsUntilEnd.push(Math.floor((Date.now() - startedAt.ms) / 1000));
			return result;
		};
		const [, second, third] = await fast(async () => {
			startedAt.ms = Date.now();
			return await Promise.all([
				timed(call()),
				timed(call({ onStart: (cancel) => void sleep(5000).then(cancel) })),
				timed(call()),
			]);
		});
		expect(secondsUntilEnd).toEqual([5, 20, 20]);
		expect(second.status).toBe('canceled');
		expect(outcome(third)).toBe('called_recently call-1');
		expect(posts).toHaveLength(1);
	});

	test.each<[string, Setting]>([
		['another number', { phone: phoneOf(2) }],
		['another agent', { parameters: agentOf('agent-2') }],
		['Call Anyway', { options: { ifAlreadyOnCall: 'callAnyway' } }],
	])('%s does not wait', async (_, setting) => {
		const posts = mockTalkover({
			lookup: (nth) => ({ takes: nth === 1 ? 20 : LOOKUP }),
		});
		const order: string[] = [];
		await fast(
			async () =>
				await Promise.all([
					call().then(() => order.push('first')),
					call(setting).then(() => order.push('second')),
				]),
		);
		expect(order).toEqual(['second', 'first']);
		expect(posts.length).toBeGreaterThan(0);
	});

	test('two with different agents make one call where the calls of any agent count', async () => {
		const posts = mockTalkover();
		nock(BASE_URL).persist().get('/calls').query(true).reply(200, { success: true, data: [] });
		const options = { skipIfCalledWithin: 24 };
		const runs = await fast(
			async () =>
				await Promise.all([call({ options }), call({ options, parameters: agentOf('agent-2') })]),
		);
		expect(posts).toHaveLength(1);
		expect(runs.map(outcome)).toEqual(['called call-1', 'called_recently call-1']);
	});

	test('items with different agents in one run, likewise', async () => {
		const posts = mockTalkover();
		nock(BASE_URL).persist().get('/calls').query(true).reply(200, { success: true, data: [] });
		const file = operationWorkflow('call.makeCall', {
			parameters: { agentId: byField, options: { skipIfCalledWithin: 24 } },
		});
		const items = ['agent-1', 'agent-2'].map((agent) => ({
			json: { agent, name: 'Ana', phone: phoneOf(1) },
		}));
		const run = await fast(async () => await runWorkflow(file, { items }));
		expect(posts).toHaveLength(1);
		expect(outcome(run)).toBe('called call-1,called_recently call-1');
	});
});

describe('a call that Talkover does not show yet', () => {
	/** Calls, waits, and calls again. */
	const twice = async (secondsBetween: number, options?: IDataObject, more?: Setting) =>
		await fast(async () => {
			await call({ options });
			await sleep(secondsBetween * 1000);
			return outcome(await call(more));
		});

	test('counts for a minute', async () => {
		mockTalkover();
		expect(await twice(58)).toBe('called_recently call-1');
		expect(await twice(61)).toBe('called call-3');
	});

	test('counts until its delay and a minute are over', async () => {
		mockTalkover();
		expect(await twice(630, { delay: 600 })).toBe('called_recently call-1');
		expect(await twice(661, { delay: 600 })).toBe('called call-3');
	});

	test('counts if it was made with Call Anyway', async () => {
		mockTalkover();
		expect(await twice(5, { ifAlreadyOnCall: 'callAnyway' })).toBe('called_recently call-1');
	});

	test('counts if nobody knows whether it was made', async () => {
		mockTalkover({ post: (nth) => ({ status: nth === 1 ? 504 : undefined }) });
		expect(await twice(5)).toContain('may have been placed a moment ago');
	});

	test('does not count for another agent or number', async () => {
		mockTalkover();
		expect(await twice(5, {}, { phone: phoneOf(2) })).toBe('called call-2');
		expect(await twice(5, {}, { parameters: agentOf('agent-2') })).toBe('called call-4');
	});

	test('does not count once it was ended', async () => {
		mockTalkover();
		const again = await fast(async () => {
			await call();
			await call({ parameters: { operation: 'endCall', callId: 'call-1' } });
			return outcome(await call());
		});
		expect(again).toBe('called call-2');
	});

	test('a test call does not count, so that a builder can run a workflow twice', async () => {
		mockTalkover();
		expect(await twice(1, { testCall: true })).toBe('called call-2');
	});

	test('a test call counts for an execution that waits for it', async () => {
		const posts = mockTalkover();
		const options = { testCall: true };
		await fast(async () => await Promise.all([call({ options }), call({ options })]));
		expect(posts).toHaveLength(1);
	});
});
