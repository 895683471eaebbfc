import type { IDataObject } from 'n8n-workflow';
import { TalkoverError } from '../errors';
import { findActiveCalls } from './activeCalls';
import { findCalledWithin } from './calledWithin';
import type { CalledWithin } from './calledWithin';
import type { TalkoverClient } from '../client';
import { findJustMade, numberLock, pairLock, takeTicket } from './justMade';
import { dial, LOOK_FOR_CALL } from './dial';
import type { CallRequest, Skipped } from './dial';

/**
 * Makes a call unless there is a reason not to. From the look to the call, the agent and the number are locked for the whole
 * process: whoever comes second looks once the first is done.
 *
 * @param within skip those who were called recently; undefined to look at active calls only
 * @param numbers how many numbers this run calls
 * @throws TalkoverError when it is unclear whether there is a reason, and otherwise as {@link dial} does
 */
export async function callOnce(
	client: TalkoverClient,
	agentId: string,
	request: CallRequest,
	within: CalledWithin | undefined,
	numbers: number,
): Promise<{ done: IDataObject } | { skipped: Skipped }> {
	const { installation, id: clientId } = client;
	const pair = { installation, clientId, agentId, phone: request.to };
	const anyAgent = within !== undefined && within.agentId === undefined;
	const justMadeQuery = { since: takeTicket(), anyAgent, ended: within !== undefined };

	const findReason = async (): Promise<Skipped | undefined> => {
		const active = await findActiveCalls(client, agentId, request.to, true);
		if (active.length > 0) return { reason: 'on_a_call', calls: active };
		const recent = within && (await findCalledWithin(client, request.to, within, numbers));
		if (recent) return { reason: 'called_recently', calls: [recent] };
		// Last, since it takes no time in which somebody else could call.
		const justMade = findJustMade(pair, justMadeQuery);
		if (!justMade) return undefined;
		if (!justMade.call) throw mayJustHaveBeenCalled(request.to);
		return { reason: 'called_recently', calls: [structuredClone(justMade.call)] };
	};

	const lookAndCall = async () => {
		const skipped = await findReason();
		return skipped ? { skipped } : await dial(client, agentId, request, findReason);
	};
	const lockPair = async () => await client.withLock(pairLock(pair), lookAndCall);
	return anyAgent ? await client.withLock(numberLock(pair), lockPair) : await lockPair();
}

function mayJustHaveBeenCalled(phone: string): TalkoverError {
	return new TalkoverError(`A call to ${phone} may have been placed a moment ago`, {
		advice: LOOK_FOR_CALL,
	});
}
