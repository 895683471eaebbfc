import { expect, test } from '@jest/globals';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { makeCall, outcome } from '../../helpers/dialling';
import { contact, mockWire, phoneOf } from '../../helpers/talkover';
import { tally, wireTalkover } from '../../helpers/wire';

mockWire();

const rateLimit = { limit: 20, windowMs: 15_000 };

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

const dialled = ({ placedCalls }: Talkover) => placedCalls.map(({ to }) => to).sort();

// Each call takes a look, a second one after the wait, and the request to call: three requests.
test('more executions than the rate limit allows at once all call, in little more than the least possible time', async () => {
	const talkover = wireTalkover({ rateLimit });
	const { value: runs, seconds } = await withFastClock(
		async () =>
			await Promise.all(range(60).map(async (index) => await makeCall({ phone: phoneOf(index) }))),
	);
	expect(runs.map(outcome)).toEqual(
		range(60).map(() => expect.stringMatching(/^called call-\d+$/)),
	);
	expect(runs.map((run) => run.json('Talkover')[0].to)).toEqual(range(60).map(phoneOf));
	expect(dialled(talkover)).toEqual(range(60).map(phoneOf).sort());
	const { answered, refused } = tally(talkover);
	expect(answered).toBeLessThanOrEqual(3 * 60 + 20);
	expect(refused).toBeLessThanOrEqual(40);
	expect(seconds).toBeLessThan((180 / 20) * 15 * 1.3);
});

test('so does one execution with many items', async () => {
	const talkover = wireTalkover({ rateLimit });
	const run = await makeCall({ items: range(80).map((index) => contact('C', phoneOf(index))) });
	expect(run.json('Talkover', 2)).toEqual([]);
	expect(dialled(talkover)).toEqual(range(80).map(phoneOf).sort());
});
