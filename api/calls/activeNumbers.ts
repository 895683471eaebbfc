import type { IDataObject } from 'n8n-workflow';
import type { TalkoverClient } from '../http/client';
import { onTalkoverError, TalkoverError } from '../errors';
import { getOrCreate } from '../getOrCreate';
import { DAY, dayBefore, WholeLists } from '../lists';
import { callsOf } from './listedCalls';
import { ACTIVE, isOver } from './statuses';

/** A number in the API's lists: E.164, with or without separators. */
const NUMBER = /^\+[\d\s().-]+$/;

type Numbers = Promise<Set<string> | undefined>;

/**
 * The numbers that may be on an active call with an agent, from the list of its calls. Other numbers have
 * no active call, unless one began while the list was read. The list is read once per run.
 *
 * @returns numbers in E.164; undefined if the list is unclear or takes more requests than one for each item of the run, so that each
 * number must be looked up
 * @throws CanceledError
 */
export async function findActiveNumbers(client: TalkoverClient, agentId: string): Numbers {
	// The list takes at least one request for each active status, and one for all others.
	if (client.itemCount <= ACTIVE.length) return undefined;
	return await client.perRun(ActiveNumbers).of(agentId);
}

class ActiveNumbers {
	private readonly byAgent = new Map<string, Numbers>();
	/** Shared by all agents. */
	private readonly lists: WholeLists;

	constructor(client: TalkoverClient) {
		this.lists = new WholeLists(client, client.itemCount);
	}

	async of(agentId: string): Numbers {
		const read = async () =>
			await readNumbers(this.lists, agentId).catch(onTalkoverError(() => undefined));
		return await getOrCreate(this.byAgent, agentId, read);
	}
}

/** @throws TalkoverError when the list cannot be read, or is unclear */
async function readNumbers(lists: WholeLists, agentId: string): Promise<Set<string>> {
	const numbers = new Set<string>();
	const read = async (query: Record<string, string>) => {
		const { items } = await lists.read({ ...callsOf(agentId), query });
		for (const call of items) {
			if (!isOver(call)) for (const number of numbersOf(call)) numbers.add(number);
		}
	};
	// In this order, a call that changes its status in the meantime can only move to a list that is read later.
	for (const status of ACTIVE) await read({ status });
	// A call with an undocumented status may be active, too. No active call is days old.
	await read({ date_from: dayBefore(Date.now() - DAY) });
	return numbers;
}

/**
 * The numbers that may be the person's: `to` of an outbound call, `to` and `from` of any other. A caller may withhold their number.
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
