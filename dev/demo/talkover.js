const path = require('node:path');
const { startSimulator } = require('../simulator');
const { demoOutcome, explanation } = require('./outcomes');

/** @typedef {{ id: string, name: string, label?: string }} Agent */
/**
 * @typedef {object} OpenTalkover
 * @property {boolean} isReal
 * @property {string} description one line
 * @property {string} [hint] what to know before making calls in it
 * @property {import('../n8n/instance').Credential} credential
 * @property {Agent} agent to choose in the examples
 * @property {() => Promise<unknown>} close
 */

const REAL_BASE_URL = 'https://app.talkover.ai/api/v1';
/** How long the real API may take to answer. */
const ANSWER_MS = 30_000;
const SIMULATOR_TOKEN = 'simulator_token';

/** The agent of the examples. */
const simulatedAgent = { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' };

/**
 * Opens the real API if `TALKOVER_TOKEN` is set. Otherwise starts a simulator.
 *
 * @param {string} folder where the simulator keeps its webhooks
 * @param {AbortSignal} signal stops a request to the real API
 * @returns {Promise<OpenTalkover>}
 * @throws {Error} if the real API cannot be reached, refuses the token, or has no agent
 */
async function openTalkover(folder, signal) {
	const { TALKOVER_TOKEN: token, TALKOVER_BASE_URL: baseUrl = REAL_BASE_URL } = process.env;
	if (token) {
		return {
			isReal: true,
			description: `Talkover: the real one, ${baseUrl}, with your token. Calls ring real phones.`,
			credential: credentialOf(token, baseUrl),
			agent: await firstAgent(token, baseUrl, signal),
			close: async () => {},
		};
	}
	const { simulator, credential, agent } = await simulateTalkover(folder);
	return {
		isReal: false,
		description: 'Talkover: simulated; no phone rings. (Set TALKOVER_TOKEN to use the real one.)',
		hint: explanation,
		credential,
		agent,
		close: simulator.stop,
	};
}

/**
 * Starts a simulator in which two contacts of the examples are on a call, and new calls end by themselves. It keeps its webhooks,
 * because n8n 2.x does not register those of published workflows again when it starts.
 *
 * @param {string} folder where the simulator keeps its webhooks
 * @returns the simulator, the credential of the examples, and the agent to choose in them
 */
async function simulateTalkover(folder) {
	const simulator = await startSimulator({
		tokens: [SIMULATOR_TOKEN],
		agents: [simulatedAgent, { id: 'support-agent', name: 'Otto', label: 'Support Agent' }],
		campaigns: [{ id: 'spring-campaign', name: 'Spring Campaign' }],
		webhooksFile: path.join(folder, 'talkover-webhooks.json'),
	});
	simulator.startCall({ agentId: simulatedAgent.id, to: '+15551234501', status: 'answered' });
	simulator.startCall({ agentId: simulatedAgent.id, to: '+15551234503', status: 'ringing' });
	simulator.setOutcomes(demoOutcome);
	const credential = credentialOf(SIMULATOR_TOKEN, simulator.baseUrl);
	return { simulator, credential, agent: simulatedAgent };
}

/**
 * @param {string} token
 * @param {string} baseUrl
 * @param {AbortSignal} signal
 * @returns {Promise<Agent>} the first agent of the user's environment
 * @throws {Error} if there is no agent, or the API cannot be asked
 */
async function firstAgent(token, baseUrl, signal) {
	if (!/^\s*(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/i.test(baseUrl)) {
		throw new Error(
			`TALKOVER_BASE_URL must begin with https://, so that your token is sent encrypted.`,
		);
	}
	const url = `${baseUrl.trim().replace(/\/+$/, '')}/agents?per_page=1`;
	const headers = { Authorization: `Bearer ${token.trim().replace(/^bearer\s+/i, '')}` };
	const request = {
		headers,
		redirect: /** @type {const} */ ('manual'),
		signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
	};
	const response = await fetch(url, request).catch((error) => {
		throw new Error(
			`Talkover cannot be reached at ${url}: ${error.cause?.message ?? error.message}`,
		);
	});
	if (!response.ok) {
		throw new Error(
			`Talkover answers ${response.status} at ${url}. Check TALKOVER_TOKEN and TALKOVER_BASE_URL.`,
		);
	}
	const { data } = /** @type {{ data: Agent[] }} */ (await response.json());
	if (!data?.length)
		throw new Error('This Talkover environment has no agent yet: create one first.');
	return data[0];
}

/**
 * @param {string} token
 * @param {string} baseUrl
 */
function credentialOf(token, baseUrl) {
	return {
		// The examples refer to this ID.
		id: 'talkoverDemo',
		name: 'Talkover account',
		type: 'talkoverApi',
		data: { token, baseUrl },
	};
}

module.exports = { openTalkover, simulateTalkover };
