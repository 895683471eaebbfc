const { readFile, rm, writeFile } = require('node:fs/promises');
const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Does something that one process at a time should do. A lock whose process is gone counts for nothing.
 *
 * Two processes that find the same dead lock at the same moment may both get it: this saves work, nothing may depend on it.
 *
 * @template T
 * @param {string} file the lock
 * @param {{ onWait: (pid: number) => void, signal?: AbortSignal }} options `onWait` is told, every second, whom we wait for
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withLock(file, { onWait, signal }, action) {
	while (!(await take(file))) {
		const holder = Number(await readFile(file, 'utf8').catch(() => ''));
		// Empty: gone again, or not yet written.
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
		// Somebody else's process is alive, too.
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}

module.exports = { withLock, isAlive };
