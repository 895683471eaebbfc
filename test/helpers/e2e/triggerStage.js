const { afterAll, afterEach, beforeAll, beforeEach, expect } = require('@jest/globals');
const { createInstance } = require('../../../dev/n8n/instance.cts');
const { startReceiver } = require('../receiver.cts');
const { OWNER, setUpWith, TOKEN } = require('./setUp');
const { until } = require('../until');

const ENDED = 'event_phone_call_ended';
const SECRET = 'x-talkover-trigger-secret';
const SECRET_FORM = /^[0-9a-f]{64}$/;

/** @typedef {import('../../../dev/n8n/instance.cts').Workflow} Workflow */
/** @typedef {import('../../../dev/simulator/index.cts').Simulator['webhooks'][number]} Webhook */
/** @typedef {import('../../../dev/n8n/instance.cts').InstanceOptions} InstanceOptions */
/** @typedef {import('../../../dev/n8n/instance.cts').RunningServer} RunningServer */

/**
 * @template {RunningServer} Server
 * @typedef {object} ServedN8n
 * @property {import('../../../dev/n8n/instance.cts').Instance['importCredentials']} importCredentials
 * @property {() => Promise<void>} remove
 * @property {(options: { port?: number }) => Promise<Server>} startServer
 */

/**
 * For one `describe`: a running n8n, a simulated Talkover that delivers events to it, and a server that receives the items of its
 * workflows. Workflows are deactivated after the test that created them.
 *
 * @template {RunningServer} [Server=RunningServer]
 */
class TriggerStage {
	/** @type {Awaited<ReturnType<typeof setUpWith<ServedN8n<Server>>>>} */
	#real = /** @type {any} */ (undefined);
	/** @type {Server} */
	server = /** @type {any} */ (undefined);
	/** @type {import('../receiver.cts').Receiver} */
	log = /** @type {any} */ (undefined);
	/** @type {string[]} IDs of the workflows of the current test */
	#workflows = [];

	/**
	 * @param {object} options
	 * @param {string} options.version of n8n
	 * @param {NodeJS.ProcessEnv} [options.env] added to n8n's environment
	 * @param {Parameters<typeof startReceiver>[0]} [options.reply] the answer to what the workflows post
	 * @param {(options: InstanceOptions) => Promise<ServedN8n<Server>>} [options.create] creates the n8n; default: one process
	 */
	constructor({ version, env, reply, create = /** @type {any} */ (createInstance) }) {
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
			await this.#start();
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

	/**
	 * Creates a credential, or replaces the one with the same ID.
	 *
	 * @param {import('../../../dev/n8n/instance.cts').Credential} credential
	 */
	async importCredential(credential) {
		await this.#real.n8n.importCredentials([credential]);
	}

	/** @param {Workflow} workflow */
	async create(workflow) {
		const id = await this.client.createWorkflow(workflow);
		this.#workflows.push(id);
		return id;
	}

	/** @param {Workflow} workflow */
	async createActive(workflow) {
		const id = await this.create(workflow);
		await this.client.activate(id);
		return id;
	}

	/**
	 * Delivers an event of an agent to all webhooks for it.
	 *
	 * @param {unknown} body
	 * @param {{ event?: string, agentId?: string }} [about]
	 */
	async deliver(body, { event = ENDED, agentId = 'sales-agent' } = {}) {
		return await this.talkover.deliver(event, { agentId, body });
	}

	/**
	 * @param {unknown} body
	 * @returns {Promise<Array<number | undefined>>} the status of the answer to each attempt
	 */
	async statuses(body) {
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
		await this.#start(Number(new URL(this.server.url).port));
	}

	/** @param {number} [port] */
	async #start(port) {
		this.server = await this.#real.n8n.startServer({ port });
		await this.client.signIn(OWNER);
	}
}

/**
 * @param {Webhook} webhook
 * @returns {Record<string, string>} the headers that Talkover sends to it
 */
function headersOf({ custom_headers: headers = [] }) {
	return Object.fromEntries(headers.map(({ key, value }) => [key, value]));
}

module.exports = { ENDED, headersOf, SECRET, SECRET_FORM, TriggerStage };
