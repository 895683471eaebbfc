const { createHash } = require('node:crypto');
const { mkdir, mkdtemp, rm, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { environmentOf } = require('./environment');
const { ensureN8n } = require('./install');
const { npm } = require('./npm');
const { freePorts } = require('./ports');
const { run, start, tail } = require('./processes');
const { RestClient } = require('./restClient');
const { parseRunResult } = require('./runResult');
const { untilReady } = require('./untilReady');
const { newest, releases } = require('./versions');

/**
 * @typedef {object} InstanceOptions
 * @property {string} [version] of n8n; default: the newest
 * @property {string} [tarball] a packed community package to install
 * @property {string} [folder] n8n's user folder, which is kept; default: a temporary one, which `remove` deletes
 * @property {NodeJS.ProcessEnv} [env] added to n8n's environment, which inherits nothing
 * @property {(message: string) => void} [onProgress] called with the progress of slow steps
 * @property {AbortSignal} [signal] stops all running steps
 */
/**
 * @typedef {object} Credential
 * @property {string} id
 * @property {string} name
 * @property {string} type
 * @property {Record<string, unknown>} data not encrypted
 */
/** @typedef {{ id?: string, name: string, nodes: any[], connections: object, settings?: object }} Workflow as n8n exports it */
/**
 * @typedef {object} RunningN8n
 * @property {string} url where it listens, unless it is a worker
 * @property {() => string} log until now
 * @property {Promise<unknown>} ended resolves when the process has ended, by `stop` or otherwise
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill ends it immediately, like a crash
 */
/** @typedef {RunningN8n & { client: RestClient }} RunningServer with the editor at its URL; the client is not signed in yet */

/** What each kind of process prints when it is ready. */
const READY = {
	// n8n 1.x registers the webhooks of active workflows again when it starts, and prints this afterwards.
	start: 'Editor is now accessible via',
	// Only in queue mode.
	worker: 'n8n worker is now ready',
	webhook: 'Webhook listener waiting for requests',
};

/** For a community package without dependencies, since n8n has its peer dependency. docs/deployment.md tells users the same. */
const INSTALL_FLAGS = ['--ignore-scripts', '--legacy-peer-deps'];

/** A real n8n with its own user folder. */
class Instance {
	#env;
	#signal;
	#isKept;
	/** @type {Set<import('./processes').RunningProcess>} */
	#running = new Set();

	/**
	 * @param {import('./install').InstalledN8n} n8n
	 * @param {string} folder
	 * @param {Pick<InstanceOptions, 'folder' | 'env' | 'signal'>} options
	 */
	constructor(n8n, folder, { folder: given, env = {}, signal }) {
		this.n8n = n8n;
		/** n8n's user folder. */
		this.folder = folder;
		this.#isKept = given !== undefined;
		this.#env = env;
		this.#signal = signal;
	}

	get version() {
		return this.n8n.version;
	}

	/**
	 * Installs a community package where n8n keeps them. n8n itself can install packages only from npm.
	 *
	 * @param {string} tarball of a package without dependencies
	 */
	async installPackage(tarball) {
		const cwd = path.join(this.folder, '.n8n', 'nodes');
		await mkdir(cwd, { recursive: true });
		await writeFile(path.join(cwd, 'package.json'), JSON.stringify({ private: true }));
		const flags = [...INSTALL_FLAGS, '--offline', '--no-package-lock'];
		await npm(['install', ...flags, path.resolve(tarball)], { cwd, signal: this.#signal });
	}

	/**
	 * Adds credentials, or replaces those with the same ID.
	 *
	 * @param {Credential[]} credentials
	 */
	async importCredentials(credentials) {
		await this.#import('credentials', credentials);
	}

	/**
	 * Adds inactive workflows, or replaces those with the same ID.
	 *
	 * @param {Workflow[]} workflows
	 * @returns {Promise<string[]>} their IDs; a workflow without one gets an ID from its name
	 */
	async importWorkflows(workflows) {
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
	 * @param {Workflow} workflow see `importWorkflows`
	 * @returns {Promise<string>} its ID
	 */
	async importWorkflow(workflow) {
		const [id] = await this.importWorkflows([workflow]);
		return id;
	}

	/**
	 * Runs a workflow from its manual trigger, without a server.
	 *
	 * @param {string} workflowId
	 * @returns {Promise<import('./runResult').RunResult>} also if the workflow failed
	 * @throws {Error} with the end of n8n's output if the workflow could not be run
	 */
	async execute(workflowId) {
		const args = ['execute', `--id=${workflowId}`, '--rawOutput'];
		// A workflow that fails also has a result.
		return parseRunResult(await this.#command(args, { mayFail: true }));
	}

	/**
	 * @param {{ port?: number }} [options] default: a free port
	 * @returns {Promise<RunningServer>} resolves when the editor is ready and workflows are active
	 * @throws {Error} with the end of n8n's log if it ended or was not ready in time
	 */
	async startServer(options) {
		const server = await this.startProcess('start', options);
		return { ...server, client: new RestClient(server.url) };
	}

	/**
	 * @param {keyof typeof READY} command of n8n: its server, or a process that queue mode has in addition
	 * @param {{ port?: number }} [options] default: a free port
	 * @returns {Promise<RunningN8n>} resolves when it is ready
	 * @throws {Error} with the end of n8n's log if it ended or was not ready in time
	 */
	async startProcess(command, { port: given } = {}) {
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

	/**
	 * @param {'credentials' | 'workflow'} kind
	 * @param {object[]} records
	 */
	async #import(kind, records) {
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

	/**
	 * @param {string[]} args
	 * @param {{ mayFail?: boolean }} [options]
	 */
	async #command(args, options) {
		const [port, brokerPort] = await freePorts(2);
		const { nodeBin, n8nBin } = this.n8n;
		return await run(nodeBin, [n8nBin, ...args], {
			cwd: this.folder,
			env: this.#environment(port, brokerPort),
			signal: this.#signal,
			...options,
		});
	}

	/**
	 * @param {number} port
	 * @param {number} brokerPort
	 */
	#environment(port, brokerPort) {
		const { nodeBin, version } = this.n8n;
		return {
			...environmentOf({ userFolder: this.folder, nodeBin, port, brokerPort }),
			...releases[version].env,
			...this.#env,
		};
	}
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether the editor's API answers; /healthz answers much earlier
 */
async function hasEditor(url) {
	try {
		const response = await fetch(`${url}/rest/settings`);
		const { data } = /** @type {any} */ (await response.json());
		return Boolean(data.userManagement);
	} catch {
		return false;
	}
}

/**
 * Creates a real n8n, and installs its version if necessary.
 *
 * @param {InstanceOptions} [options]
 * @returns {Promise<Instance>} call `remove` after use
 * @throws {Error} if an installation fails
 */
async function createInstance({ version = newest, tarball, onProgress, ...options } = {}) {
	const n8n = await ensureN8n(version, { onProgress, signal: options.signal });
	if (options.folder) await mkdir(options.folder, { recursive: true });
	const folder = options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-')));
	const instance = new Instance(n8n, folder, options);
	try {
		if (tarball) await instance.installPackage(tarball);
	} catch (error) {
		await instance.remove();
		throw error;
	}
	return instance;
}

module.exports = { createInstance, Instance, INSTALL_FLAGS };
