import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { until } from '../../../dev/until.cts';
import { startReceiver } from '../receiver.cts';
import { createN8n } from './prepared.cts';
import { setUpWith, startServer, TOKEN } from './setUp.cts';
import type { RunningServer, Workflow } from '../../../dev/n8n/instance.cts';
import type { Simulator } from '../../../dev/simulator/index.cts';
import type { Receiver } from '../receiver.cts';

export const ENDED = 'event_phone_call_ended';
export const SECRET = 'x-talkover-trigger-secret';
export const SECRET_FORM = /^[0-9a-f]{64}$/;

export type Webhook = Simulator['webhooks'][number];

/**
 * For one `describe`: a running n8n, a simulated Talkover that delivers events to it, and a server that receives the items of its
 * workflows. Workflows are deactivated after the test that created them.
 */
export class TriggerStage {
	#real!: Awaited<ReturnType<typeof setUpWith<RunningServer>>>;
	server!: RunningServer;
	log!: Receiver;
	/** IDs of the workflows of the current test. */
	#workflows: string[] = [];

	/**
	 * @param options.version of n8n
	 * @param options.env added to n8n's environment
	 * @param options.reply the answer to what the workflows post
	 * @param options.create creates the n8n; default: one process
	 */
	constructor({
		version,
		env,
		reply,
		create = createN8n,
	}: {
		version: string;
		env?: NodeJS.ProcessEnv;
		reply?: Parameters<typeof startReceiver>[0];
		create?: Parameters<typeof setUpWith<RunningServer>>[0];
	}) {
		beforeAll(async () => {
			this.log = await startReceiver(reply);
			this.#real = await setUpWith(create, {
				version,
				talkover: {
					agents: [{ id: 'sales-agent', name: 'Bianca' }, { id: 'other' }],
					campaigns: [{ id: 'spring', name: 'Spring' }],
					// Long enough that a slow machine causes no retry.
					deliverySecondMs: 60_000,
					// An overloaded n8n needs a moment before it answers.
					deliveryRetryMs: 1_000,
				},
				env,
			});
			this.server = this.#real.server;
		});

		afterAll(async () => {
			// After a failed start, some of them are missing.
			try {
				if (this.server) await this.stop();
			} finally {
				await this.#real?.cleanUp();
				await this.log?.stop();
			}
		});

		beforeEach(() => {
			this.talkover.reset();
			this.log.requests.length = 0;
		});

		afterEach(async () => {
			for (const id of this.#workflows.splice(0)) {
				await this.client.deactivate(id).catch(() => undefined);
			}
		});
	}

	get talkover() {
		return this.#real.talkover;
	}

	get client() {
		return this.server.client;
	}

	/** The items that the workflows have posted. */
	get logged() {
		return this.log.requests.map(({ body }) => JSON.parse(body));
	}

	/** The addresses of all webhooks in Talkover. */
	get urls() {
		return this.talkover.webhooks.map(({ webhook_url: url }) => url);
	}

	/** The only webhook in Talkover; the test fails if there is not exactly one. */
	get webhook() {
		expect(this.talkover.webhooks).toHaveLength(1);
		return this.talkover.webhooks[0];
	}

	/** The headers that Talkover sends to the only webhook. */
	get secretHeaders() {
		return headersOf(this.webhook);
	}

	async create(workflow: Workflow) {
		const id = await this.client.createWorkflow(workflow);
		this.#workflows.push(id);
		return id;
	}

	async createActive(workflow: Workflow) {
		const id = await this.create(workflow);
		await this.client.activate(id);
		return id;
	}

	/** Delivers an event of an agent to all webhooks for it. */
	async deliver(
		body: unknown,
		{ event = ENDED, agentId = 'sales-agent' }: { event?: string; agentId?: string } = {},
	) {
		return await this.talkover.deliver(event, { agentId, body });
	}

	/** @returns the status of the answer to each attempt */
	async statuses(body: unknown): Promise<Array<number | undefined>> {
		return (await this.deliver(body)).map(({ status }) => status);
	}

	/** Checks that one event starts the workflow once. */
	async expectToWork() {
		const id = `call-${Math.random()}`;
		expect((await this.statuses({ call_id: id })).at(-1)).toBe(200);
		const started = () => this.logged.filter(({ call_id: callId }) => callId === id).length;
		await until(() => started() > 0);
		expect(started()).toBe(1);
	}

	async stop() {
		await this.server.stop();
		expect(this.server.log()).not.toContain(TOKEN);
	}

	/** Starts n8n at the same address as before. */
	async start() {
		const port = Number(new URL(this.server.url).port);
		this.server = await startServer(this.#real.n8n, { port });
	}
}

/** @returns the headers that Talkover sends to it */
export function headersOf({ custom_headers: headers = [] }: Webhook): Record<string, string> {
	return Object.fromEntries(headers.map(({ key, value }) => [key, value]));
}
