import nock from 'nock';
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

/** A Talkover where nobody is on a call, and that answers so many requests in each window. A window begins with its first request. */
export function limitedTalkover({ limit, windowSeconds, headers = true }: Limits) {
	const seen = { answered: 0, refused: 0 };
	const answeredTo: string[] = [];
	const dialled: string[] = [];
	const windows = new Map<string, { endsAt: number; used: number }>();
	const replyWith = (answer: (uri: string, body: nock.Body) => [number, nock.Body]) =>
		function (this: nock.ReplyFnContext, uri: string, body: nock.Body): nock.ReplyFnResult {
			const token = String(this.req.headers.authorization);
			const now = Date.now() / 1000;
			let window = windows.get(token);
			if (!window || now >= window.endsAt) {
				window = { endsAt: now + windowSeconds, used: 0 };
				windows.set(token, window);
			}
			const refused = ++window.used > limit;
			seen[refused ? 'refused' : 'answered']++;
			const reset = Math.ceil(window.endsAt - now);
			const all = {
				'X-RateLimit-Limit': String(limit),
				'X-RateLimit-Remaining': String(Math.max(0, limit - window.used)),
				'X-RateLimit-Reset': String(reset),
			};
			const few: Record<string, string> = refused ? { 'Retry-After': String(reset) } : {};
			return [...(refused ? ([429, LIMITED] as const) : answer(uri, body)), headers ? all : few];
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
