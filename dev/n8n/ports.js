const { randomInt } = require('node:crypto');
const { once } = require('node:events');
const { createServer } = require('node:net');

/** Outside the range that most systems use for outgoing connections: one could take the port before n8n starts, or restarts. */
const FIRST = 20_000;
const LAST = 32_000;

/**
 * @param {number} port
 * @returns {Promise<import('node:net').Server>} a server that listens on loopback
 * @throws {NodeJS.ErrnoException} EADDRINUSE if the port is taken
 */
async function listen(port) {
	const server = createServer().listen({ port, host: '127.0.0.1' });
	await once(server, 'listening');
	return server;
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether a server can listen on it now
 */
async function isFree(port) {
	try {
		const server = await listen(port);
		await new Promise((resolve) => server.close(resolve));
		return true;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE') return false;
		throw error;
	}
}

/**
 * @param {number} count
 * @returns {Promise<number[]>} different ports that are free now
 */
async function freePorts(count) {
	/** @type {Set<number>} */
	const ports = new Set();
	while (ports.size < count) {
		const port = randomInt(FIRST, LAST);
		if (await isFree(port)) ports.add(port);
	}
	return [...ports];
}

module.exports = { freePorts, isFree };
