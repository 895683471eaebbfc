import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import nock from 'nock';
import { startSimulator } from '../../../dev/simulator/index.cts';
import type { Simulator } from '../../../dev/simulator/index.cts';
import { TOKEN } from '../../helpers/engine';
import { liveHeap } from '../../../dev/n8n/heap.cts';
import { runOperation } from '../../helpers/runOperation';
import { activeCall, contact, NO_CALL, phoneOf } from '../../helpers/talkover';

const COUNT = 150;
/** Much longer than an item's result, so that it shows when it stays in memory. */
const LONG = 'x'.repeat(200_000);

let talkover: Simulator;
beforeAll(async () => {
	// The wire is a real one here.
	nock.restore();
	talkover = await startSimulator({ tokens: [TOKEN], agents: [{ id: 'agent-1' }] });
});
afterAll(async () => await talkover.stop());

test.each([
	['no call', { status: 404, body: { ...NO_CALL, more: LONG } }],
	['a call', { status: 200, body: { success: true, data: [activeCall(phoneOf(0))], more: LONG } }],
	['a refusal', { status: 422, body: { message: 'No', more: LONG } }],
	['a web page', { status: 403, body: `<h1>Blocked</h1><p>${LONG}</p>` }],
])('an answer with %s does not stay in memory', async (_, answer) => {
	talkover.reset();
	talkover.script({ when: { path: /active-call/ }, times: COUNT - 1, answer });
	talkover.script({ when: { path: /active-call/ }, answer: { never: true } });
	const items = Array.from({ length: COUNT }, (_item, index) => contact('C', phoneOf(index)));
	const before = liveHeap();
	let growth = Infinity;
	await runOperation('call.getActiveCall', {
		onError: 'continueErrorOutput',
		parameters: { options: { maxParallelRequests: 1 } },
		plainOutputs: true,
		items,
		credential: { token: TOKEN, baseUrl: talkover.baseUrl },
		onStart: async (cancel) => {
			// At the last item's request, all others have their results.
			while (talkover.requests.length < COUNT) await sleep(10);
			growth = liveHeap() - before;
			cancel();
		},
	});
	expect(growth / COUNT).toBeLessThan(LONG.length / 2);
});
