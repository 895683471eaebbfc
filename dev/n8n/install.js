const { mkdir, readdir, rename, rm, stat, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { isAlive, withLock } = require('./lock');
const { nodePackageFor } = require('./nodePackage');
const { npm } = require('./npm');
const { pathWith, run } = require('./processes');
const { releases } = require('./versions');

/**
 * @typedef {object} InstalledN8n
 * @property {string} version
 * @property {string} folder
 * @property {string} n8nBin n8n's start script
 * @property {string} nodeBin the Node that it runs on
 */
/**
 * @typedef {object} InstallOptions
 * @property {(message: string) => void} [onProgress] is told every ten seconds or so what goes on
 * @property {AbortSignal} [signal] stops the installation and removes what there is of it
 */

const PROGRESS_MS = 10_000;
/** Written last. */
const READY = 'ready.json';

/** Where n8n is installed for all clones of the project. */
function cacheFolder() {
	return path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'n8n-nodes-talkover',
	);
}

/**
 * Installs an n8n from npm, once a user: takes minutes, and 3 GB of disk, the first time.
 *
 * @param {string} version one of versions.js
 * @param {InstallOptions} [options]
 * @returns {Promise<InstalledN8n>}
 * @throws {Error} with the end of npm's output
 */
async function ensureN8n(version, { onProgress = () => {}, signal } = {}) {
	const { node } = releases[version] ?? unknown(version);
	const nodePackage = nodePackageFor(node);
	const folder = path.join(cacheFolder(), `n8n-${version}`);
	const installed = {
		version,
		folder,
		n8nBin: path.join(folder, 'node_modules/n8n/bin/n8n'),
		nodeBin: nodeBinIn(folder, nodePackage),
	};
	if (await isReady(folder)) return installed;

	await mkdir(cacheFolder(), { recursive: true });
	const lock = `${folder}.lock`;
	const onWait = everyFew(PROGRESS_MS, (/** @type {number} */ pid) =>
		onProgress(`Waiting for process ${pid}, which is installing n8n ${version} (${lock})`),
	);
	await withLock(lock, { onWait, signal }, async () => {
		if (await isReady(folder)) return;
		await removeAbandoned(folder);
		await install(version, folder, nodePackage, { onProgress, signal });
	});
	return installed;
}

/**
 * @param {string} version
 * @returns {never}
 */
function unknown(version) {
	throw new Error(`n8n ${version} is none of ${Object.keys(releases).join(', ')}`);
}

/**
 * @param {string} folder
 * @param {string | undefined} nodePackage
 */
function nodeBinIn(folder, nodePackage) {
	return nodePackage
		? path.join(folder, 'node_modules', nodePackage, 'bin/node')
		: process.execPath;
}

/** @param {string} folder */
async function isReady(folder) {
	return Boolean(await stat(path.join(folder, READY)).catch(() => undefined));
}

/** @param {string} folder */
const besides = (folder) => `${folder}.installing-${process.pid}`;

/**
 * Removes half installations whose process is gone.
 *
 * @param {string} folder
 */
async function removeAbandoned(folder) {
	for (const name of await readdir(path.dirname(folder))) {
		const [base, pid] = name.split('.installing-');
		if (pid && base === path.basename(folder) && !isAlive(Number(pid))) {
			await rm(path.join(path.dirname(folder), name), { recursive: true, force: true });
		}
	}
}

/**
 * Installs beside the folder and moves there at the end, so that no half installation is ever taken for a whole one.
 *
 * @param {string} version
 * @param {string} folder
 * @param {string | undefined} nodePackage
 * @param {Required<Pick<InstallOptions, 'onProgress'>> & InstallOptions} options
 */
async function install(version, folder, nodePackage, { onProgress, signal }) {
	const { node, overrides } = releases[version];
	const beside = besides(folder);
	const dependencies = { n8n: version, ...(nodePackage && { [nodePackage]: String(node) }) };
	onProgress(
		`Installing n8n ${version} into ${folder}: about three minutes and 3 GB, once for all clones`,
	);
	const stopReports = reportProgress(version, beside, onProgress);
	try {
		await mkdir(beside);
		await writeFile(
			path.join(beside, 'package.json'),
			JSON.stringify({ private: true, dependencies, overrides }),
		);
		// The install scripts of some packages fail to build, and n8n runs without all of them but sqlite3's.
		await npm(['install', '--ignore-scripts'], { cwd: beside, signal });
		const nodeBin = nodeBinIn(beside, nodePackage);
		await npm(['rebuild', 'sqlite3', '--ignore-scripts=false'], {
			cwd: beside,
			env: {
				PATH: pathWith(path.dirname(nodeBin)),
				// Headers are fetched from nodejs.org otherwise.
				npm_config_nodedir: path.dirname(path.dirname(nodeBin)),
			},
			signal,
		});
		await prove(beside, nodeBin, signal);
		await writeFile(path.join(beside, READY), JSON.stringify({ dependencies, overrides }));
		await replace(folder, beside);
		onProgress(`n8n ${version} is installed`);
	} catch (error) {
		signal?.throwIfAborted();
		throw new Error(
			`n8n ${version} could not be installed. ${/** @type {Error} */ (error).message}`,
			{
				cause: error,
			},
		);
	} finally {
		stopReports();
		await rm(beside, { recursive: true, force: true });
	}
}

/**
 * @param {string} folder
 * @param {string} nodeBin
 * @param {AbortSignal} [signal]
 * @throws {Error} if its Node cannot open a database, which n8n would say much later and in other words
 */
async function prove(folder, nodeBin, signal) {
	const program = `new (require('sqlite3').Database)(':memory:', (error) => { if (error) throw error; })`;
	await run(nodeBin, ['-e', program], { cwd: folder, env: { PATH: process.env.PATH }, signal });
}

/**
 * @param {string} folder
 * @param {string} by
 */
async function replace(folder, by) {
	// Another process may have been as fast (see withLock), and its n8n may already run.
	if (await isReady(folder)) return;
	await rm(folder, { recursive: true, force: true });
	await rename(by, folder);
}

/**
 * npm prints nothing while it installs; what it has put on disk shows that it lives.
 *
 * @param {string} version
 * @param {string} folder
 * @param {(message: string) => void} onProgress
 * @returns {() => void} ends the reports
 */
function reportProgress(version, folder, onProgress) {
	const startedAt = Date.now();
	const timer = setInterval(async () => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		const packages = await readdir(path.join(folder, 'node_modules')).catch(() => []);
		const step = packages.length
			? `${packages.length} folders of packages so far`
			: 'npm is working out what is needed';
		onProgress(`Installing n8n ${version}: ${seconds} s, ${step}`);
	}, PROGRESS_MS);
	return () => clearInterval(timer);
}

/**
 * @template A
 * @param {number} ms
 * @param {(argument: A) => void} action
 * @returns {(argument: A) => void} does it unless it did so shortly before
 */
function everyFew(ms, action) {
	let last = -Infinity;
	return (argument) => {
		if (Date.now() - last < ms) return;
		last = Date.now();
		action(argument);
	};
}

module.exports = { ensureN8n, cacheFolder };
