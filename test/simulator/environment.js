const { createAgent } = require('./agents');
const { Call } = require('./calls');
const { isE164 } = require('./phone');

/** @typedef {import('./agents').Agent} Agent */
/** @typedef {import('./calls').NewCall} NewCall */
/** @typedef {import('./calls').CallStatus} CallStatus */

/** What one Talkover environment knows: its agents and their calls. */
class Environment {
	/** @type {Agent[]} */
	agents = [];
	/** @type {Array<{ id: string }>} */
	campaigns = [];
	/** @type {Call[]} */
	calls = [];
	#callsEver = 0;

	/** @param {() => number} now the clock, in epoch milliseconds */
	constructor(now) {
		this.now = now;
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

	/** @param {{ id: string }} campaign */
	addCampaign(campaign) {
		this.campaigns.push(campaign);
		return campaign;
	}

	/** @param {string} id */
	campaign(id) {
		return this.campaigns.find((campaign) => campaign.id === id);
	}

	/**
	 * @param {NewCall} plan
	 * @throws {Error} if the agent or the status is unknown, or the number is not E.164
	 */
	startCall(plan) {
		if (!this.agent(plan.agentId)) throw new Error(`There is no agent ${plan.agentId}`);
		if (!isE164(plan.to)) throw new Error(`"${plan.to}" is no E.164 phone number`);
		const id = `call_${String(++this.#callsEver).padStart(6, '0')}`;
		const call = new Call(id, plan, this.now());
		this.calls.push(call);
		return call;
	}

	/**
	 * @param {string} id of a call
	 * @param {CallStatus} status
	 * @throws {Error} if the call or the status is unknown
	 */
	setCallStatus(id, status) {
		const call = this.calls.find((candidate) => candidate.id === id);
		if (!call) throw new Error(`There is no call ${id}`);
		call.setStatus(status, this.now());
	}

	/**
	 * @param {string} agentId
	 * @param {string} to E.164
	 * @returns {Call[]} all active calls of the pair, the oldest first
	 */
	activeCalls(agentId, to) {
		const now = this.now();
		return this.calls.filter(
			(call) => call.agentId === agentId && call.to === to && call.isActiveAt(now),
		);
	}

	/** Ends nothing properly: the calls were never made. Ids are not used again. */
	forgetCalls() {
		this.calls = [];
	}
}

module.exports = { Environment };
