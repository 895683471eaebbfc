import type { IDataObject } from 'n8n-workflow';
import { fetchAgent, noSuchAgent, statusOf } from './agents';
import { objectOf } from '../http/answers';
import type { Answer } from '../http/answers';
import { changeState } from '../http/changeState';
import type { TalkoverClient } from '../http/client';
import type { TalkoverError } from '../errors';

export type AgentStatus = 'published' | 'draft';

export interface SwitchedAgent extends IDataObject {
	current_status: AgentStatus;
	/** Whether the agent had the status before the request. */
	alreadySet: boolean;
}

/** The request for each status. */
const ACTIONS = {
	published: { route: 'publish', done: 'published' },
	draft: { route: 'unpublish', done: 'unpublished' },
} as const;

/** The fields of an agent that the answers of both requests have. */
const FIELDS = ['id', 'name', 'is_ready_to_publish', 'updated_at'];

/**
 * Publishes or unpublishes an agent (endpoints/publish-agent, unpublish-agent). Succeeds if the agent already has the status: what
 * Talkover answers then is undocumented, so this fetches the agent first, and again after a refusal.
 *
 * @throws TalkoverError as {@link changeState} does, and when the agent cannot be read
 */
export async function setAgentStatus(
	client: TalkoverClient,
	agentId: string,
	status: AgentStatus,
): Promise<SwitchedAgent> {
	const { route, done } = ACTIONS[status];
	const agent = await fetchAgent(client, agentId, { isFresh: true });
	if (hasStatus(agent, status)) return show(agent, agentId, status, true);
	return await changeState<SwitchedAgent>(client, {
		request: { method: 'POST', path: ['agents', agentId, route] },
		readResult: (answer) => {
			const switched = readSwitched(answer, status);
			return switched && show(switched, agentId, status, false);
		},
		afterRefusal: async (refusal) => {
			const current = await fetchAgent(client, agentId, { isFresh: true });
			// The first of several attempts may have worked, although its answer was lost.
			if (hasStatus(current, status)) return show(current, agentId, status, false);
			throw status === 'published' && current.is_ready_to_publish === false
				? notReady(refusal, agentId)
				: refusal;
		},
		uncertainMessage: `The agent "${agentId}" may have been ${done}`,
		uncertainAdvice: `Run this again: it succeeds if the agent is already ${done}.`,
		notFound: noSuchAgent(agentId),
	});
}

/** The Portuguese pages have a third status, `unpublished`; by unpublish-agent in both languages, it is a draft. */
function hasStatus(agent: IDataObject, status: AgentStatus): boolean {
	const current = statusOf(agent);
	return current === status || (status === 'draft' && current === 'unpublished');
}

function show(
	agent: IDataObject,
	agentId: string,
	status: AgentStatus,
	alreadySet: boolean,
): SwitchedAgent {
	const fields = FIELDS.filter((name) => agent[name] !== undefined);
	const shown = Object.fromEntries(fields.map((name) => [name, agent[name]]));
	return { id: agentId, ...shown, current_status: status, alreadySet };
}

/** The API's fields of the agent; undefined if the answer does not say that the agent has the status. */
function readSwitched(answer: Answer, status: AgentStatus): IDataObject | undefined {
	const data = objectOf(answer);
	return data && (statusOf(data) === undefined || hasStatus(data, status)) ? data : undefined;
}

function notReady(refusal: TalkoverError, agentId: string): TalkoverError {
	const { advice: missing } = refusal.explanation;
	const advice = ['Complete it in Talkover, and publish it again.', missing].filter(Boolean);
	return refusal.as(`The agent "${agentId}" is not ready to be published`, advice.join(' '));
}
