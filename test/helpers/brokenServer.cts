import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/**
 * Starts a server on loopback that answers the first bytes of each connection with a text and closes it.
 *
 * @param texts what to answer: the first bytes with the first text, the next bytes with the next one
 */
export async function startBrokenServer(texts: string[]) {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		let answers = 0;
		socket.on('data', () => {
			const text = texts[answers++];
			if (answers < texts.length) socket.write(text, 'latin1');
			else socket.end(text, 'latin1');
		});
	});
	server.listen({ port: 0, host: '127.0.0.1' });
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		host: `127.0.0.1:${port}`,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/**
 * Runs a step while n8n has an outgoing proxy.
 *
 * @param proxy URL; undefined for none
 */
export async function withProxy<T>(proxy: string | undefined, step: () => Promise<T>) {
	const { https_proxy } = process.env;
	if (proxy !== undefined) process.env.https_proxy = proxy;
	try {
		return await step();
	} finally {
		if (https_proxy === undefined) delete process.env.https_proxy;
		else process.env.https_proxy = https_proxy;
	}
}
