import { expect, test } from '@jest/globals';
import { withFastClock } from '../../helpers/clock';
import { makeCall, outcome } from '../../helpers/dialling';
import { limitedTalkover } from '../../helpers/limitedTalkover';
import { contact, mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

// Each call takes a look, a second one after the wait, and the request to call: three requests.
test('more executions than the rate limit allows at once all call, in little more than the least possible time', async () => {
	const { dialled, seen } = limitedTalkover({ limit: 20, windowSeconds: 15 });
	const { value: runs, seconds } = await withFastClock(
		async () =>
			await Promise.all(range(60).map(async (index) => await makeCall({ phone: phoneOf(index) }))),
	);
	expect(runs.map(outcome)).toEqual(
		range(60).map((index) => expect.stringContaining(`called new-${phoneOf(index)}`)),
	);
	expect(dialled.sort()).toEqual(range(60).map(phoneOf).sort());
	expect(seen.answered).toBeLessThanOrEqual(3 * 60 + 20);
	expect(seen.refused).toBeLessThanOrEqual(40);
	expect(seconds).toBeLessThan((180 / 20) * 15 * 1.3);
});

test('so does one execution with many items', async () => {
	const { dialled } = limitedTalkover({ limit: 20, windowSeconds: 15 });
	const run = await makeCall({ items: range(80).map((index) => contact('C', phoneOf(index))) });
	expect(run.json('Talkover', 2)).toEqual([]);
	expect(dialled.sort()).toEqual(range(80).map(phoneOf).sort());
});
