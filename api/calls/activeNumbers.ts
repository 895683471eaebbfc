import type { IDataObject } from 'n8n-workflow';
import { noSuchAgent } from '../agents';
import type { TalkoverClient } from '../client';
import { TalkoverError } from '../errors';
import { listWhole } from '../lists';
import type { Budget } from '../lists';
import { ACTIVE, isOver } from './statuses';

const DAY = 86_400_000;

/** A number as the lists give it: E.164, with or without separators. */
const NUMBER = /^\+[\d\s().-]+$/;

type Numbers = Promise<Set<string> | undefined>;

/** By client and agent: the lists are read once in a run. */
const cached = new WeakMap<TalkoverClient, Map<string, Numbers>>();

/**
 * The numbers that may be on an active call with an agent, from its list of calls (endpoints/get-agent-calls). A number that is not
 * among them is on no call, unless the call began while the list was read.
 *
 * @param maxRequests the most requests that the list is worth
 * @returns E.164; undefined if the list cannot tell, or takes more requests: then each number has to be looked up
 * @throws CanceledError
 */
export async function findActiveNumbers(
	client: TalkoverClient,
	agentId: string,
	maxRequests: number,
): Numbers {
	// One for each active status, and one for all others.
	if (maxRequests <= ACTIVE.length) return undefined;
	const byAgent = cached.get(client) ?? new Map<string, Numbers>();
	cached.set(client, byAgent);
	const numbers =
		byAgent.get(agentId) ??
		readNumbers(client, agentId, { requests: maxRequests }).catch(ignoreFailure);
	byAgent.set(agentId, numbers);
	return await numbers;
}

/** @throws TalkoverError when the list cannot tell */
async function readNumbers(
	client: TalkoverClient,
	agentId: string,
	budget: Budget,
): Promise<Set<string>> {
	const numbers = new Set<string>();
	const read = async (query: Record<string, string>) => {
		const path = ['agents', agentId, 'calls'];
		const list = { path, query, notFound: noSuchAgent(agentId), isFresh: true };
		for (const call of await listWhole(client, list, budget)) {
			if (!isOver(call)) for (const number of numbersOf(call)) numbers.add(number);
		}
	};
	// A call that changes its status meanwhile can only move to a list that is still to be read.
	for (const status of ACTIVE) await read({ status });
	// Then calls with a status in no documentation. None of them is days old.
	await read({ date_from: new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10) });
	return numbers;
}

/**
 * The numbers at which the person may be: at `to`, or at `from` if they called. A caller may withhold their number.
 *
 * @throws TalkoverError when a number is not E.164
 */
function numbersOf({ direction, to, from }: IDataObject): string[] {
	const isOutbound = direction === 'outbound';
	const sides = (isOutbound ? [to] : [to, from]).map((side) => String(side ?? ''));
	if (sides.some((side) => !NUMBER.test(side) && (isOutbound || /\d/.test(side)))) {
		throw new TalkoverError("Talkover's list has a call with an unreadable number");
	}
	return sides.filter((side) => NUMBER.test(side)).map((side) => `+${side.replace(/\D/g, '')}`);
}

function ignoreFailure(error: unknown): undefined {
	if (!(error instanceof TalkoverError)) throw error;
	return undefined;
}
