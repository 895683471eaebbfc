const path = require('node:path');
const { cacheFolder } = require('../n8n/install');
const { isFree } = require('../n8n/ports');

const DEFAULT_PORT = 5678;

/**
 * The user folder of the demo's n8n, which is kept for the next start. Each port has its own, so that no two n8n share one.
 *
 * @param {number} port
 */
function demoFolder(port) {
	return path.join(cacheFolder(), `demo-${port}`);
}

/**
 * @returns {Promise<number>} the editor's port
 * @throws {Error} if N8N_PORT is not a port, or the port is in use
 */
async function requireFreePort() {
	const port = Number(process.env.N8N_PORT || DEFAULT_PORT);
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Error(`N8N_PORT is "${process.env.N8N_PORT}", which is not a port.`);
	}
	if (!(await isFree(port))) {
		throw new Error(
			`Port ${port} is in use, perhaps by another n8n. Stop that, or choose another port: N8N_PORT=${port + 1} npm start`,
		);
	}
	return port;
}

/**
 * The proxy settings of this machine, to reach the real API. Loopback is reached without a proxy.
 *
 * @returns {NodeJS.ProcessEnv}
 */
function proxySettings() {
	const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_EXTRA_CA_CERTS'];
	const found = names.map((name) => [name, process.env[name] ?? process.env[name.toLowerCase()]]);
	return { ...Object.fromEntries(found), NO_PROXY: 'localhost,127.0.0.1' };
}

module.exports = { demoFolder, proxySettings, requireFreePort };
