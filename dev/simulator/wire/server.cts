import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Talkover } from '../api/talkover.cts';
import { encode, send } from './send.cts';

/** HTTP server on loopback for a simulated Talkover. */
export class Server {
	origin = '';
	#inFlight = 0;
	#stopped?: Promise<void>;
	readonly #http = createServer((request, response) => void this.#serve(request, response));

	constructor(private readonly talkover: Talkover) {
		// Otherwise a connection may close just when a client uses it again: a fault that no test asked for.
		this.#http.keepAliveTimeout = 0;
	}

	/**
	 * @param port 0 for a free one
	 * @throws EADDRINUSE if the port is taken
	 */
	async listen(port: number): Promise<void> {
		this.#http.listen({ host: '127.0.0.1', port });
		await once(this.#http, 'listening');
		this.origin = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
	}

	/** Closes all connections. Resolves when the port is free. */
	async stop(): Promise<void> {
		this.#stopped ??= new Promise((resolve) => this.#http.close(() => resolve()));
		this.#http.closeAllConnections();
		await this.#stopped;
	}

	async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = '', url = '', headers } = message;
		const request = this.talkover.receive({ method, url, headers });
		request.inFlight = ++this.#inFlight;
		const closed = new AbortController();
		response.once('close', () => {
			this.#inFlight--;
			closed.abort();
		});
		try {
			request.body = parse(await text(message));
			const reply = await this.talkover.answer(request);
			if (reply.never) return;
			if (reply.delayMs) await sleep(reply.delayMs, undefined, closed);
			if (reply.breakConnection === 'before') {
				response.destroy();
				return;
			}
			request.status = reply.status;
			send(encode(reply, this.talkover.now()), response, reply.breakConnection === 'middle');
		} catch (error) {
			// A client that has closed the connection needs no answer.
			if (closed.signal.aborted) return;
			response.destroy();
			throw error;
		}
	}
}

/** JSON if it is that, otherwise text; undefined if empty. */
function parse(body: string): unknown {
	if (!body) return undefined;
	try {
		return JSON.parse(body);
	} catch {
		return body;
	}
}
