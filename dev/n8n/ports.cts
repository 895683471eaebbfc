import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** Outside the range that most systems use for outgoing connections: one could take the port before n8n starts, or restarts. */
const FIRST = 20_000;
const LAST = 32_000;

/**
 * @returns a server that listens on loopback
 * @throws ErrnoException EADDRINUSE if the port is taken
 */
async function listen(port: number): Promise<Server> {
	const server = createServer().listen({ port, host: '127.0.0.1' });
	await once(server, 'listening');
	return server;
}

/** @returns whether a server can listen on it now */
export async function isFree(port: number): Promise<boolean> {
	try {
		const server = await listen(port);
		await new Promise((resolve) => server.close(resolve));
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
		throw error;
	}
}

/** @returns different ports that are free now */
export async function freePorts(count: number): Promise<number[]> {
	const ports = new Set<number>();
	while (ports.size < count) {
		const port = randomInt(FIRST, LAST);
		if (await isFree(port)) ports.add(port);
	}
	return [...ports];
}
