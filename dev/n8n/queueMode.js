const { randomUUID } = require('node:crypto');
const { CleanUp } = require('../cleanUp');
const { createInstance } = require('./instance');
const { freePorts } = require('./ports');
const { queueEnvironment } = require('./queueEnvironment');
const { startPostgres } = require('./services/postgres');
const { startRedis } = require('./services/redis');

/** @typedef {import('./instance').Instance} Instance */
/** @typedef {import('./instance').RunningN8n} RunningN8n */
/**
 * @typedef {object} QueueModeOptions
 * @property {string} [version] of n8n; default: the newest
 * @property {string} [tarball] a packed community package to install for each process
 * @property {NodeJS.ProcessEnv} [env] added to the environment of each process
 */
/**
 * @typedef {object} QueueProcesses
 * @property {string} webhookUrl of the webhook processor
 * @property {RunningN8n[]} workers those that run; a test that kills one takes it out
 * @property {() => Promise<void>} startWorker adds a new worker
 */
/** @typedef {import('./instance').RunningServer & QueueProcesses} QueueServer its URL, client and end are those of the main process */

const WORKERS = 2;

/**
 * A real n8n in queue mode: PostgreSQL, Redis, a main process, workers and a webhook processor. Each process has its own user folder,
 * as if it ran on its own machine.
 */
class QueueMode {
	/** @type {CleanUp} */
	#cleanUp;
	/** @type {() => Promise<Instance>} */
	#createWorker;

	/**
	 * @param {object} parts
	 * @param {Instance} parts.main
	 * @param {Instance} parts.webhook
	 * @param {Instance[]} parts.workers
	 * @param {number} parts.webhookPort
	 * @param {() => Promise<Instance>} parts.createWorker
	 * @param {CleanUp} parts.cleanUp
	 */
	constructor({ main, webhook, workers, webhookPort, createWorker, cleanUp }) {
		this.main = main;
		this.webhook = webhook;
		this.workers = workers;
		this.webhookPort = webhookPort;
		this.#createWorker = createWorker;
		this.#cleanUp = cleanUp;
	}

	/**
	 * Adds credentials, or replaces those with the same ID.
	 *
	 * @param {import('./instance').Credential[]} credentials
	 */
	async importCredentials(credentials) {
		await this.main.importCredentials(credentials);
	}

	/**
	 * Starts all processes of n8n.
	 *
	 * @param {{ port?: number }} [options] of the main process; default: a free port
	 * @returns {Promise<QueueServer>} resolves when all are ready, and workflows are active
	 * @throws {Error} with the end of the log of a process that was not ready in time
	 */
	async startServer({ port } = {}) {
		// Before the others, because it prepares the database.
		const main = await this.main.startServer({ port });
		/** @type {RunningN8n[]} */
		const workers = [];
		const startWorker = async (/** @type {Instance} */ instance) =>
			void workers.push(await instance.startProcess('worker'));
		const [webhook] = await Promise.all([
			this.webhook.startProcess('webhook', { port: this.webhookPort }),
			...this.workers.map(startWorker),
		]);
		const all = () => [main, webhook, ...workers];
		return {
			...main,
			webhookUrl: webhook.url,
			workers,
			startWorker: async () => await startWorker(await this.#createWorker()),
			log: () =>
				all()
					.map((process) => process.log())
					.join('\n'),
			stop: async () => void (await Promise.all(all().map((process) => process.stop()))),
			kill: async () => void (await Promise.all(all().map((process) => process.kill()))),
		};
	}

	/** Stops everything, and deletes all folders. */
	async remove() {
		await this.#cleanUp.run();
	}
}

/**
 * Starts PostgreSQL and Redis, and creates an n8n for each process, which `startServer` starts.
 *
 * @param {QueueModeOptions} [options]
 * @returns {Promise<QueueMode>} call `remove` after use
 * @throws {Error} if PostgreSQL or Redis is not installed, or an installation fails
 */
async function createQueueMode({ version, tarball, env } = {}) {
	const cleanUp = new CleanUp();
	try {
		const postgres = await startPostgres();
		cleanUp.add(postgres.stop);
		const redis = await startRedis();
		cleanUp.add(redis.stop);

		const [webhookPort] = await freePorts(1);
		const webhookUrl = `http://127.0.0.1:${webhookPort}/`;
		const encryptionKey = randomUUID();
		const variables = queueEnvironment({ postgres, redis, encryptionKey, webhookUrl });
		/** @param {Record<string, string>} [more] */
		const create = async (more) => {
			const all = { ...variables.every, ...more, ...env };
			const instance = await createInstance({ version, tarball, env: all });
			cleanUp.add(() => instance.remove());
			return instance;
		};
		const main = await create(variables.main);
		const webhook = await create();
		const workers = [];
		while (workers.length < WORKERS) workers.push(await create());
		return new QueueMode({ main, webhook, workers, webhookPort, createWorker: create, cleanUp });
	} catch (error) {
		await cleanUp.run();
		throw error;
	}
}

module.exports = { createQueueMode, QueueMode };
