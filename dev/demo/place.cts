import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../n8n/install.cts';
import { isFree } from '../n8n/ports.cts';

const DEFAULT_PORT = 5678;

/**
 * @returns the editor's port
 * @throws Error if N8N_PORT is not a port
 */
export function readPort(): number {
	const { N8N_PORT: given = '' } = process.env;
	const port = Number(given || DEFAULT_PORT);
	if (!Number.isInteger(port) || port < 1 || port > 65535) {
		throw new Error(
			`N8N_PORT is "${given}", which is not a port. Set it to a number from 1 to 65535, or leave it out: the default is ${DEFAULT_PORT}.`,
		);
	}
	return port;
}

/** @throws Error if the port cannot be used now */
export async function requireFreePort(port: number) {
	const free = await isFree(port).catch((error) => {
		throw new Error(`Port ${port} cannot be used (${error.message}). Try ${otherPort(port)}`);
	});
	if (!free) {
		throw new Error(
			`Port ${port} is in use by another program, perhaps another n8n. Stop that, or choose another port: ${otherPort(port)}`,
		);
	}
}

/** @param port not to choose */
function otherPort(port: number) {
	return `N8N_PORT=${port === DEFAULT_PORT ? port + 1 : DEFAULT_PORT} npm start`;
}

/** The user folder of the demo's n8n, which is kept for the next start. Each port has its own, so that no two n8n share one. */
export function demoFolder(port: number) {
	return path.join(cacheFolder(), `demo-${port}`);
}

/** @throws Error if it cannot be created or written to */
export async function makeWritable(folder: string) {
	try {
		await mkdir(folder, { recursive: true });
		await access(folder, constants.W_OK);
	} catch (error) {
		throw new Error(
			`The demo keeps n8n in ${path.dirname(folder)}, but cannot write there (${(error as Error).message}). Choose another folder: XDG_CACHE_HOME=/path/to/folder npm start`,
		);
	}
}

/** The proxy settings of this machine, to reach the real API. Loopback is reached without a proxy. */
export function proxySettings(): NodeJS.ProcessEnv {
	const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_EXTRA_CA_CERTS'];
	const found = names.map((name) => [name, process.env[name] ?? process.env[name.toLowerCase()]]);
	return { ...Object.fromEntries(found), NO_PROXY: 'localhost,127.0.0.1' };
}
