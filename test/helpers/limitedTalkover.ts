import nock from 'nock';
import { getOrCreate } from '../../api/getOrCreate';
import { BASE_URL } from './engine';
import { createdCall, NO_CALL } from './talkover';

export const LIMITED = { success: false, message: 'Rate limit exceeded' };

interface Limits {
	/** Requests per window and token. */
	limit: number;
	windowSeconds: number;
	/** Whether each answer shows the rate limit; otherwise only a 429 says how long to wait. */
	headers?: boolean;
}

/** Counts requests in fixed windows, each of which begins with its first request. */
export function fixedWindows(limit: number, windowSeconds: number) {
	let endsAt = 0;
	let used = 0;
	/** Counts one request, and returns what the API's answer to it says of the rate limit. */
	return () => {
		const now = Date.now() / 1000;
		if (now >= endsAt) [endsAt, used] = [now + windowSeconds, 0];
		const isRefused = ++used > limit;
		const reset = String(Math.ceil(endsAt - now));
		const headers = {
			'x-ratelimit-limit': String(limit),
			'x-ratelimit-remaining': String(Math.max(0, limit - used)),
			'x-ratelimit-reset': reset,
		};
		return { isRefused, reset, headers };
	};
}

/** A Talkover where nobody is on a call, and that answers so many requests in each window. A window begins with its first request. */
export function limitedTalkover({ limit, windowSeconds, headers = true }: Limits) {
	const seen = { answered: 0, refused: 0 };
	const answeredTo: string[] = [];
	const dialled: string[] = [];
	const windows = new Map<string, ReturnType<typeof fixedWindows>>();
	const replyWith = (answer: (uri: string, body: nock.Body) => [number, nock.Body]) =>
		function (this: nock.ReplyFnContext, uri: string, body: nock.Body): nock.ReplyFnResult {
			const token = String(this.req.headers.authorization);
			const count = getOrCreate(windows, token, () => fixedWindows(limit, windowSeconds));
			const { isRefused, reset, headers: all } = count();
			seen[isRefused ? 'refused' : 'answered']++;
			const few: Record<string, string> = isRefused ? { 'Retry-After': reset } : {};
			return [...(isRefused ? ([429, LIMITED] as const) : answer(uri, body)), headers ? all : few];
		};
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(
			replyWith((uri) => {
				answeredTo.push(decodeURIComponent(uri).split('/').at(-1) ?? '');
				return [404, NO_CALL];
			}),
		)
		.post(/\/call$/)
		.reply(
			replyWith((_, body) => {
				const { to } = body as { to: string };
				dialled.push(to);
				return [200, { success: true, data: createdCall(to) }];
			}),
		);
	return { seen, answeredTo, dialled };
}
