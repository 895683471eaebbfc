const { readFile, rm, writeFile } = require('node:fs/promises');
const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Runs an action in one process at a time. A lock whose process has ended is ignored.
 *
 * Two processes that find such a lock at the same moment may both get it, so nothing may depend on the lock: it only saves work.
 *
 * @template T
 * @param {string} file the lock
 * @param {{ onWait: (pid: number) => void, signal?: AbortSignal }} options `onWait` is called every second with the lock's process
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withLock(file, { onWait, signal }, action) {
	while (!(await take(file))) {
		const holder = Number(await readFile(file, 'utf8').catch(() => ''));
		// An empty file was just removed, or is not written yet.
		if (holder && !isAlive(holder)) await rm(file, { force: true });
		else {
			if (holder) onWait(holder);
			await sleep(1000, undefined, { signal });
		}
	}
	try {
		return await action();
	} finally {
		await rm(file, { force: true });
	}
}

/** @param {string} file */
async function take(file) {
	try {
		await writeFile(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
		throw error;
	}
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// A process of another user is alive.
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}

module.exports = { withLock, isAlive };
