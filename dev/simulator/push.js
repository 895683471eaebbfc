const http = require('node:http');
const https = require('node:https');
const { text } = require('node:stream/consumers');

/**
 * Sends one request, on a connection of its own: one kept alive may close at the moment in which it is used again, a fault that no test asked for.
 *
 * @param {string} url
 * @param {object} options
 * @param {string} options.method
 * @param {Record<string, string>} options.headers
 * @param {string} options.body
 * @param {number} options.timeoutMs for the whole, until the end of the answer
 * @param {AbortSignal} options.signal
 * @returns {Promise<{ status: number, body: string }>} the answer, whatever it is; a redirect is not followed
 * @throws {Error} that says why there is no answer
 */
function push(url, { method, headers, body, timeoutMs, signal }) {
	/** @type {NodeJS.Timeout} */
	let timer;
	/** @type {Promise<{ status: number, body: string }>} */
	const answer = new Promise((resolve, reject) => {
		const { request } = new URL(url).protocol === 'https:' ? https : http;
		const sent = request(url, { method, headers, agent: false, signal });
		sent.on('error', reject);
		sent.on('response', (response) => {
			text(response).then(
				(answered) => resolve({ status: response.statusCode ?? 0, body: answered }),
				reject,
			);
		});
		timer = setTimeout(() => {
			reject(new Error('Connection timeout'));
			sent.destroy();
		}, timeoutMs);
		sent.end(body);
	});
	return answer.finally(() => clearTimeout(timer));
}

module.exports = { push };
