import path from 'node:path';
import type { Credential } from '../n8n/instance.cts';
import { startSimulator } from '../simulator/index.cts';
import type { Simulator } from '../simulator/index.cts';
import { demoOutcome, explanation } from './outcomes.cts';

export interface Agent {
	id: string;
	name: string;
	label?: string;
}

export interface Campaign {
	id: string;
	name: string;
}

export interface OpenTalkover {
	isReal: boolean;
	/** One line. */
	description: string;
	/** What to know before making calls in it. */
	hint?: string;
	credential: Credential;
	/** To choose in the examples. */
	agent: Agent;
	/** The same. None of the real Talkover: whom it calls when, only its user knows. */
	campaign?: Campaign;
	/** Has the simulated agent ask the example that answers it. */
	askN8n?: (editorUrl: string) => void;
	close: () => Promise<unknown>;
}

const REAL_BASE_URL = 'https://app.talkover.ai/api/v1';
/** How long the real API may take to answer. */
const ANSWER_MS = 30_000;
const SIMULATOR_TOKEN = 'simulator_token';

/** The agent of the examples. */
const simulatedAgent = { id: 'sales-agent', name: 'Bianca', label: 'Sales Agent' };

/** The campaign of the examples. Without retries, each of its calls has its outcome within a minute. */
const simulatedCampaign = { id: 'spring-campaign', name: 'Spring Campaign', max_retries: 0 };

/**
 * Opens the real API if `TALKOVER_TOKEN` is set. Otherwise starts a simulator.
 *
 * @param folder where the simulator keeps its webhooks
 * @param signal stops a request to the real API
 * @throws Error if the real API cannot be reached, refuses the token, or has no agent
 */
export async function openTalkover(folder: string, signal: AbortSignal): Promise<OpenTalkover> {
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
	const { simulator, ...given } = await simulateTalkover(folder);
	return {
		isReal: false,
		description: 'Talkover: simulated; no phone rings. (Set TALKOVER_TOKEN to use the real one.)',
		hint: explanation,
		...given,
		askN8n: (editorUrl) => addQuestion(simulator, editorUrl),
		close: () => simulator.stop(),
	};
}

/**
 * Starts a simulator in which two contacts of the examples are on a call, and new calls end by themselves. It keeps its webhooks,
 * because n8n 2.x does not register those of published workflows again when it starts.
 *
 * @param folder where the simulator keeps its webhooks
 * @returns the simulator, the credential of the examples, and the agent and campaign to choose in them
 */
export async function simulateTalkover(folder: string) {
	const simulator = await startSimulator({
		tokens: [SIMULATOR_TOKEN],
		agents: [simulatedAgent, { id: 'support-agent', name: 'Otto', label: 'Support Agent' }],
		campaigns: [simulatedCampaign],
		webhooksFile: path.join(folder, 'talkover-webhooks.json'),
	});
	simulator.startCall({ agentId: simulatedAgent.id, to: '+15551234501', status: 'answered' });
	simulator.startCall({ agentId: simulatedAgent.id, to: '+15551234503', status: 'ringing' });
	simulator.setOutcomes(demoOutcome);
	const credential = credentialOf(SIMULATOR_TOKEN, simulator.baseUrl);
	return { simulator, credential, agent: simulatedAgent, campaign: simulatedCampaign };
}

/**
 * Has the agent of the examples ask the example `answer-the-agent-during-a-call` in each later call that is answered.
 *
 * @param editorUrl of the n8n in which it is published
 */
export function addQuestion(simulator: Simulator, editorUrl: string) {
	simulator.addAction({
		agentId: simulatedAgent.id,
		url: `${editorUrl}/webhook/talkover-order-status`,
		inputs: { 'order number': 'A-17' },
	});
}

/**
 * @returns the first agent of the user's environment
 * @throws Error if there is no agent, or the API cannot be asked
 */
async function firstAgent(token: string, baseUrl: string, signal: AbortSignal): Promise<Agent> {
	if (!/^\s*(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/i.test(baseUrl)) {
		throw new Error(
			`TALKOVER_BASE_URL must begin with https://, so that your token is sent encrypted.`,
		);
	}
	const url = `${baseUrl.trim().replace(/\/+$/, '')}/agents?per_page=1`;
	const headers = { Authorization: `Bearer ${token.trim().replace(/^bearer\s+/i, '')}` };
	const request = {
		headers,
		redirect: 'manual' as const,
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
	const { data } = (await response.json()) as { data: Agent[] };
	if (!data?.length)
		throw new Error('This Talkover environment has no agent yet: create one first.');
	return data[0];
}

function credentialOf(token: string, baseUrl: string) {
	return {
		// The examples refer to this ID.
		id: 'talkoverDemo',
		name: 'Talkover account',
		type: 'talkoverApi',
		data: { token, baseUrl },
	};
}
