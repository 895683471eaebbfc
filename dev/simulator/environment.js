const { createAgent } = require('./agents');
const { Call, checkStatus } = require('./calls');
const { createCampaign, isPending } = require('./campaigns');
const { isE164 } = require('./phone');

/** @typedef {import('./agents').Agent} Agent */
/** @typedef {import('./campaigns').Campaign} Campaign */
/** @typedef {import('./campaigns').CampaignCall} CampaignCall */
/** @typedef {import('./calls').NewCall} NewCall */
/** @typedef {import('./calls').CallStatus} CallStatus */
/** @typedef {{ to: string, [member: string]: unknown }} CallBody the valid body of a request for a call */
/** @typedef {CallBody & { id: string, agentId: string }} PlacedCall the request's body, with the IDs of the call and its agent */
/** @typedef {(call: CallBody & { agentId: string }) => import('./outcome').Outcome | undefined} DecideOutcome the outcome of a new call; undefined: it keeps its first status */
/** @typedef {CallBody & { id: string, campaignId: string }} QueuedCall the request's body, with the IDs of the campaign's call and the campaign */

/** One Talkover environment: its agents, its campaigns and their calls. */
class Environment {
	/** @type {Agent[]} */
	agents = [];
	/** @type {Call[]} */
	calls = [];
	/** @type {PlacedCall[]} the calls that were made by a request, in order: the phones that rang */
	placedCalls = [];
	/** @type {Campaign[]} */
	campaigns = [];
	/** @type {CampaignCall[]} */
	campaignCalls = [];
	/** @type {QueuedCall[]} the calls that were queued by a request, in order */
	queuedCalls = [];
	/** @type {DecideOutcome} */
	decideOutcome = noOutcome;
	#callsEver = 0;
	#campaignCallsEver = 0;

	/**
	 * @param {() => number} now the clock, in epoch milliseconds
	 * @param {import('./callEnds').CallEnds} callEnds
	 */
	constructor(now, callEnds) {
		this.now = now;
		this.callEnds = callEnds;
	}

	/**
	 * @param {Partial<Agent>} given
	 * @throws {Error} if the id is taken
	 */
	addAgent(given) {
		const agent = createAgent(given, this.agents.length + 1);
		if (this.agent(agent.id)) throw new Error(`There is an agent ${agent.id} already`);
		this.agents.push(agent);
		return agent;
	}

	/** @param {string} id */
	agent(id) {
		return this.agents.find((agent) => agent.id === id);
	}

	/**
	 * @param {Partial<Campaign>} given its agent is the first one by default
	 * @throws {Error} if the id is taken, or the agent is unknown
	 */
	addCampaign(given) {
		const agentId = given.agent_id ?? this.agents[0]?.id;
		if (!this.agent(agentId)) throw new Error(`There is no agent ${agentId}`);
		const campaign = createCampaign({ ...given, agent_id: agentId }, this.campaigns.length + 1);
		if (this.campaign(campaign.id)) throw new Error(`There is a campaign ${campaign.id} already`);
		this.campaigns.push(campaign);
		return campaign;
	}

	/** @param {string} id */
	campaign(id) {
		return this.campaigns.find((campaign) => campaign.id === id);
	}

	/**
	 * @param {NewCall} plan
	 * @throws {Error} if the agent or the status is unknown, or a number is not E.164
	 */
	startCall(plan) {
		if (!this.agent(plan.agentId)) throw new Error(`There is no agent ${plan.agentId}`);
		for (const phone of [plan.to, plan.from]) {
			if (phone !== undefined && !isE164(phone)) {
				throw new Error(`"${phone}" is not an E.164 phone number`);
			}
		}
		const call = new Call(++this.#callsEver, plan, this.now());
		this.calls.push(call);
		this.callEnds.watch(call);
		return call;
	}

	/**
	 * Makes the call of a request.
	 *
	 * @param {string} agentId of an existing agent
	 * @param {CallBody} body
	 */
	placeCall(agentId, body) {
		const { to, context, is_testing, delay_seconds } = body;
		const call = this.startCall({
			agentId,
			to,
			context,
			isTesting: is_testing === true,
			delayMs: Number(delay_seconds ?? 0) * 1_000,
			...this.decideOutcome({ ...body, agentId }),
		});
		this.placedCalls.push({ ...body, id: call.id, agentId });
		return call;
	}

	/**
	 * @param {string} id of a call, or of a campaign's
	 * @param {CallStatus} status
	 * @throws {Error} if the call or the status is unknown
	 */
	setCallStatus(id, status) {
		const call = this.calls.find((candidate) => candidate.id === id);
		const campaignCall = this.campaignCalls.find((candidate) => candidate.id === id);
		if (call) {
			call.setStatus(status, this.now());
			this.callEnds.notice();
		} else if (campaignCall) {
			campaignCall.status = checkStatus(status);
		} else {
			throw new Error(`There is no call ${id}`);
		}
	}

	/**
	 * Queues the call of a request. It stays in the queue unless a test sets its status.
	 *
	 * @param {string} campaignId of an existing campaign
	 * @param {CallBody} body
	 */
	queueCall(campaignId, body) {
		const id = `campaign_call_${String(++this.#campaignCallsEver).padStart(6, '0')}`;
		/** @type {CampaignCall} */
		const call = { id, campaignId, to: body.to, status: 'queued', createdAt: this.now() };
		this.campaignCalls.push(call);
		this.queuedCalls.push({ ...body, id, campaignId });
		return call;
	}

	/** @param {string} campaignId */
	campaignCallsOf(campaignId) {
		return this.campaignCalls.filter((call) => call.campaignId === campaignId);
	}

	/**
	 * @param {string} campaignId
	 * @param {string} to E.164
	 * @returns {CampaignCall | undefined} the campaign's first queued or active call to the number
	 */
	pendingCampaignCall(campaignId, to) {
		return this.campaignCallsOf(campaignId).find((call) => call.to === to && isPending(call));
	}

	/**
	 * @param {string} agentId
	 * @param {string} phone E.164, of the person
	 * @returns {Call[]} all active calls between the two, oldest first
	 */
	activeCalls(agentId, phone) {
		const now = this.now();
		return this.calls.filter(
			(call) => call.agentId === agentId && call.phone === phone && call.isActiveAt(now),
		);
	}

	/** Removes all calls without events. Their IDs are not used again. */
	forgetCalls() {
		this.calls = [];
		this.callEnds.forgetCalls();
		this.placedCalls.length = 0;
		this.campaignCalls = [];
		this.queuedCalls.length = 0;
		this.decideOutcome = noOutcome;
	}
}

/** @type {DecideOutcome} */
const noOutcome = () => undefined;

module.exports = { Environment };
