import type { Answer } from '../contract/contract.cts';
import { Api } from './api.cts';
import { RateLimiter } from './rateLimit.cts';
import type { RateLimit } from './rateLimit.cts';
import { isApiUrl, recordRequest } from './request.cts';
import type { RecordedRequest } from './request.cts';
import { replacementOf, Scripts } from './scripts.cts';
import type { Script } from './scripts.cts';
import type { Action, ActionRun } from '../world/actions.cts';
import { createAgent } from '../world/agents.cts';
import type { Agent } from '../world/agents.cts';
import { showActiveCall, showCall } from '../world/calls.cts';
import type { CallStatus, NewCall } from '../world/calls.cts';
import type { Campaign } from '../world/campaigns.cts';
import type { DeliveryAttempt } from '../world/deliveries.cts';
import type { EventDetails } from '../world/events.cts';
import { showWholeWebhook } from '../world/webhooks.cts';
import type { WebhookSettings } from '../world/webhookFile.cts';
import { World } from '../world/world.cts';
import type { DecideOutcome, LogsWithBody, WorldOptions } from '../world/world.cts';

export interface TalkoverOptions extends WorldOptions {
	/** Accepted bearer tokens; default: all. */
	tokens?: string[];
	/** How long an answer takes; default 0. */
	latencyMs?: number;
	/** Default: none. */
	rateLimit?: RateLimit;
	/** At the start; default none. */
	agents?: Array<Partial<Agent>>;
	/** At the start; default none. Their agent is the first one by default. */
	campaigns?: Array<Partial<Campaign>>;
}

/** How an answer is sent. */
export interface Reply extends Answer {
	delayMs: number;
	breakConnection?: 'before' | 'middle';
	never?: boolean;
}

/** One simulated Talkover without HTTP. It knows only the API's contract, and nothing about its clients. */
export class Talkover {
	/** All requests since the start or the last reset, in the order of arrival. */
	readonly requests: RecordedRequest[] = [];

	readonly #scripts = new Scripts();
	readonly #world: World;
	readonly #limiter?: RateLimiter;
	readonly #api: Api;
	readonly #latencyMs: number;

	constructor(options: TalkoverOptions = {}) {
		const { tokens, latencyMs = 0, rateLimit, agents = [], campaigns = [] } = options;
		this.#latencyMs = latencyMs;
		this.#world = new World(options);
		for (const agent of agents) this.addAgent(agent);
		for (const campaign of campaigns) this.addCampaign(campaign);
		this.#limiter = rateLimit && new RateLimiter(rateLimit, this.#world.now);
		this.#api = new Api(this.#world, tokens, this.#limiter);
	}

	/** Epoch milliseconds. */
	now(): number {
		return this.#world.now();
	}

	/** Records a request at its arrival. Its body may follow before its answer is asked for. */
	receive(request: Pick<RecordedRequest, 'method' | 'url' | 'headers' | 'body'>): RecordedRequest {
		const record = recordRequest(request, this.now());
		this.requests.push(record);
		return record;
	}

	/** Carries out a request. The answer shows the state at its arrival, however late it is sent. */
	async answer(request: RecordedRequest): Promise<Reply> {
		const script = (isApiUrl(request.url) && (await this.#scripts.take(request))) || {};
		const { delayMs = this.#latencyMs, breakConnection, never } = script;
		const scripted = replacementOf(script);
		const isLost = scripted || never || breakConnection === 'before';
		const real = isLost && !script.afterApi ? { status: 0 } : await this.#api.answer(request);
		const answer = scripted ?? { ...real, headers: { ...real.headers, ...script.headers } };
		return { ...answer, delayMs, breakConnection, never };
	}

	/** The requests for an operation of the contract since the start or the last reset, whatever the answer was. */
	requestsFor(operation: string): RecordedRequest[] {
		return this.requests.filter((request) => request.operation === operation);
	}

	/** The calls made by requests since the start or the last reset, whatever the answer was: each is a phone that rang. */
	get placedCalls() {
		return this.#world.placedCalls;
	}

	/** The campaign calls queued by requests since the start or the last reset. */
	get queuedCalls() {
		return this.#world.queuedCalls;
	}

	/** @param given the rest is filled in */
	addAgent(given: Partial<Agent> = {}): Agent {
		const agent = createAgent(given, this.#world.agents.length + 1);
		this.#world.agents.push(agent);
		return agent;
	}

	/**
	 * @param given the rest is filled in; its agent is the first one by default
	 * @throws {Error} if the agent is unknown
	 */
	addCampaign(given: Partial<Campaign> = {}): Campaign {
		return this.#world.addCampaign(given);
	}

	/**
	 * Starts a call. It is active immediately, unless `status` is a final one. With times, such as those of an `outcome`, its status
	 * changes by the clock. Its end is delivered to the webhooks of its agent.
	 *
	 * @returns the call as a lookup shows it now
	 * @throws {Error} if the agent is unknown, or a number is not E.164
	 */
	startCall(plan: NewCall) {
		return showActiveCall(this.#world.startCall(plan), this.now());
	}

	/**
	 * @returns the call as the lists show it now
	 * @throws {Error} if the call is unknown
	 */
	listedCall(id: string) {
		return showCall(this.#world.call(id), this.now());
	}

	/**
	 * Sets how calls of later requests proceed by themselves, and the attempts of campaign calls, until a reset. Otherwise they keep their
	 * first status, or stay in the queue.
	 */
	setOutcomes(decide: DecideOutcome): void {
		this.#world.decideOutcome = decide;
	}

	/** Sets which logs of deliveries show the body that was sent, until a reset. Otherwise all do. */
	setLogsWithBody(which: LogsWithBody): void {
		this.#world.logsWithBody = which;
	}

	/**
	 * @param callId of a call, or of a campaign's
	 * @throws {Error} if the call is unknown
	 */
	setCallStatus(callId: string, status: CallStatus): void {
		this.#world.setCallStatus(callId, status);
	}

	/** Scripts a fault, or any other answer, for later requests. The first matching script is used. */
	script(script: Script): void {
		this.#scripts.add(script);
	}

	/** Decides all later answers to an operation of the contract. */
	on(operation: string, answer: Script['answer']): void {
		this.script({ when: { operation }, times: Infinity, answer });
	}

	/** All current webhooks, oldest first, with their secrets. */
	get webhooks() {
		return this.#world.webhooks.all.map(showWholeWebhook);
	}

	/**
	 * Changes a webhook like somebody in the dashboard, without a request.
	 *
	 * @throws {Error} if the webhook does not exist
	 */
	editWebhook(id: string, changes: Partial<WebhookSettings>): void {
		const { webhooks } = this.#world;
		webhooks.change(webhooks.get(id), changes);
	}

	/**
	 * Removes a webhook like somebody in the dashboard, without a request.
	 *
	 * @throws {Error} if the webhook does not exist
	 */
	removeWebhook(id: string): void {
		const { webhooks } = this.#world;
		webhooks.remove(webhooks.get(id));
	}

	/** All delivery attempts since the start or the last reset, including tests, in the order of their start. */
	get deliveries(): DeliveryAttempt[] {
		return this.#world.deliveries.attempts;
	}

	/**
	 * Delivers an event to all enabled webhooks of the agent or the campaign that subscribe to it, with retries.
	 *
	 * @returns all attempts, when all deliveries have arrived, failed or been canceled
	 * @throws {Error} if the agent, campaign or event is unknown
	 */
	async deliver(event: string, details: EventDetails): Promise<DeliveryAttempt[]> {
		return await this.#world.deliver(event, details);
	}

	/** Has an agent send a request to a server in each later call that is answered. */
	addAction(action: Action): void {
		this.#world.actions.add(action);
	}

	/** The requests of actions since the start or the last reset. */
	get actionRuns(): ActionRun[] {
		return this.#world.actions.runs;
	}

	/** Forgets requests, calls, outcomes, webhooks, deliveries, actions, scripts and the rate limit's window. Keeps agents and campaigns. */
	reset(): void {
		this.requests.length = 0;
		this.#scripts.clear();
		this.#limiter?.reset();
		this.#world.reset();
	}

	/** Cancels deliveries and actions, and sends no more events. */
	end(): void {
		this.#world.end();
	}
}
