const { afterAll, afterEach, beforeAll, beforeEach, expect } = require('@jest/globals');
const { startReceiver } = require('../../../dev/simulator/receiver');
const { setUp, TOKEN } = require('./setUp');
const { until } = require('./until');

const ENDED = 'event_phone_call_ended';
const SECRET = 'x-talkover-trigger-secret';
/** When it was made, random bytes, and a proof. */
const SECRET_FORM = /^\d+\.[0-9a-f]{64}\.[0-9a-f]{64}$/;

/** @typedef {import('../../../dev/n8n/instance').Workflow} Workflow */
/** @typedef {import('../../../dev/simulator').Simulator['webhooks'][number]} Webhook */

/**
 * For one `describe`: an n8n with a running server, a Talkover that tells it of events, and a server to which its workflows
 * post what they were given. What a test has activated is deactivated after it.
 */
class TriggerStage {
	/** @type {import('./setUp').SetUp} */
	#real = /** @type {any} */ (undefined);
	/** @type {import('../../../dev/n8n/instance').RunningServer} */
	server = /** @type {any} */ (undefined);
	/** @type {import('../../../dev/simulator/receiver').Receiver} */
	log = /** @type {any} */ (undefined);
	/** @type {string[]} of the test that runs */
	#workflows = [];

	/**
	 * @param {object} options
	 * @param {string} options.version of n8n
	 * @param {NodeJS.ProcessEnv} [options.env] added to n8n's environment
	 * @param {Parameters<typeof startReceiver>[0]} [options.reply] to what the workflows post
	 */
	constructor({ version, env, reply }) {
		beforeAll(async () => {
			this.log = await startReceiver(reply);
			this.#real = await setUp({
				version,
				talkover: {
					agents: [{ id: 'sales-agent', name: 'Bianca' }, { id: 'other' }],
					campaigns: [{ id: 'spring', name: 'Spring' }],
					// Nothing is delivered again because the machine is slow.
					deliverySecondMs: 60_000,
				},
				env,
			});
			await this.#start();
		});

		afterAll(async () => {
			await this.stop();
			await this.#real.cleanUp();
			await this.log.stop();
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

	/** What the workflows have posted. */
	get logged() {
		return this.log.requests.map(({ body }) => JSON.parse(body));
	}

	/** Where the webhooks lead that there are. */
	get urls() {
		return this.talkover.webhooks.map(({ webhook_url: url }) => url);
	}

	/** The one webhook that there is. */
	get webhook() {
		expect(this.talkover.webhooks).toHaveLength(1);
		return this.talkover.webhooks[0];
	}

	/** What Talkover sends along to the one webhook that there is. */
	get secretHeaders() {
		return headersOf(this.webhook);
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
	 * Tells of an event of an agent.
	 *
	 * @param {unknown} body
	 * @param {{ event?: string, agentId?: string }} [about]
	 */
	async deliver(body, { event = ENDED, agentId = 'sales-agent' } = {}) {
		return await this.talkover.deliver(event, { agentId, body });
	}

	/**
	 * @param {unknown} body
	 * @returns {Promise<Array<number | undefined>>} what each attempt to deliver it was answered
	 */
	async statuses(body) {
		return (await this.deliver(body)).map(({ status }) => status);
	}

	/** An event arrives and starts a workflow, once. */
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

	/** After a stop, at the same address. */
	async startAgain() {
		await this.#start(Number(new URL(this.server.url).port));
	}

	/** @param {number} [port] */
	async #start(port) {
		this.server = await this.#real.n8n.startServer({ port });
		await this.client.signIn({ email: 'owner@talkover.example', password: 'Password1' });
	}
}

/**
 * @param {Webhook} webhook
 * @returns {Record<string, string>} the headers that Talkover sends along to it
 */
function headersOf({ custom_headers: headers = [] }) {
	return Object.fromEntries(headers.map(({ key, value }) => [key, value]));
}

module.exports = { ENDED, headersOf, SECRET, SECRET_FORM, TriggerStage };
