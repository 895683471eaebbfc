import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { environmentOf } from './environment.cts';
import { ensureN8n } from './install.cts';
import type { InstalledN8n } from './install.cts';
import { npm } from './npm.cts';
import { freePorts } from './ports.cts';
import { run, start, tail } from './processes.cts';
import type { RunningProcess } from './processes.cts';
import { RestClient } from './restClient.cts';
import { parseRunResult } from './runResult.cts';
import type { RunResult } from './runResult.cts';
import { untilReady } from './untilReady.cts';
import { newest, releases } from './versions.cts';

export interface InstanceOptions {
	/** The version of n8n; default: the newest. */
	version?: string;
	/** A packed community package to install. */
	tarball?: string;
	/** The user folder of a stopped n8n of the same version, which is copied. */
	template?: string;
	/** n8n's user folder, which is kept; default: a temporary one, which `remove` deletes. */
	folder?: string;
	/** Added to n8n's environment, which inherits nothing. */
	env?: NodeJS.ProcessEnv;
	/** Called with the progress of slow steps. */
	onProgress?: (message: string) => void;
	/** Stops all running steps. */
	signal?: AbortSignal;
}

export interface Credential {
	id: string;
	name: string;
	type: string;
	/** Not encrypted. */
	data: Record<string, unknown>;
}

/** A node as n8n exports it. */
export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position?: number[];
	parameters: Record<string, unknown>;
	credentials?: object;
	webhookId?: string;
}

/** A workflow as n8n exports it. */
export interface Workflow {
	id?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: object;
	settings?: object;
}

export interface RunningN8n {
	/** Where it listens, unless it is a worker. */
	url: string;
	/** What it has printed until now. */
	log: () => string;
	/** Resolves when the process has ended, by `stop` or otherwise. */
	ended: Promise<unknown>;
	stop: () => Promise<void>;
	/** Ends it immediately, like a crash. */
	kill: () => Promise<void>;
}

/** An n8n with the editor at its URL. */
export interface RunningServer extends RunningN8n {
	/** Not signed in yet. */
	client: RestClient;
}

/** What each kind of process prints when it is ready. */
const READY = {
	// n8n 1.x registers the webhooks of active workflows again when it starts, and prints this afterwards.
	start: 'Editor is now accessible via',
	// Only in queue mode.
	worker: 'n8n worker is now ready',
	webhook: 'Webhook listener waiting for requests',
};

/** For a community package without dependencies, since n8n has its peer dependency. docs/deployment.md tells users the same. */
export const INSTALL_FLAGS = ['--ignore-scripts', '--legacy-peer-deps'];

/** A real n8n with its own user folder. */
export class Instance {
	readonly #env;
	readonly #signal;
	readonly #isKept;
	readonly #running = new Set<RunningProcess>();

	/** @param folder n8n's user folder */
	constructor(
		readonly n8n: InstalledN8n,
		readonly folder: string,
		{ folder: given, env = {}, signal }: Pick<InstanceOptions, 'folder' | 'env' | 'signal'>,
	) {
		this.#isKept = given !== undefined;
		this.#env = env;
		this.#signal = signal;
	}

	get version() {
		return this.n8n.version;
	}

	get #packages() {
		return path.join(this.folder, '.n8n', 'nodes');
	}

	/**
	 * Installs a community package where n8n keeps them. n8n itself can install packages only from npm.
	 *
	 * @param tarball of a package without dependencies
	 */
	async installPackage(tarball: string) {
		const cwd = this.#packages;
		await mkdir(cwd, { recursive: true });
		await writeFile(path.join(cwd, 'package.json'), JSON.stringify({ private: true }));
		const flags = [...INSTALL_FLAGS, '--offline', '--no-package-lock'];
		await npm(['install', ...flags, path.resolve(tarball)], { cwd, signal: this.#signal });
	}

	/** @returns where n8n loads an installed community package from */
	packageFolder(name: string): string {
		return path.join(this.#packages, 'node_modules', name);
	}

	/** Adds credentials, or replaces those with the same ID. */
	async importCredentials(credentials: Credential[]) {
		await this.#import('credentials', credentials);
	}

	/**
	 * Adds inactive workflows, or replaces those with the same ID.
	 *
	 * @returns their IDs; a workflow without one gets an ID from its name
	 */
	async importWorkflows(workflows: Workflow[]): Promise<string[]> {
		const complete = workflows.map((workflow) => ({
			id: createHash('sha256').update(workflow.name).digest('hex').slice(0, 16),
			settings: { executionOrder: 'v1' },
			...workflow,
			active: false,
		}));
		await this.#import('workflow', complete);
		return complete.map(({ id }) => id);
	}

	/**
	 * @param workflow see `importWorkflows`
	 * @returns its ID
	 */
	async importWorkflow(workflow: Workflow): Promise<string> {
		const [id] = await this.importWorkflows([workflow]);
		return id;
	}

	/**
	 * Runs a workflow from its manual trigger, without a server.
	 *
	 * @returns the result, also if the workflow failed
	 * @throws Error with the end of n8n's output if the workflow could not be run
	 */
	async execute(workflowId: string): Promise<RunResult> {
		const args = ['execute', `--id=${workflowId}`, '--rawOutput'];
		// A workflow that fails also has a result.
		return parseRunResult(await this.#command(args, { mayFail: true }));
	}

	/**
	 * @param options default: a free port
	 * @returns when the editor is ready and workflows are active
	 * @throws Error with the end of n8n's log if it ended or was not ready in time
	 */
	async startServer(options?: { port?: number }): Promise<RunningServer> {
		const server = await this.startProcess('start', options);
		return { ...server, client: new RestClient(server.url) };
	}

	/**
	 * @param command of n8n: its server, or a process that queue mode has in addition
	 * @param options default: a free port
	 * @returns when it is ready
	 * @throws Error with the end of n8n's log if it ended or was not ready in time
	 */
	async startProcess(
		command: keyof typeof READY,
		{ port: given }: { port?: number } = {},
	): Promise<RunningN8n> {
		const [freePort, brokerPort] = await freePorts(2);
		const port = given ?? freePort;
		const url = `http://127.0.0.1:${port}`;
		const { nodeBin, n8nBin } = this.n8n;
		const running = start(nodeBin, [n8nBin, command], {
			cwd: this.folder,
			env: this.#environment(port, brokerPort),
		});
		this.#running.add(running);
		void running.ended.then(() => this.#running.delete(running));
		await untilReady(running, {
			name: `n8n ${command}`,
			prints: READY[command],
			answers: command === 'start' ? async () => await hasEditor(url) : undefined,
			signal: this.#signal,
		});
		return {
			url,
			log: running.output,
			ended: running.ended,
			stop: async () => void (await running.stop()),
			kill: async () => void (await running.kill()),
		};
	}

	/** Stops its processes, and deletes the folder unless it was given. */
	async remove() {
		await Promise.all([...this.#running].map((running) => running.stop()));
		if (!this.#isKept) await rm(this.folder, { recursive: true, force: true });
	}

	async #import(kind: 'credentials' | 'workflow', records: object[]) {
		const file = path.join(this.folder, `import-${kind}.json`);
		await writeFile(file, JSON.stringify(records), { mode: 0o600 });
		try {
			const output = await this.#command([`import:${kind}`, `--input=${file}`]);
			// n8n exits with 0 even if the import fails.
			if (!output.includes('Successfully imported')) throw new Error(tail(output));
		} finally {
			await rm(file);
		}
	}

	async #command(args: string[], options?: { mayFail?: boolean }) {
		const [port, brokerPort] = await freePorts(2);
		const { nodeBin, n8nBin } = this.n8n;
		return await run(nodeBin, [n8nBin, ...args], {
			cwd: this.folder,
			env: this.#environment(port, brokerPort),
			signal: this.#signal,
			...options,
		});
	}

	#environment(port: number, brokerPort: number) {
		const { nodeBin, version } = this.n8n;
		return {
			...environmentOf({ userFolder: this.folder, nodeBin, port, brokerPort }),
			...releases[version].env,
			...this.#env,
		};
	}
}

/** @returns whether the editor's API answers; /healthz answers much earlier */
async function hasEditor(url: string): Promise<boolean> {
	try {
		const response = await fetch(`${url}/rest/settings`);
		const { data } = (await response.json()) as { data: { userManagement?: object } };
		return Boolean(data.userManagement);
	} catch {
		return false;
	}
}

/**
 * Creates a real n8n, and installs its version if necessary.
 *
 * @returns call `remove` after use
 * @throws Error if an installation fails
 */
export async function createInstance({
	version = newest,
	tarball,
	template,
	onProgress,
	...options
}: InstanceOptions = {}): Promise<Instance> {
	const n8n = await ensureN8n(version, { onProgress, signal: options.signal });
	if (options.folder) await mkdir(options.folder, { recursive: true });
	const folder = options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-')));
	const instance = new Instance(n8n, folder, options);
	try {
		if (template) await cp(template, folder, { recursive: true });
		if (tarball) await instance.installPackage(tarball);
	} catch (error) {
		await instance.remove();
		throw error;
	}
	return instance;
}
