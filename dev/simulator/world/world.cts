import { Actions } from './actions.cts';
import type { Agent } from './agents.cts';
import { CallEnds } from './callEnds.cts';
import { Call, isActive, isE164 } from './calls.cts';
import type { CallStatus, NewCall, Outcome } from './calls.cts';
import { CampaignCall, createCampaign } from './campaigns.cts';
import type { Campaign, CampaignStatus } from './campaigns.cts';
import { Deliveries } from './deliveries.cts';
import type { DeliveryAttempt } from './deliveries.cts';
import { agentEvents, campaignEvents, plausibleBody } from './events.cts';
import type { EventDetails } from './events.cts';
import { Webhooks } from './webhooks.cts';

export interface WorldOptions {
	/** The order of the lists of calls, which is undocumented, given the calls with the oldest first; default: newest first. */
	orderCalls?: (calls: Call[]) => Call[];
	/** How many calls of a campaign its list shows, which is undocumented; default: all. */
	mostCampaignCalls?: number;
	/** Where webhooks are saved, so that they exist at the next start, as in Talkover; default: nowhere. */
	webhooksFile?: string;
	/** Pause after a failed attempt to deliver to a webhook; default 20. */
	deliveryRetryMs?: number;
	/** How long a second of a webhook's timeout lasts; default 1000. */
	deliverySecondMs?: number;
	/** The clock, in epoch milliseconds. */
	now?: () => number;
}

/** The valid body of a request for a call. */
export interface CallBody {
	to: string;
	context?: unknown;
	is_testing?: boolean;
	delay_seconds?: number;
	[member: string]: unknown;
}

/** A call that is to be made. */
export interface CallToDecide extends CallBody {
	agentId: string;
	/** For a call of a campaign: how often the campaign has dialed before. */
	retries?: number;
}

/** The outcome of a new call; undefined: it keeps its first status, and that of a campaign stays in the queue. */
export type DecideOutcome = (call: CallToDecide) => Outcome | undefined;

export type LogsWithBody = 'all' | 'successes' | 'none';

const noOutcome: DecideOutcome = () => undefined;

/** One Talkover environment: its agents, campaigns, calls and webhooks. */
export class World {
	readonly agents: Agent[] = [];
	readonly campaigns: Campaign[] = [];
	/** The calls that were made by a request, in order, with the request's body: the phones that rang. */
	readonly placedCalls: Array<CallBody & { id: string; agentId: string; placedAt: number }> = [];
	/** The calls that were queued by a request, in order, with the request's body. */
	readonly queuedCalls: Array<CallBody & { id: string; campaignId: string }> = [];
	readonly webhooks: Webhooks;
	readonly deliveries: Deliveries;
	readonly callEnds: CallEnds;
	readonly actions: Actions;
	readonly now: () => number;
	readonly mostCampaignCalls: number;
	/**
	 * Which logs of deliveries show the body that was sent, which is undocumented: of two examples of an agent's webhook, only that of a
	 * success has it, and the one of a campaign's webhook has none.
	 */
	logsWithBody: LogsWithBody = 'all';
	decideOutcome = noOutcome;
	readonly #orderCalls: (calls: Call[]) => Call[];
	#calls: Call[] = [];
	#campaignCalls: CampaignCall[] = [];
	#callsEver = 0;
	#campaignCallsEver = 0;

	constructor({
		orderCalls = (calls) => [...calls].reverse(),
		mostCampaignCalls = Infinity,
		webhooksFile,
		deliveryRetryMs = 20,
		deliverySecondMs = 1_000,
		now = () => Date.now(),
	}: WorldOptions) {
		this.now = now;
		this.mostCampaignCalls = mostCampaignCalls;
		this.#orderCalls = orderCalls;
		this.webhooks = new Webhooks(now, webhooksFile);
		this.deliveries = new Deliveries(this.webhooks, now, deliveryRetryMs, deliverySecondMs);
		this.callEnds = new CallEnds(this.deliveries, now);
		this.actions = new Actions(now);
	}

	/**
	 * @returns the agent of a call or a campaign
	 * @throws {Error} if it is unknown
	 */
	agent(id: string): Agent {
		const agent = this.agents.find((candidate) => candidate.id === id);
		if (!agent) throw new Error(`There is no agent ${id}`);
		return agent;
	}

	/** @throws {Error} if its agent is unknown */
	addCampaign(given: Partial<Campaign>): Campaign {
		const { id: agent_id } = this.agent(given.agent_id ?? this.agents[0]?.id);
		const campaign = createCampaign({ ...given, agent_id }, this.campaigns.length + 1);
		this.campaigns.push(campaign);
		return campaign;
	}

	/** @throws {Error} if the agent is unknown, or a number is not E.164 */
	startCall(plan: NewCall): Call {
		this.agent(plan.agentId);
		for (const phone of [plan.to, plan.from ?? plan.to]) {
			if (!isE164(phone)) throw new Error(`"${phone}" is not an E.164 phone number`);
		}
		const call = new Call(++this.#callsEver, plan, this.now() - (plan.startedAgoMs ?? 0));
		this.#calls.push(call);
		this.callEnds.watch(call);
		this.actions.watch(call);
		return call;
	}

	/**
	 * Makes the call of a request.
	 *
	 * @param agentId of an existing agent
	 */
	placeCall(agentId: string, body: CallBody): Call {
		const call = this.startCall({
			agentId,
			to: body.to,
			context: body.context,
			isTesting: body.is_testing,
			delayMs: (body.delay_seconds ?? 0) * 1_000,
			...this.decideOutcome({ ...body, agentId }),
		});
		this.placedCalls.push({ ...body, id: call.id, agentId, placedAt: call.startedAt });
		return call;
	}

	/** @throws {Error} if the call is unknown */
	call(id: string): Call {
		const call = this.#calls.find((candidate) => candidate.id === id);
		if (!call) throw new Error(`There is no call ${id}`);
		return call;
	}

	/**
	 * @param id of a call, or of a campaign's
	 * @throws {Error} if the call is unknown
	 */
	setCallStatus(id: string, status: CallStatus): void {
		const campaignCall = this.#campaignCalls.find((candidate) => candidate.id === id);
		if (campaignCall) {
			campaignCall.setStatus(status);
		} else {
			const call = this.call(id);
			call.setStatus(status, this.now());
			this.callEnds.replan(call);
		}
	}

	/** The calls of an agent, whether lookups and lists show them or not. */
	callsOf(agentId: string): Call[] {
		return this.#calls.filter((call) => call.agentId === agentId);
	}

	/** The calls in the order of the lists. */
	listedCalls(): Call[] {
		return this.#orderCalls(this.#shownCalls());
	}

	/** All active calls between an agent and a person, oldest first. */
	activeCalls(agentId: string, phone: string): Call[] {
		const isBetween = (call: Call) => call.agentId === agentId && call.phone === phone;
		const now = this.now();
		return this.#shownCalls().filter((call) => isBetween(call) && isActive(call.statusAt(now)));
	}

	#shownCalls(): Call[] {
		const now = this.now();
		return this.#calls.filter((call) => call.isShownAt(now));
	}

	/** Queues the call of a request. The campaign makes it at once, and its retries when they are due: see {@link advance}. */
	queueCall(campaign: Campaign, body: CallBody): CampaignCall {
		const number = ++this.#campaignCallsEver;
		const call = new CampaignCall(number, campaign.id, body, this.now());
		this.#campaignCalls.push(call);
		this.queuedCalls.push({ ...body, id: call.id, campaignId: campaign.id });
		return call;
	}

	/** Does what was due since the last time: makes the calls of active campaigns, and sends the events of calls that have ended. */
	advance(): void {
		for (const campaign of this.campaigns.filter(({ status }) => status === 'active')) {
			for (const call of this.campaignCallsOf(campaign.id)) this.#dialIfDue(campaign, call);
		}
		this.callEnds.notice();
	}

	#dialIfDue(campaign: Campaign, call: CampaignCall): void {
		const { agent_id: agentId } = campaign;
		const { to, context, is_testing: isTesting } = call.body;
		while (call.nextAt <= this.now()) {
			const outcome = this.decideOutcome({ ...call.body, agentId, retries: call.attempts });
			if (!outcome) return;
			const startedAgoMs = this.now() - call.nextAt;
			const plan = { agentId, to, context, isTesting, startedAgoMs, ...outcome };
			call.add(this.startCall(plan), campaign);
		}
	}

	/** Changes the status of a campaign. While it is not active, it dials nobody. */
	setCampaignStatus(campaign: Campaign, status: CampaignStatus): void {
		this.advance();
		campaign.status = status;
		if (status !== 'active') return;
		for (const call of this.campaignCallsOf(campaign.id)) {
			call.nextAt = Math.max(call.nextAt, this.now());
		}
		this.advance();
	}

	campaignCallsOf(campaignId: string): CampaignCall[] {
		return this.#campaignCalls.filter((call) => call.campaignId === campaignId);
	}

	/** The campaign's first queued or active call to a number. */
	pendingCampaignCall(campaignId: string, to: string): CampaignCall | undefined {
		const now = this.now();
		return this.campaignCallsOf(campaignId).find((call) => call.to === to && call.isPendingAt(now));
	}

	/**
	 * Delivers an event to all enabled webhooks of the agent or the campaign that subscribe to it.
	 *
	 * @returns all attempts, when all deliveries have arrived or failed
	 * @throws {Error} if the agent, campaign or event is unknown
	 */
	async deliver(
		event: string,
		{ agentId = '', campaignId, body }: EventDetails,
	): Promise<DeliveryAttempt[]> {
		const owner = campaignId
			? { campaign_id: this.#campaign(campaignId).id }
			: { agent_id: this.agent(agentId).id };
		const events = campaignId ? campaignEvents : Object.keys(agentEvents);
		if (!events.includes(event)) throw new Error(`There is no event "${event}"`);
		const sent = body === undefined ? plausibleBody(event, owner, this.now()) : body;
		return await this.deliveries.deliver(owner, event, sent);
	}

	#campaign(id: string): Campaign {
		const campaign = this.campaigns.find((candidate) => candidate.id === id);
		if (!campaign) throw new Error(`There is no campaign ${id}`);
		return campaign;
	}

	/** Removes all calls without events, outcomes, webhooks, deliveries and actions. IDs are not used again. */
	reset(): void {
		this.deliveries.reset();
		this.webhooks.forgetAll();
		this.callEnds.forgetCalls();
		this.actions.reset();
		this.#calls = [];
		this.#campaignCalls = [];
		this.placedCalls.length = 0;
		this.queuedCalls.length = 0;
		this.decideOutcome = noOutcome;
		this.logsWithBody = 'all';
	}

	/** Cancels deliveries and actions, and sends no more events. */
	end(): void {
		this.callEnds.forgetCalls();
		this.actions.reset();
		this.deliveries.stop();
	}
}
