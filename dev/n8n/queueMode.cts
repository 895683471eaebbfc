import { randomUUID } from 'node:crypto';
import { CleanUp } from '../cleanUp.cts';
import { createInstance } from './instance.cts';
import type { Credential, Instance, RunningN8n, RunningServer } from './instance.cts';
import { freePorts } from './ports.cts';
import { queueEnvironment } from './queueEnvironment.cts';
import { startPostgres } from './services/postgres.cts';
import { startRedis } from './services/redis.cts';

export interface QueueModeOptions {
	/** The version of n8n; default: the newest. */
	version?: string;
	/** A packed community package to install for each process. */
	tarball?: string;
	/** Added to the environment of each process. */
	env?: NodeJS.ProcessEnv;
}

/** Its URL, client and end are those of the main process. */
export interface QueueServer extends RunningServer {
	/** The address of the webhook processor. */
	webhookUrl: string;
	/** Those that run; a test that kills one takes it out. */
	workers: RunningN8n[];
	/** Starts one more. */
	startWorker: () => Promise<void>;
}

interface Parts {
	main: Instance;
	webhook: Instance;
	workers: Instance[];
	webhookPort: number;
	createWorker: () => Promise<Instance>;
	cleanUp: CleanUp;
}

const WORKERS = 2;

/**
 * A real n8n in queue mode: PostgreSQL, Redis, a main process, workers and a webhook processor. Each process has its own user folder,
 * as if it ran on its own machine.
 */
export class QueueMode {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Adds credentials, or replaces those with the same ID. */
	async importCredentials(credentials: Credential[]) {
		await this.#parts.main.importCredentials(credentials);
	}

	/**
	 * Starts all processes of n8n.
	 *
	 * @param options of the main process; default: a free port
	 * @returns when all are ready, and workflows are active
	 * @throws Error with the end of the log of a process that was not ready in time
	 */
	async startServer({ port }: { port?: number } = {}): Promise<QueueServer> {
		// Before the others, because it prepares the database.
		const main = await this.#parts.main.startServer({ port });
		const workers: RunningN8n[] = [];
		const startWorker = async (instance: Instance) =>
			void workers.push(await instance.startProcess('worker'));
		const [webhook] = await Promise.all([
			this.#parts.webhook.startProcess('webhook', { port: this.#parts.webhookPort }),
			...this.#parts.workers.map(startWorker),
		]);
		const all = () => [main, webhook, ...workers];
		return {
			...main,
			webhookUrl: webhook.url,
			workers,
			startWorker: async () => await startWorker(await this.#parts.createWorker()),
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
		await this.#parts.cleanUp.run();
	}
}

/**
 * Starts PostgreSQL and Redis, and creates an n8n for each process, which `startServer` starts.
 *
 * @returns call `remove` after use
 * @throws Error if PostgreSQL or Redis is not installed, or an installation fails
 */
export async function createQueueMode({
	version,
	tarball,
	env,
}: QueueModeOptions = {}): Promise<QueueMode> {
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
		const create = async (more?: Record<string, string>) => {
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
