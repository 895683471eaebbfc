import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { adviceFor } from './installAdvice.cts';
import { nodePackageFor } from './nodePackage.cts';
import { npm } from './npm.cts';
import { isAlive, pathWith, run } from './processes.cts';
import { releases } from './versions.cts';

export interface InstalledN8n {
	version: string;
	folder: string;
	/** n8n's start script. */
	n8nBin: string;
	/** The Node.js that it runs on. */
	nodeBin: string;
}

export interface InstallOptions {
	/** Called every second or two with how far it is. */
	onProgress?: (message: string) => void;
	/** Stops the installation and removes its files. */
	signal?: AbortSignal;
}

const PROGRESS_MS = 2_000;
/** Written last, so that it shows that the installation is complete. */
const READY = 'ready.json';

/** Where n8n is installed for all clones of the project. */
export function cacheFolder() {
	return path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'n8n-nodes-talkover',
	);
}

const folderOf = (version: string) => path.join(cacheFolder(), `n8n-${version}`);

/** @returns whether `ensureN8n` has nothing to do */
export const isInstalled = (version: string): Promise<boolean> => isReady(folderOf(version));

/**
 * Installs an n8n from npm, once per user. The installation takes minutes, and 3 GB of disk.
 *
 * @param version one of those in versions.cts
 * @throws Error with the end of npm's output
 */
export async function ensureN8n(
	version: string,
	{ onProgress = () => {}, signal }: InstallOptions = {},
): Promise<InstalledN8n> {
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
	await removeAbandoned(folder);
	await install(version, folder, nodePackage, { onProgress, signal });
	return installed;
}

function unknown(version: string): never {
	throw new Error(`n8n ${version} is not one of ${Object.keys(releases).join(', ')}`);
}

function nodeBinIn(folder: string, nodePackage: string | undefined) {
	return nodePackage
		? path.join(folder, 'node_modules', nodePackage, 'bin/node')
		: process.execPath;
}

async function isReady(folder: string) {
	return Boolean(await stat(path.join(folder, READY)).catch(() => undefined));
}

const temporaryFolder = (folder: string) => `${folder}.installing-${process.pid}`;

/** Removes incomplete installations whose process has ended. */
async function removeAbandoned(folder: string) {
	for (const name of await readdir(path.dirname(folder))) {
		const [base, pid] = name.split('.installing-');
		if (pid && base === path.basename(folder) && !isAlive(Number(pid))) {
			await rm(path.join(path.dirname(folder), name), { recursive: true, force: true });
		}
	}
}

/** Installs into a temporary folder and renames it at the end, so that an incomplete installation is never used. */
async function install(
	version: string,
	folder: string,
	nodePackage: string | undefined,
	{ onProgress, signal }: Required<Pick<InstallOptions, 'onProgress'>> & InstallOptions,
) {
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
		const { message } = error as Error;
		throw new Error(
			`${`n8n ${version} could not be installed. ${adviceFor(message)}`.trimEnd()}\n${message}`,
			{ cause: error },
		);
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

/** @throws Error if its Node.js cannot open a database; n8n's own error would come much later and be less clear */
async function checkDatabase(folder: string, nodeBin: string, signal?: AbortSignal) {
	const program = `new (require('sqlite3').Database)(':memory:', (error) => { if (error) throw error; })`;
	await run(nodeBin, ['-e', program], { cwd: folder, env: { PATH: process.env.PATH }, signal });
}

async function replace(folder: string, by: string) {
	// Another process may have installed it at the same time, and may already run it.
	if (await isReady(folder)) return;
	await rm(folder, { recursive: true, force: true });
	await rename(by, folder);
}

/**
 * Reports the progress by the packages on disk, because npm prints nothing while it installs.
 *
 * @param expected the packages of the complete installation
 * @returns ends the reports
 */
function reportDownload(
	folder: string,
	expected: number,
	onProgress: (message: string) => void,
): () => void {
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
 * @param folder a `node_modules`
 * @returns its packages that have their files: npm creates all folders first, and then fills them
 */
async function countPackages(folder: string): Promise<number> {
	const namesIn = (parent: string) => readdir(parent).catch(() => [] as string[]);
	const folders = (await namesIn(folder)).map((name) => path.join(folder, name));
	const counts = folders.map(async (child) => {
		const names = await namesIn(child);
		if (!path.basename(child).startsWith('@')) return Number(names.includes('package.json'));
		const members = await Promise.all(names.map((name) => namesIn(path.join(child, name))));
		return members.filter((files) => files.includes('package.json')).length;
	});
	return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
