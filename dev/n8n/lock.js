const { createHash } = require('node:crypto');
const { once } = require('node:events');
const { rm } = require('node:fs/promises');
const { connect, createServer } = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/**
 * Runs an action in one process at a time.
 *
 * The lock is a socket that its process listens on. When the process ends, even by a crash, nobody answers there any more. A file with
 * a process ID would be less certain: when a container starts again, another process has the same ID.
 *
 * Two processes that find the socket of an ended one at the same moment may both get the lock, so nothing may depend on it.
 *
 * @template T
 * @param {string} name of the lock, such as the path of what it protects
 * @param {{ onWait: () => void, signal?: AbortSignal }} options `onWait` is called every second while another process has the lock; what it throws ends the wait
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withLock(name, { onWait, signal }, action) {
	const socket = socketOf(name);
	let lock = await take(socket);
	while (!lock) {
		if (await isHeld(socket)) {
			onWait();
			await sleep(1000, undefined, { signal });
		} else await rm(socket, { force: true });
		lock = await take(socket);
	}
	try {
		return await action();
	} finally {
		// This also removes the socket.
		lock.close();
	}
}

/**
 * @param {string} name
 * @returns {string} a path in a folder that surely admits sockets, and not too long for one
 */
function socketOf(name) {
	// Another user could not remove the socket.
	const key = `${process.getuid?.()} ${name}`;
	const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
	return path.join(os.tmpdir(), `n8n-nodes-talkover-${hash}.lock`);
}

/**
 * @param {string} socket
 * @returns {Promise<import('node:net').Server | undefined>} undefined if the socket exists
 */
async function take(socket) {
	const server = createServer((connection) => connection.destroy());
	try {
		await once(server.listen(socket), 'listening');
		return server;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE') return undefined;
		throw error;
	}
}

/**
 * @param {string} socket
 * @returns {Promise<boolean>} whether a process listens on it, even a suspended one
 */
async function isHeld(socket) {
	const connection = connect(socket);
	try {
		await once(connection, 'connect');
		return true;
	} catch (error) {
		const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
		return !['ECONNREFUSED', 'ENOENT'].includes(code);
	} finally {
		connection.destroy();
	}
}

module.exports = { withLock };
