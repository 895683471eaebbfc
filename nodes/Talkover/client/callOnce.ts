import type { IDataObject } from 'n8n-workflow';
import { TalkoverError } from '../errors';
import { findActiveCalls } from './activeCalls';
import { findCalledWithin } from './calledWithin';
import type { CalledWithin } from './calledWithin';
import type { TalkoverClient } from './client';
import { findJustMade, numberLock, pairLock, takeTicket } from './justMade';
import { LOOK_FOR_CALL, makeCall } from './makeCall';
import type { CallRequest, Skipped } from './makeCall';

/**
 * Makes a call unless there is a reason not to. From the look to the call, the agent and the number are locked for the whole
 * process: whoever comes second looks once the first is done.
 *
 * @param within skip those who were called recently; undefined to look at active calls only
 * @throws TalkoverError when it is unclear whether there is a reason, and otherwise as {@link makeCall} does
 */
export async function callOnce(
	client: TalkoverClient,
	agentId: string,
	request: CallRequest,
	within?: CalledWithin,
): Promise<{ done: IDataObject } | { skipped: Skipped }> {
	const to = { installation: client.installation, phone: request.to };
	const isAnyAgent = within !== undefined && within.agentId === undefined;
	const ticket = takeTicket();

	const findReason = async (isFresh: boolean): Promise<Skipped | undefined> => {
		const active = await findActiveCalls(client, agentId, request.to, isFresh);
		if (active.length > 0) return { reason: 'on_a_call', calls: active };
		const justMade = findJustMade(to, isAnyAgent ? undefined : agentId, ticket);
		if (justMade) {
			if (!justMade.call) throw mayJustHaveBeenCalled(request.to);
			return { reason: 'called_recently', calls: [structuredClone(justMade.call)] };
		}
		const recent = within && (await findCalledWithin(client, request.to, within, isFresh));
		return recent && { reason: 'called_recently', calls: [recent] };
	};

	const lookAndCall = async () => {
		const skipped = await findReason(false);
		if (skipped) return { skipped };
		return await makeCall(client, agentId, request, async () => await findReason(true));
	};
	const lockPair = async () => await client.withLock(pairLock(to, agentId), lookAndCall);
	return isAnyAgent ? await client.withLock(numberLock(to), lockPair) : await lockPair();
}

function mayJustHaveBeenCalled(phone: string): TalkoverError {
	return new TalkoverError(`A call to ${phone} may have been placed a moment ago`, {
		advice: LOOK_FOR_CALL,
	});
}
