const { once } = require('node:events');
const { createServer } = require('node:http');
const { text } = require('node:stream/consumers');

/** @typedef {{ method: string, path: string, headers: import('node:http').IncomingHttpHeaders, body: string }} Received */
/** @typedef {Awaited<ReturnType<typeof startReceiver>>} Receiver */

/**
 * Starts a server on loopback for webhooks to be delivered to.
 *
 * @param {(request: Received, nth: number) => { status?: number, headers?: Record<string, string>, body?: string } | undefined} [answer]
 * to the nth request, from 1; nothing is answered to undefined; default: 200 to all
 */
async function startReceiver(answer = () => ({})) {
	/** @type {Received[]} */
	const requests = [];
	const server = createServer(async (request, response) => {
		const { method = '', url: path = '', headers } = request;
		const received = { method, path, headers, body: await text(request) };
		const nth = requests.push(received);
		const { status = 200, headers: answered, body = 'ok' } = answer(received, nth) ?? { status: 0 };
		if (status) response.writeHead(status, answered).end(body);
	});
	server.listen({ port: 0, host: '127.0.0.1' });
	await once(server, 'listening');
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

	return {
		url: `http://127.0.0.1:${port}/hook`,

		/** All that came, in the order in which it was complete. */
		requests,

		stop: () =>
			new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
			}),
	};
}

module.exports = { startReceiver };
