import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import nock from 'nock';
import { openResources } from '../../helpers/resources.cts';
import { startReceiver } from '../../helpers/receiver.cts';
import type { Receiver, Reply } from '../../helpers/receiver.cts';
import { TOKEN } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import { activeCall, contact, NO_CALL, phoneOf } from '../../helpers/talkover';

/** Answers in place of Talkover, over real connections that really break. */
let talkover: Receiver;
let reply: (index: number, tries: number) => Reply;
let tries: Map<number, number>;

beforeAll(async () => {
	// The wire is a real one here.
	nock.restore();
	talkover = await startReceiver(({ path }) => {
		const index = Number(decodeURIComponent(path).split('+1555').at(-1)) - 1_000_000;
		tries.set(index, (tries.get(index) ?? 0) + 1);
		return reply(index, tries.get(index) ?? 0);
	});
});
afterAll(async () => await talkover.stop());

let before: string[];
beforeEach(() => {
	before = openResources();
});
afterEach(async () => {
	// Both ends of a connection need a moment to notice that it is closed.
	const deadline = Date.now() + 600_000;
	while (openResources().length > before.length && Date.now() < deadline) await sleep(50);
	expect(openResources().length).toBeLessThanOrEqual(before.length);
});

const json = (status: number, body: object): Reply => ({
	status,
	headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify(body),
});

/** Every third contact is on a call. */
const truth = (index: number): Reply =>
	index % 3 === 0
		? json(200, { success: true, data: [activeCall(phoneOf(index))] })
		: json(404, NO_CALL);

async function lookUp(count: number, answer: typeof reply, options: IDataObject = {}) {
	tries = new Map();
	reply = answer;
	const items = Array.from({ length: count }, (_, index) => contact(`C${index}`, phoneOf(index)));
	const run = await runOperation('call.getActiveCall', {
		onError: 'continueErrorOutput',
		parameters: { options },
		plainOutputs: true,
		items,
		credential: { token: TOKEN, baseUrl: `${new URL(talkover.url).origin}/api/v1` },
	});
	const came = [0, 1, 2].map((output) =>
		run.items('Talkover', output).map(({ pairedItem }) => (pairedItem as { item: number }).item),
	);
	// No item is lost or comes twice, and they keep their order.
	for (const order of came) expect(order).toEqual([...order].sort((a, b) => a - b));
	expect(came.flat().sort((a, b) => a - b)).toEqual([...items.keys()]);
	return { active: came[0], notFound: came[1], failed: came[2], run };
}

const indexes = (count: number, isSo: (index: number) => boolean) =>
	Array.from({ length: count }, (_, index) => index).filter(isSo);

test.each<[string, (whole: Reply) => Reply]>([
	['broken before the answer', () => ({ body: '', then: 'break' })],
	[
		'cut off in the middle of the answer',
		({ body = '', headers, ...whole }) => ({
			...whole,
			headers: { ...headers, 'Content-Length': String(body.length) },
			body: body.slice(0, body.length / 2),
			then: 'break',
		}),
	],
])('each item gets its own result when 1 in 10 connections is %s', async (_, fault) => {
	const { active, notFound, failed } = await lookUp(300, (index, nth) =>
		index % 10 === 0 && nth === 1 ? fault(truth(index)) : truth(index),
	);
	expect(active).toEqual(indexes(300, (index) => index % 3 === 0));
	expect(notFound).toEqual(indexes(300, (index) => index % 3 !== 0));
	expect(failed).toEqual([]);
	expect([...tries.values()].reduce((sum, count) => sum + count)).toBe(330);
});

test.each<[string, Reply, RegExp, timeout?: number]>([
	[
		'never end',
		{ body: '{"success":true,"data":[', then: 'wait' },
		/gave no answer within 10 s/,
		// Long enough for the answers that do come.
		10,
	],
	['are 50 MB of text', { body: 'x'.repeat(50_000_000) }, /not the Talkover API/],
	[
		'are 50 MB of JSON',
		json(404, { success: false, message: 'x'.repeat(50_000_000) }),
		/Talkover|not/,
	],
	[
		'are garbage',
		{ headers: { 'Content-Type': 'application/json' }, body: '\u0000\ufffd{]\u0001'.repeat(99) },
		/not the Talkover API/,
	],
	[
		'are compressed garbage',
		{ headers: { 'Content-Encoding': 'gzip' }, body: 'no gzip' },
		/Talkover/,
	],
])('answers that %s are errors of their own items only', async (_, fault, words, timeout = 600) => {
	const faulty = (index: number) => index % 10 === 5;
	const { active, notFound, failed, run } = await lookUp(
		30,
		(index) => (faulty(index) ? fault : truth(index)),
		{ timeout, maxParallelRequests: 5 },
	);
	expect(failed).toEqual(indexes(30, faulty));
	expect(active).toEqual(indexes(30, (index) => index % 3 === 0 && !faulty(index)));
	expect(notFound).toEqual(indexes(30, (index) => index % 3 !== 0 && !faulty(index)));
	for (const { error } of run.json('Failed')) {
		expect(error).toMatch(words);
		expect(String(error).length).toBeLessThan(1000);
	}
});
