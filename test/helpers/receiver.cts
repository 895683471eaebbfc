import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	body: string;
}

export interface Reply {
	/** Default 200. */
	status?: number;
	headers?: Record<string, string>;
	body?: string;
	/** After the body; default `end`; `wait` keeps the answer open, `break` closes the connection. */
	then?: 'end' | 'wait' | 'break';
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/**
 * Starts a server on loopback that receives deliveries to webhooks.
 *
 * @param reply to the nth request, from 1; default: 200 to all
 */
export async function startReceiver(
	reply: (request: Received, nth: number) => Reply | Promise<Reply> = () => ({}),
) {
	const requests: Received[] = [];
	const server = createServer(async (request, response) => {
		const { method = '', url: path = '', headers } = request;
		const sent = await text(request).catch(() => undefined);
		// The client has closed the connection.
		if (sent === undefined) return;
		const received = { method, path, headers, body: sent };
		const nth = requests.push(received);
		const { status = 200, headers: given, body = 'ok', then = 'end' } = await reply(received, nth);
		response.writeHead(status, given);
		if (then === 'wait') response.write(body);
		else if (then === 'break') response.write(body, () => response.destroy());
		else response.end(body);
	});
	// Otherwise a connection may close just when a client uses it again: a fault that no test asked for.
	server.keepAliveTimeout = 0;
	server.listen({ port: 0, host: '127.0.0.1' });
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;

	return {
		url: `http://127.0.0.1:${port}/hook`,

		/** All complete requests, in the order of their end. */
		requests,

		stop: async (): Promise<void> =>
			await new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
