import type { IDataObject } from 'n8n-workflow';
import { TalkoverError } from '../errors';
import { findActiveCalls } from './activeCalls';
import { findCalledWithin } from './calledWithin';
import type { CalledWithin } from './calledWithin';
import type { TalkoverClient } from '../http/client';
import { findJustMade, numberLock, pairLock, takeTicket } from './justMade';
import { dial, LOOK_FOR_CALL } from './dial';
import type { CallRequest, Skipped } from './dial';

/**
 * Makes a call unless there is a reason not to. Agent and number are locked in the whole process from the lookup until the call is
 * made. A second request for the same agent and number waits for the lock, and then looks up.
 *
 * @param within which recent calls are a reason; undefined if only active calls are
 * @throws TalkoverError when it is unclear whether there is a reason, and otherwise as {@link dial} does
 */
export async function callIfFree(
	client: TalkoverClient,
	agentId: string,
	request: CallRequest,
	within: CalledWithin | undefined,
): Promise<{ done: IDataObject } | { skipped: Skipped }> {
	const { installation, id: clientId } = client;
	const pair = { installation, clientId, agentId, phone: request.to };
	const anyAgent = within !== undefined && within.agentId === undefined;
	const justMadeQuery = { since: takeTicket(), anyAgent, ended: within !== undefined };

	const findReason = async (): Promise<Skipped | undefined> => {
		const active = await findActiveCalls(client, agentId, request.to, { isFresh: true });
		if (active.length > 0) return { reason: 'on_a_call', calls: active };
		const recent = within && (await findCalledWithin(client, request.to, within));
		if (recent) return { reason: 'called_recently', calls: [recent] };
		// Last, because it is synchronous: nobody can call between this and the request.
		const justMade = findJustMade(pair, justMadeQuery);
		if (!justMade) return undefined;
		if (!justMade.call) throw mayJustHaveBeenCalled(request.to);
		return { reason: 'called_recently', calls: [justMade.call] };
	};

	const lookUpAndCall = async () => {
		const skipped = await findReason();
		return skipped ? { skipped } : await dial(client, agentId, request, findReason);
	};
	const lockPair = async () => await client.withLock(pairLock(pair), lookUpAndCall);
	return anyAgent ? await client.withLock(numberLock(pair), lockPair) : await lockPair();
}

function mayJustHaveBeenCalled(phone: string): TalkoverError {
	return new TalkoverError(`A call to ${phone} may have been placed a moment ago`, {
		advice: LOOK_FOR_CALL,
	});
}
