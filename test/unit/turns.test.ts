import { beforeEach, expect, jest, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { Answer } from '../../api/http/answers';
import { RequestQueue } from '../../api/http/rateLimit/requestQueue';
import { Turns } from '../../api/http/rateLimit/turns';

/** The clock stands still, so that a slow machine sees the same ends of windows. */
beforeEach(() => {
	jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-01-01T00:00:00Z'));
});

const answer = (remaining: number, reset: number): Answer => ({
	status: 200,
	headers: {
		'x-ratelimit-limit': '100',
		'x-ratelimit-remaining': String(remaining),
		'x-ratelimit-reset': String(reset),
	},
	body: {},
});

/** Sends three requests and answers them in the given order. Returns how many of five more requests go out then. */
async function goneAfter(...answers: Array<[request: number, answer: Answer]>): Promise<number> {
	const turns = new Turns(new RequestQueue(), { maxRateLimitWait: 60 });
	const underWay: Array<(answer: Answer) => void> = [];
	const send = async () => await new Promise<Answer>((resolve) => underWay.push(resolve));
	const settle = async () => await sleep(0);
	for (let count = 0; count < 3; count++) void turns.run(async (turn) => await turn.send(send));
	await settle();
	for (const [request, given] of answers) {
		underWay[request](given);
		await settle();
	}
	for (let count = 0; count < 5; count++) void turns.run(async (turn) => await turn.send(send));
	await settle();
	return underWay.length - 3;
}

test('a late answer does not raise what remains of the window', async () => {
	expect(await goneAfter([2, answer(1, 60)], [0, answer(3, 60)], [1, answer(2, 60)])).toBe(1);
});

test('the next window raises what remains', async () => {
	expect(await goneAfter([0, answer(2, 1)], [1, answer(1, 1)], [2, answer(4, 60)])).toBe(4);
});
