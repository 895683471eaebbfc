const { access, constants, mkdir } = require('node:fs/promises');
const path = require('node:path');
const { cacheFolder } = require('../n8n/install');
const { isFree } = require('../n8n/ports');

const DEFAULT_PORT = 5678;

/**
 * @returns {number} the editor's port
 * @throws {Error} if N8N_PORT is not a port
 */
function readPort() {
	const { N8N_PORT: given = '' } = process.env;
	const port = Number(given || DEFAULT_PORT);
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Error(
			`N8N_PORT is "${given}", which is not a port. Set it to a number from 1 to 65535, or leave it out: the default is ${DEFAULT_PORT}.`,
		);
	}
	return port;
}

/**
 * @param {number} port
 * @throws {Error} if the port cannot be used now
 */
async function requireFreePort(port) {
	const free = await isFree(port).catch((error) => {
		throw new Error(`Port ${port} cannot be used (${error.message}). Try ${otherPort(port)}`);
	});
	if (!free) throw portInUse(port, 'another program, perhaps another n8n');
}

/**
 * @param {number} port
 * @param {string} user of the port
 */
function portInUse(port, user) {
	return new Error(
		`Port ${port} is in use by ${user}. Stop that, or choose another port: ${otherPort(port)}`,
	);
}

/** @param {number} port not to choose */
function otherPort(port) {
	return `N8N_PORT=${port === DEFAULT_PORT ? port + 1 : DEFAULT_PORT} npm start`;
}

/**
 * The user folder of the demo's n8n, which is kept for the next start. Each port has its own, so that no two n8n share one.
 *
 * @param {number} port
 */
function demoFolder(port) {
	return path.join(cacheFolder(), `demo-${port}`);
}

/**
 * @param {string} folder
 * @throws {Error} if it cannot be created or written to
 */
async function makeWritable(folder) {
	try {
		await mkdir(folder, { recursive: true });
		await access(folder, constants.W_OK);
	} catch (error) {
		throw new Error(
			`The demo keeps n8n in ${path.dirname(folder)}, but cannot write there (${/** @type {Error} */ (error).message}). Choose another folder: XDG_CACHE_HOME=/path/to/folder npm start`,
		);
	}
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

module.exports = {
	demoFolder,
	makeWritable,
	portInUse,
	proxySettings,
	readPort,
	requireFreePort,
};
