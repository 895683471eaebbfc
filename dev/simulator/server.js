const { once } = require('node:events');
const http = require('node:http');
const { buffer } = require('node:stream/consumers');
const { setTimeout: sleep } = require('node:timers/promises');
const { basePath, isApiUrl } = require('./api');
const { Scripts } = require('./scripts');
const { send } = require('./send');

/** @typedef {import('./envelopes').Answer} Answer */
/** @typedef {import('./scripts').ScriptedAnswer} ScriptedAnswer */
/**
 * @typedef {object} RecordedRequest
 * @property {string} method
 * @property {string} url path and query, not decoded
 * @property {string} path raw, without the query, below the base path; the whole path if the URL is not below it
 * @property {Record<string, string>} query decoded
 * @property {http.IncomingHttpHeaders} headers
 * @property {unknown} [body] parsed if it is JSON, otherwise text; undefined if empty
 * @property {number} startedAt epoch milliseconds
 * @property {number} inFlight number of requests in flight when it arrived, including itself
 * @property {number} [status] of the answer; undefined before it
 */

/** HTTP server on loopback: records requests, and answers from the API or a script. */
class Server {
	/** @type {RecordedRequest[]} */
	requests = [];
	peakInFlight = 0;
	scripts = new Scripts();
	#inFlight = 0;
	/** @type {Promise<void> | undefined} */
	#stopped;
	#http = http.createServer((request, response) => this.#serve(request, response));

	/**
	 * @param {(request: RecordedRequest) => Promise<Answer>} api
	 * @param {number} latencyMs
	 * @param {() => number} now the clock, in epoch milliseconds
	 */
	constructor(api, latencyMs, now) {
		this.api = api;
		this.latencyMs = latencyMs;
		this.now = now;
		// Otherwise a connection may close just when a client uses it again: a fault that no test asked for.
		this.#http.keepAliveTimeout = 0;
	}

	/**
	 * @param {number} port 0 for a free one
	 * @returns {Promise<string>} the origin
	 * @throws {NodeJS.ErrnoException} EADDRINUSE if the port is taken
	 */
	async listen(port) {
		this.#http.listen({ host: '127.0.0.1', port });
		await once(this.#http, 'listening');
		const address = /** @type {import('node:net').AddressInfo} */ (this.#http.address());
		return `http://127.0.0.1:${address.port}`;
	}

	/** Closes all connections. Resolves when the port is free. */
	stop() {
		this.#stopped ??= new Promise((resolve) => this.#http.close(() => resolve()));
		this.#http.closeAllConnections();
		return this.#stopped;
	}

	/** Forgets requests and scripts. Requests in flight continue, and still count. */
	reset() {
		this.requests.length = 0;
		this.peakInFlight = this.#inFlight;
		this.scripts.clear();
	}

	/**
	 * @param {http.IncomingMessage} message
	 * @param {http.ServerResponse} response
	 */
	async #serve(message, response) {
		const record = this.#record(message);
		const closed = new AbortController();
		response.once('close', () => {
			this.#inFlight--;
			closed.abort();
		});
		try {
			record.body = await readBody(message);
			await this.#answer(record, response, closed.signal);
		} catch (error) {
			// A client that has closed the connection needs no answer.
			if (!closed.signal.aborted) throw error;
		}
	}

	/** @param {http.IncomingMessage} message */
	#record({ method = '', url = '', headers }) {
		const [wholePath, search = ''] = url.split(/\?(.*)/s);
		/** @type {RecordedRequest} */
		const record = {
			method,
			url,
			path: isApiUrl(url) ? wholePath.slice(basePath.length) : wholePath,
			query: Object.fromEntries(new URLSearchParams(search)),
			headers,
			startedAt: this.now(),
			inFlight: ++this.#inFlight,
		};
		this.peakInFlight = Math.max(this.peakInFlight, this.#inFlight);
		this.requests.push(record);
		return record;
	}

	/**
	 * @param {RecordedRequest} request
	 * @param {http.ServerResponse} response
	 * @param {AbortSignal} signal
	 */
	async #answer(request, response, signal) {
		const script = (isApiUrl(request.url) && this.scripts.take(request)) || {};
		// Before the delay: the answer shows the state at the arrival of the request.
		const answer = await this.#decide(request, script);
		if (script.never) return;
		const delayMs = script.delayMs ?? this.latencyMs;
		if (delayMs) await sleep(delayMs, undefined, { signal });
		if (!answer || script.breakConnection === 'before') {
			response.destroy();
			return;
		}

		request.status = answer.status;
		response.setHeader('Date', new Date(this.now()).toUTCString());
		send(answer, response, script.breakConnection === 'middle');
	}

	/**
	 * @param {RecordedRequest} request
	 * @param {ScriptedAnswer} script
	 * @returns {Promise<Answer | undefined>} undefined if no answer is sent
	 */
	async #decide(request, script) {
		const scripted = scriptedAnswer(script);
		const silent = script.never || script.breakConnection === 'before';
		if ((scripted || silent) && !script.afterApi) return scripted;
		const answer = await this.api(request);
		return scripted ?? { ...answer, headers: { ...answer.headers, ...script.headers } };
	}
}

/**
 * @param {ScriptedAnswer} script
 * @returns {Answer | undefined} the answer that replaces the API's answer, if there is one
 */
function scriptedAnswer({ status, headers, body, redirectTo }) {
	if (redirectTo !== undefined) {
		return {
			status: status ?? 302,
			headers: { Location: redirectTo, ...headers },
			body: body ?? '',
		};
	}
	if (status !== undefined || body !== undefined) return { status: status ?? 200, headers, body };
	return undefined;
}

/**
 * @param {http.IncomingMessage} message
 * @returns {Promise<unknown>} parsed if it is JSON, otherwise text; undefined if empty
 */
async function readBody(message) {
	const text = (await buffer(message)).toString();
	if (!text) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

module.exports = { Server };
