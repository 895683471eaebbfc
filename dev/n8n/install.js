const { mkdir, readdir, rename, rm, stat, writeFile } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { adviceFor } = require('./installAdvice');
const { withLock } = require('./lock');
const { nodePackageFor } = require('./nodePackage');
const { npm } = require('./npm');
const { isAlive, pathWith, run } = require('./processes');
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
 * @property {(message: string) => void} [onProgress] called every second or two with how far it is
 * @property {AbortSignal} [signal] stops the installation and removes its files
 */

const PROGRESS_MS = 2_000;
/** Written last, so that it shows that the installation is complete. */
const READY = 'ready.json';

/** Where n8n is installed for all clones of the project. */
function cacheFolder() {
	return path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'n8n-nodes-talkover',
	);
}

/** @param {string} version */
const folderOf = (version) => path.join(cacheFolder(), `n8n-${version}`);

/**
 * @param {string} version
 * @returns {Promise<boolean>} whether `ensureN8n` has nothing to do
 */
const isInstalled = (version) => isReady(folderOf(version));

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
	const folder = folderOf(version);
	const installed = {
		version,
		folder,
		n8nBin: path.join(folder, 'node_modules/n8n/bin/n8n'),
		nodeBin: nodeBinIn(folder, nodePackage),
	};
	if (await isReady(folder)) return installed;

	await mkdir(cacheFolder(), { recursive: true });
	const onWait = () => onProgress('another process is installing it');
	await withLock(folder, { onWait, signal }, async () => {
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
	const { node, overrides, packages } = releases[version];
	const temporary = temporaryFolder(folder);
	const dependencies = { n8n: version, ...(nodePackage && { [nodePackage]: String(node) }) };
	try {
		// Another process may have had our process ID, in a container.
		await rm(temporary, { recursive: true, force: true });
		await mkdir(temporary);
		await writeFile(
			path.join(temporary, 'package.json'),
			JSON.stringify({ private: true, dependencies, overrides }),
		);
		// Without a network, npm would retry for minutes before it says so. Its own cache could hide that there is none.
		const cache = path.join(temporary, 'empty-cache');
		const once = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', `--cache=${cache}`];
		await npm(['view', `n8n@${version}`, 'version', ...once], { cwd: temporary, signal });
		await rm(cache, { recursive: true, force: true });
		const stopReports = reportDownload(temporary, packages, onProgress);
		// Some install scripts fail, and n8n needs only that of sqlite3.
		await npm(['install', '--ignore-scripts'], { cwd: temporary, signal }).finally(stopReports);
		onProgress('part 3 of 3: the database driver');
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
	} catch (error) {
		signal?.throwIfAborted();
		const { message } = /** @type {Error} */ (error);
		throw new Error(
			`${`n8n ${version} could not be installed. ${adviceFor(message)}`.trimEnd()}\n${message}`,
			{ cause: error },
		);
	} finally {
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
 * Reports the progress by the packages on disk, because npm prints nothing while it installs.
 *
 * @param {string} folder
 * @param {number} expected the packages of the complete installation
 * @param {(message: string) => void} onProgress
 * @returns {() => void} ends the reports
 */
function reportDownload(folder, expected, onProgress) {
	const report = async () => {
		const count = await countPackages(path.join(folder, 'node_modules'));
		if (isOver) return;
		onProgress(
			count === 0
				? 'part 1 of 3: choosing package versions'
				: `part 2 of 3: ${Math.min(count, expected)} of ${expected} packages`,
		);
	};
	let isOver = false;
	const timer = setInterval(report, PROGRESS_MS);
	void report();
	return () => {
		isOver = true;
		clearInterval(timer);
	};
}

/**
 * @param {string} folder a `node_modules`
 * @returns {Promise<number>} its packages that have their files: npm creates all folders first, and then fills them
 */
async function countPackages(folder) {
	/** @param {string} parent */
	const namesIn = (parent) => readdir(parent).catch(() => /** @type {string[]} */ ([]));
	const folders = (await namesIn(folder)).map((name) => path.join(folder, name));
	const counts = folders.map(async (child) => {
		const names = await namesIn(child);
		if (!path.basename(child).startsWith('@')) return Number(names.includes('package.json'));
		const members = await Promise.all(names.map((name) => namesIn(path.join(child, name))));
		return members.filter((files) => files.includes('package.json')).length;
	});
	return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

module.exports = { ensureN8n, cacheFolder, isInstalled };
