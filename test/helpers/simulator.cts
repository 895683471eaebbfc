import { afterEach } from '@jest/globals';
import { startSimulator } from '../../dev/simulator/index.cts';
import type { SimulatorOptions } from '../../dev/simulator/index.cts';
import { ask } from './ask.cts';
import { startReceiver } from './receiver.cts';
import type { Receiver } from './receiver.cts';

const running: Array<{ stop: () => Promise<void> }> = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map(async (server) => await server.stop()));
});

/** Starts a simulator that stops at the end of the test, by default with one agent, Ana, and one campaign. */
export async function start(options: SimulatorOptions = {}) {
	const simulator = await startSimulator({
		agents: [{ name: 'Ana' }],
		campaigns: options.agents ? [] : [{ name: 'Spring' }],
		deliveryRetryMs: 1,
		...options,
	});
	running.push(simulator);
	return simulator;
}

/** Starts a receiver of deliveries that stops at the end of the test. */
export async function receive(reply?: Parameters<typeof startReceiver>[0]): Promise<Receiver> {
	const receiver = await startReceiver(reply);
	running.push(receiver);
	return receiver;
}

/**
 * Creates a webhook.
 *
 * @param owner a part of the path
 * @returns its ID
 */
export async function subscribe(
	simulator: { baseUrl: string },
	{ url }: { url: string },
	settings: object = {},
	owner = 'agents/agent-1',
	token?: string,
): Promise<string> {
	const body = {
		name: 'Hook',
		webhook_url: url,
		events: ['event_phone_call_started'],
		...settings,
	};
	const answer = await ask(simulator, `/${owner}/webhooks`, { method: 'POST', body, token });
	return (answer.body.data as { id: string }).id;
}

/** A clock that only moves with `advance`. */
export function createClock() {
	let time = Date.parse('2024-01-15T11:00:00.250Z');
	return {
		now: () => time,
		advance: (ms: number) => {
			time += ms;
		},
	};
}
