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
 * @property {string} nodeBin the Node.js that it runs on
 */
/**
 * @typedef {object} InstallOptions
 * @property {(message: string) => void} [onProgress] called about every ten seconds with the progress
 * @property {AbortSignal} [signal] stops the installation and removes its files
 */

const PROGRESS_MS = 10_000;
/** Written last, so that it shows that the installation is complete. */
const READY = 'ready.json';

/** Where n8n is installed for all clones of the project. */
function cacheFolder() {
	return path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'n8n-nodes-talkover',
	);
}

/**
 * Installs an n8n from npm, once per user. The installation takes minutes, and 3 GB of disk.
 *
 * @param {string} version one of those in versions.js
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
	throw new Error(`n8n ${version} is not one of ${Object.keys(releases).join(', ')}`);
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
const temporaryFolder = (folder) => `${folder}.installing-${process.pid}`;

/**
 * Removes incomplete installations whose process has ended.
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
 * Installs into a temporary folder and renames it at the end, so that an incomplete installation is never used.
 *
 * @param {string} version
 * @param {string} folder
 * @param {string | undefined} nodePackage
 * @param {Required<Pick<InstallOptions, 'onProgress'>> & InstallOptions} options
 */
async function install(version, folder, nodePackage, { onProgress, signal }) {
	const { node, overrides } = releases[version];
	const temporary = temporaryFolder(folder);
	const dependencies = { n8n: version, ...(nodePackage && { [nodePackage]: String(node) }) };
	onProgress(
		`Installing n8n ${version} into ${folder}: about three minutes and 3 GB, once for all clones`,
	);
	const stopReports = reportProgress(version, temporary, onProgress);
	try {
		await mkdir(temporary);
		await writeFile(
			path.join(temporary, 'package.json'),
			JSON.stringify({ private: true, dependencies, overrides }),
		);
		// Some install scripts fail, and n8n needs only that of sqlite3.
		await npm(['install', '--ignore-scripts'], { cwd: temporary, signal });
		const nodeBin = nodeBinIn(temporary, nodePackage);
		await npm(['rebuild', 'sqlite3', '--ignore-scripts=false'], {
			cwd: temporary,
			env: {
				PATH: pathWith(path.dirname(nodeBin)),
				// Otherwise the headers are downloaded from nodejs.org.
				npm_config_nodedir: path.dirname(path.dirname(nodeBin)),
			},
			signal,
		});
		await checkDatabase(temporary, nodeBin, signal);
		await writeFile(path.join(temporary, READY), JSON.stringify({ dependencies, overrides }));
		await replace(folder, temporary);
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
		await rm(temporary, { recursive: true, force: true });
	}
}

/**
 * @param {string} folder
 * @param {string} nodeBin
 * @param {AbortSignal} [signal]
 * @throws {Error} if its Node.js cannot open a database; n8n's own error would come much later and be less clear
 */
async function checkDatabase(folder, nodeBin, signal) {
	const program = `new (require('sqlite3').Database)(':memory:', (error) => { if (error) throw error; })`;
	await run(nodeBin, ['-e', program], { cwd: folder, env: { PATH: process.env.PATH }, signal });
}

/**
 * @param {string} folder
 * @param {string} by
 */
async function replace(folder, by) {
	// Another process may have installed it, too (see withLock), and may already run it.
	if (await isReady(folder)) return;
	await rm(folder, { recursive: true, force: true });
	await rename(by, folder);
}

/**
 * Reports the progress by the folders on disk, because npm prints nothing while it installs.
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
			? `${packages.length} package folders so far`
			: 'npm is resolving the packages';
		onProgress(`Installing n8n ${version}: ${seconds} s, ${step}`);
	}, PROGRESS_MS);
	return () => clearInterval(timer);
}

/**
 * @template A
 * @param {number} ms
 * @param {(argument: A) => void} action
 * @returns {(argument: A) => void} runs the action, unless it ran less than `ms` ago
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
