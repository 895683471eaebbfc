const { once } = require('node:events');
const { createServer } = require('node:net');

/**
 * @param {number} port
 * @returns {Promise<import('node:net').Server>} listening on loopback
 * @throws {NodeJS.ErrnoException} EADDRINUSE if the port is taken
 */
async function listen(port) {
	const server = createServer().listen({ port, host: '127.0.0.1' });
	await once(server, 'listening');
	return server;
}

/**
 * @param {number} count
 * @returns {Promise<number[]>} as many ports that are free now
 */
async function freePorts(count) {
	const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
	const ports = servers.map(
		(server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port,
	);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether it can be listened on now
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

module.exports = { freePorts, isFree };
