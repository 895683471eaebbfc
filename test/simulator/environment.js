const { createAgent } = require('./agents');
const { Call } = require('./calls');
const { isE164 } = require('./phone');

/** @typedef {import('./agents').Agent} Agent */
/** @typedef {import('./calls').NewCall} NewCall */
/** @typedef {import('./calls').CallStatus} CallStatus */
/** @typedef {{ to: string, [member: string]: unknown }} CallBody of a request for a call: checked */
/** @typedef {CallBody & { id: string, agentId: string }} PlacedCall The members of the request's body as they came, with the call's id and its agent's. */

/** What one Talkover environment knows: its agents and their calls. */
class Environment {
	/** @type {Agent[]} */
	agents = [];
	/** @type {Call[]} */
	calls = [];
	/** @type {PlacedCall[]} those that were asked for by a request, in the order in which they came: the phones that rang */
	placedCalls = [];
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

	/**
	 * @param {NewCall} plan
	 * @throws {Error} if the agent or the status is unknown, or the number is not E.164
	 */
	startCall(plan) {
		if (!this.agent(plan.agentId)) throw new Error(`There is no agent ${plan.agentId}`);
		for (const phone of [plan.to, plan.from]) {
			if (phone !== undefined && !isE164(phone)) {
				throw new Error(`"${phone}" is no E.164 phone number`);
			}
		}
		const call = new Call(++this.#callsEver, plan, this.now());
		this.calls.push(call);
		return call;
	}

	/**
	 * What a request for a call does.
	 *
	 * @param {string} agentId of an agent that there is
	 * @param {CallBody} body
	 */
	placeCall(agentId, body) {
		const call = this.startCall({ agentId, to: body.to, isTesting: body.is_testing === true });
		this.placedCalls.push({ ...body, id: call.id, agentId });
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
	 * @param {string} phone E.164, of the person
	 * @returns {Call[]} all active calls of the pair, the oldest first
	 */
	activeCalls(agentId, phone) {
		const now = this.now();
		return this.calls.filter(
			(call) => call.agentId === agentId && call.phone === phone && call.isActiveAt(now),
		);
	}

	/** Ends nothing properly: the calls were never made. Ids are not used again. */
	forgetCalls() {
		this.calls = [];
		this.placedCalls.length = 0;
	}
}

module.exports = { Environment };
