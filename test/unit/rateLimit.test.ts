import { expect, test } from '@jest/globals';
import { readRateLimit } from '../../api/http/rateLimit/headers';

const AT = Date.parse('2026-01-01T00:00:00Z');
const date = new Date(AT).toUTCString();

test.each<[string, number | undefined]>([
	['30', 30],
	['0', 0],
	[String(AT / 1000 + 45), 45],
	[String(AT + 45_500), 45.5],
	[String(AT / 1000 - 10), 0],
	['soon', undefined],
	['', undefined],
	['-5', undefined],
])('X-RateLimit-Reset %j is in %s s, by the clock of the API', (reset, seconds) => {
	expect(readRateLimit({ date, 'x-ratelimit-reset': reset }).reset).toBe(seconds);
});

test.each<[string, number | undefined]>([
	['120', 120],
	[new Date(AT + 90_000).toUTCString(), 90],
	[new Date(AT - 90_000).toUTCString(), 0],
	['later', undefined],
])('Retry-After %j is in %s s', (retryAfter, seconds) => {
	expect(readRateLimit({ date, 'retry-after': retryAfter }).retryAfter).toBe(seconds);
});

test('a limit of 0 means no limit, and a negative remainder means 0', () => {
	expect(
		readRateLimit({ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }).remaining,
	).toBeUndefined();
	expect(readRateLimit({ 'x-ratelimit-limit': '9', 'x-ratelimit-remaining': '-1' }).remaining).toBe(
		0,
	);
});

test('Retry-After takes precedence over the body', () => {
	const body = { error: { code: 'X', message: 'Y', details: { retry_after: 60 } } };
	expect(readRateLimit({ 'retry-after': '5' }, body).retryAfter).toBe(5);
	expect(readRateLimit({}, body).retryAfter).toBe(60);
	expect(readRateLimit({}, { success: false }).retryAfter).toBeUndefined();
});
