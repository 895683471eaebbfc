const { startSimulator } = require('../test/simulator');

/**
 * @typedef {object} OpenTalkover
 * @property {boolean} isReal
 * @property {string} description
 * @property {import('../test/realN8n/instance').Credential} credential
 * @property {() => Promise<unknown>} close
 */

const REAL_BASE_URL = 'https://app.talkover.ai/api/v1';
const SIMULATOR_TOKEN = 'simulator_token';

/** The examples name this agent. */
const agent = { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' };

/**
 * The real API if a token is given in `TALKOVER_TOKEN`, else a simulator in which two of the example's contacts are on a call.
 *
 * @returns {Promise<OpenTalkover>}
 */
async function openTalkover() {
	const { TALKOVER_TOKEN: token, TALKOVER_BASE_URL: baseUrl = REAL_BASE_URL } = process.env;
	if (token) {
		return {
			isReal: true,
			description: `Talkover: the real one, ${baseUrl}, with your token`,
			credential: credentialOf(token, baseUrl),
			close: async () => {},
		};
	}
	const simulator = await startSimulator({
		tokens: [SIMULATOR_TOKEN],
		agents: [agent, { id: 'support-agent', name: 'Otto', label: 'Support Agent' }],
	});
	simulator.startCall({ agentId: agent.id, to: '+15551234501', status: 'answered' });
	simulator.startCall({ agentId: agent.id, to: '+15551234503', status: 'ringing' });
	return {
		isReal: false,
		description: `Talkover: a simulator, ${simulator.baseUrl} (with TALKOVER_TOKEN set, the real one)`,
		credential: credentialOf(SIMULATOR_TOKEN, simulator.baseUrl),
		close: simulator.stop,
	};
}

/**
 * @param {string} token
 * @param {string} baseUrl
 */
function credentialOf(token, baseUrl) {
	return {
		// The examples name it.
		id: 'talkoverDemo',
		name: 'Talkover account',
		type: 'talkoverApi',
		data: { token, baseUrl },
	};
}

module.exports = { openTalkover };
