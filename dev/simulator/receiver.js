const { once } = require('node:events');
const { createServer } = require('node:http');
const { text } = require('node:stream/consumers');

/** @typedef {{ method: string, path: string, headers: import('node:http').IncomingHttpHeaders, body: string }} Received */
/**
 * @typedef {object} Reply
 * @property {number} [status] default 200
 * @property {Record<string, string>} [headers]
 * @property {string} [body]
 * @property {'end' | 'wait' | 'break'} [then] after the body; default `end`; `wait` keeps the answer open, `break` closes the connection
 */
/** @typedef {Awaited<ReturnType<typeof startReceiver>>} Receiver */

/**
 * Starts a server on loopback that receives deliveries to webhooks.
 *
 * @param {(request: Received, nth: number) => Reply | Promise<Reply>} [reply] to the nth request, from 1; default: 200 to all
 */
async function startReceiver(reply = () => ({})) {
	/** @type {Received[]} */
	const requests = [];
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
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

	return {
		url: `http://127.0.0.1:${port}/hook`,

		/** All complete requests, in the order of their end. */
		requests,

		stop: () =>
			new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
			}),
	};
}

module.exports = { startReceiver };
