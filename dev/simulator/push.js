const http = require('node:http');
const https = require('node:https');
const { text } = require('node:stream/consumers');

/**
 * Sends one request on a new connection: a kept-alive one may close just when it is used again, a fault that no test asked for.
 *
 * @param {string} url
 * @param {object} options
 * @param {string} options.method
 * @param {Record<string, string>} options.headers
 * @param {string} options.body
 * @param {number} options.timeoutMs until the end of the answer
 * @param {AbortSignal} options.signal
 * @returns {Promise<{ status: number, body: string }>} the answer with any status; redirects are not followed
 * @throws {Error} if there is no answer
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
