import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import nock from 'nock';
import type { ScriptedAnswer } from '../../dev/simulator/api/scripts.cts';
import type { Talkover } from '../../dev/simulator/api/talkover.cts';
import { withFastClock } from './clock.cts';
import type { Run, RunOptions } from './engine';
import { runOperation } from './runOperation';
import type { OperationOptions } from './runOperation';
import { activeCall, contact, NO_CALL, phoneOf } from './talkover';
import { wireTalkover } from './wire';
import type { WireOptions } from './wire';

/** The time of a request in milliseconds, so that executions that start together overlap. */
const LATENCY = 300;

/** A Talkover in which nobody is on a call and nobody was called. By default, it never shows the calls that are made. */
export function quietTalkover(options: WireOptions & { showsCalls?: boolean } = {}): Talkover {
	const { showsCalls = false, ...wire } = options;
	nock.cleanAll();
	const talkover = wireTalkover({ latencyMs: LATENCY, ...wire });
	if (!showsCalls) talkover.setOutcomes(() => ({ shownAfterMs: Infinity }));
	return talkover;
}

/** The requests that were sent, by their operations. */
export const operations = ({ requests }: Talkover) => requests.map(({ operation }) => operation);

/** The requests for calls, whatever the answer was: phones that may ring. */
export const dialled = (talkover: Talkover) => talkover.requestsFor('makeCall');

/** The answer to a lookup of a person who is on a call. */
export const onCall = (phone = phoneOf(1)): ScriptedAnswer => ({
	body: { success: true, data: [activeCall(phone)] },
});

/** Nobody is on a call, but no request is left in this window of the rate limit. */
export const LAST_OF_WINDOW: ScriptedAnswer = {
	status: 404,
	body: NO_CALL,
	headers: {
		'x-ratelimit-limit': '100',
		'x-ratelimit-remaining': '0',
		'x-ratelimit-reset': '50',
	},
};

/** Talkover takes so many more seconds to answer. */
export const seconds = async (count: number): Promise<void> => await sleep(count * 1000);

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
