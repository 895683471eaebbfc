import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import nock from 'nock';
import type { ReplyBody, ReplyHeaders } from 'nock';
import { withFastClock } from './clock';
import { BASE_URL } from './engine';
import type { Run, RunOptions } from './engine';
import { runOperation } from './runOperation';
import type { OperationOptions } from './runOperation';
import { activeCall, contact, createdCall, NO_CALL, phoneOf } from './talkover';

/** The time of a request in milliseconds, so that executions that start together overlap. */
const LOOKUP_TIME = 300;
const CALL_TIME = 100;

export type Answer = [status: number, body?: unknown, headers?: ReplyHeaders];

/** Answers a request. If it returns undefined, the request gets the default answer. */
type Answering<Request> = (request: Request) => Answer | undefined | Promise<Answer | undefined>;

export interface Answers {
	/** Whether a lookup shows the calls that were made. By default, it shows none. */
	showsCalls?: boolean;
	lookup?: Answering<{ nth: number; to: string; token: string }>;
	/** Default: an empty list. */
	list?: Answering<Record<string, string>>;
	/** Default: the call is made. */
	call?: Answering<{ nth: number; to: string; token: string }>;
	endCall?: Answering<void>;
}

/** A request for a call: a phone that may ring. */
interface Dialled {
	id: string;
	agent: string;
	to: string;
	token: string;
}

/**
 * Mocks a Talkover in which nobody is on a call and nobody was called.
 *
 * @returns the requests that it gets, in order: `lookup`, `list` with the path, or `call`; and the calls that are asked for
 */
export function mockTalkover({ showsCalls = false, ...answers }: Answers = {}) {
	const requests: string[] = [];
	const dialled: Dialled[] = [];
	let lookups = 0;
	nock.cleanAll();
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(async function (uri) {
			const [agent, , to] = decodeURIComponent(uri).split('/').slice(-3);
			requests.push('lookup');
			const nth = ++lookups;
			await sleep(LOOKUP_TIME);
			const given = await answers.lookup?.({ nth, to, token: tokenOf(this.req) });
			if (given) return reply(given);
			const shown = dialled.filter((call) => showsCalls && call.agent === agent && call.to === to);
			if (shown.length === 0) return [404, NO_CALL];
			return [200, { success: true, data: shown.map(({ id }) => activeCall(to, { id })) }];
		})
		.get(/\/calls\?/)
		.reply(async (uri) => {
			const { pathname, searchParams } = new URL(uri, BASE_URL);
			requests.push(`list ${pathname.replace('/api/v1', '')}`);
			const given = await answers.list?.(Object.fromEntries(searchParams));
			return reply(given ?? [200, { success: true, data: [] }]);
		})
		.post(/\/call$/)
		.reply(async function (uri, body) {
			const { to } = body as { to: string };
			const token = tokenOf(this.req);
			const nth = dialled.length + 1;
			const id = `call-${nth}`;
			requests.push('call');
			dialled.push({ id, agent: uri.split('/').at(-2) ?? '', to, token });
			await sleep(CALL_TIME);
			const given = await answers.call?.({ nth, to, token });
			return reply(given ?? [200, { success: true, data: createdCall(to, { id }) }]);
		})
		.post(/\/end-call$/)
		.reply(async () => reply((await answers.endCall?.()) ?? [200, { success: true, data: {} }]));
	return { requests, dialled };
}

const reply = ([status, body = '{}', headers = {}]: Answer): [number, ReplyBody, ReplyHeaders] => [
	status,
	body as ReplyBody,
	headers,
];

const tokenOf = ({ headers }: { headers: Record<string, unknown> }) =>
	String(headers.authorization).replace('Bearer ', '');

interface CallOptions extends Omit<OperationOptions, 'parameters'>, RunOptions {
	agent?: string;
	phone?: string;
	/** Options of Make Call. */
	options?: IDataObject;
}

/** Runs Make Call in an execution of its own: for one person, or for the given items. */
export async function makeCall({
	agent = 'agent-1',
	phone = phoneOf(1),
	options = {},
	...more
}: CallOptions = {}): Promise<Run> {
	return await runOperation('call.makeCall', {
		onError: more.type ? undefined : 'continueErrorOutput',
		items: [contact('Ana', phone)],
		parameters: { agentId: { __rl: true, mode: 'id', value: agent }, options },
		...more,
	});
}

/** Runs several executions by one clock whose pauses pass at once: see {@link withFastClock}. */
export const fast = async <T>(run: () => Promise<T>): Promise<T> =>
	(await withFastClock(run)).value;

/** The result of each item of Make Call, output by output: `called <id>`, `<skip_reason> <id>` or the error. */
export function outcome(run: Run): string {
	const [called, skipped, failed] = [0, 1, 2].map((output) => run.json('Talkover', output));
	return [
		...called.map(({ id }) => `called ${String(id)}`),
		...skipped.map(({ id, skip_reason: reason }) => `${String(reason)} ${String(id)}`),
		...failed.map(({ error }) => String(error)),
	].join();
}
