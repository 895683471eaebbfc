import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contract, documented, examplesOf } from '../contract/contract.cts';
import type { Answer, Operation } from '../contract/contract.cts';
import { objectionsTo } from '../contract/validation.cts';
import type { Objections } from '../contract/validation.cts';
import type { RecordedRequest } from './request.cts';
import type { Agent } from '../world/agents.cts';
import type { Campaign } from '../world/campaigns.cts';
import type { Webhook } from '../world/webhooks.cts';
import type { World } from '../world/world.cts';

/** A request for one operation: its input is valid by the contract, and what its path names exists. */
export interface Question {
	world: World;
	params: Record<string, string>;
	query: Record<string, string>;
	/** Empty if there is none. */
	body: Record<string, unknown>;
	/** Only if the path has its ID, like the next two. */
	agent: Agent;
	campaign: Campaign;
	webhook: Webhook;
	/** The answer to a success, with the documented status. */
	ok: (body: object) => Answer;
	/** A documented error: see {@link documented}. */
	refuse: (status: number, like?: RegExp, changes?: object) => Answer;
}

/** Answers the requests for one operation. It is the default export of `endpoints/<operationId>.cts`. */
export type Endpoint = (question: Question) => Answer | Promise<Answer>;

/** What an endpoint answers to input that the contract does not allow, if that is not a 422 (an export named `onInvalid`). */
export type OnInvalid = (question: Question, objections: Objections) => Answer | undefined;

const folder = join(__dirname, '..', 'endpoints');
const names = new Set(readdirSync(folder));

/** @returns whether the simulator has an endpoint for the operation; it has those that a test needs to behave */
export const hasEndpoint = ({ operationId }: Operation) => names.has(`${operationId}.cts`);

/**
 * Loads all endpoints, which are otherwise loaded when they are first asked. To load TypeScript, tsx needs a process of its own, and a
 * Ctrl-C ends that, too.
 */
export function loadEndpoints(): void {
	for (const name of names) require(join(folder, name));
}

/** Answers a request for an operation with an endpoint. */
export async function ask(
	operation: Operation,
	{ params, query, body }: Pick<RecordedRequest, 'params' | 'query' | 'body'>,
	world: World,
): Promise<Answer> {
	const { agent_id, campaign_id, webhook_id } = params;
	const agent = world.agents.find(({ id }) => id === agent_id);
	const campaign = world.campaigns.find(({ id }) => id === campaign_id);
	const webhook = world.webhooks.find(agent ? { agent_id } : { campaign_id }, webhook_id);
	if (agent_id && !agent) return notFound(operation, /agent not found/i);
	if (campaign_id && !campaign) return notFound(operation, /campaign not found/i);
	if (webhook_id && !webhook) return notFound(operation, /webhook not found/i);

	const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
	const question = {
		world,
		params,
		query,
		body: isObject ? body : {},
		agent,
		campaign,
		webhook,
		ok: (success: object) => ({ status: successOf(operation), body: success }),
		refuse: (status, like, changes) => documented(operation, status, like, changes),
	} as Question;
	const endpoint = require(join(folder, `${operation.operationId}.cts`)) as {
		default: Endpoint;
		onInvalid?: OnInvalid;
	};
	const errors = objectionsTo(operation, params, query, question.body);
	if (Object.keys(errors).length > 0) {
		return endpoint.onInvalid?.(question, errors) ?? question.refuse(422, /./, { errors });
	}
	return await endpoint.default(question);
}

function notFound(operation: Operation, what: RegExp): Answer {
	const { 404: response } = operation.responses;
	const isDocumented =
		response && examplesOf(response).some((body) => what.test(JSON.stringify(body)));
	if (isDocumented) return documented(operation, 404, what);
	// The page of end-call has only an unknown call.
	const { AgentNotFoundPlain } = contract.components.responses;
	return documented({ ...operation, responses: { 404: AgentNotFoundPlain } }, 404);
}

/** The documented status of a success. One page shows what was created, without the number. */
function successOf({ responses }: Operation): number {
	const status = Object.keys(responses).find((key) => key.startsWith('2'));
	return status === '2XX' ? 201 : Number(status);
}
