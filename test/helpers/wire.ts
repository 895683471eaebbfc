import { sleep } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyFnContext, ReplyFnResult } from 'nock';
import { encode } from '../../dev/simulator/wire/send.cts';
import { Talkover } from '../../dev/simulator/api/talkover.cts';
import type { Script } from '../../dev/simulator/api/scripts.cts';
import type { TalkoverOptions } from '../../dev/simulator/api/talkover.cts';
import { BASE_URL } from './engine';

/** The error of a connection that ends before the answer came, such as `ECONNREFUSED`. */
export const connectionError = (code: string) => Object.assign(new Error(code), { code });

export interface WireOptions extends TalkoverOptions {
	/** Answers by operation of the contract, in place of Talkover's. */
	answers?: Record<string, Script['answer']>;
}

/**
 * Connects the simulated Talkover to the mocked wire. It lives by the clock of the test, and has the agents `agent-1` and `agent-2` and
 * the campaign `campaign-1` by default. What the test has mocked with nock before goes first.
 */
export function wireTalkover({ answers = {}, ...options }: WireOptions = {}): Talkover {
	const talkover = new Talkover({ agents: [{}, {}], campaigns: [{}], ...options });
	for (const [operation, answer] of Object.entries(answers)) talkover.on(operation, answer);

	async function reply(this: ReplyFnContext, url: string, body: unknown): Promise<ReplyFnResult> {
		const { method, headers } = this.req;
		const request = talkover.receive({
			method,
			url,
			headers,
			body: body === '' ? undefined : body,
		});
		const answer = await talkover.answer(request);
		if (answer.never) return await new Promise(() => {});
		if (answer.delayMs) await sleep(answer.delayMs);
		if (answer.breakConnection) throw connectionError('ECONNRESET');
		request.status = answer.status;
		const { status, headers: sent, bytes } = encode(answer, talkover.now());
		return [status, bytes.toString(), sent];
	}

	nock(BASE_URL)
		.persist()
		.get(/./)
		.reply(reply)
		.post(/./)
		.reply(reply)
		.put(/./)
		.reply(reply)
		.patch(/./)
		.reply(reply)
		.delete(/./)
		.reply(reply);
	return talkover;
}

/** What the requests to Talkover came to: refused for the rate limit, or answered. */
export function tally({ requests }: Talkover) {
	const refused = requests.filter(({ status }) => status === 429).length;
	return { answered: requests.length - refused, refused };
}
