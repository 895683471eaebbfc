const { assertAnswersContract } = require('./contract');

/**
 * @typedef {object} RequestOptions
 * @property {string} [method]
 * @property {string | null} [token] null for none
 * @property {unknown} [body] strings are sent unchanged, everything else as JSON
 * @property {AbortSignal} [signal]
 */

/**
 * Sends a request to the simulator over HTTP.
 *
 * @param {{ baseUrl: string }} simulator
 * @param {string} path with the query, below the base path
 * @param {RequestOptions} [options]
 * @returns the answer, its body parsed if it is JSON
 */
async function askAnything(
	{ baseUrl },
	path,
	{ method = 'GET', token = 'sim_token', body, signal } = {},
) {
	const response = await fetch(baseUrl + path, {
		method,
		headers: {
			...(token !== null && { Authorization: `Bearer ${token}` }),
			...(body !== undefined && { 'Content-Type': 'application/json' }),
		},
		body: typeof body === 'string' ? body : JSON.stringify(body),
		signal,
		redirect: 'manual',
	});
	const text = await response.text();
	/** @type {Record<string, string>} */
	const headers = Object.fromEntries(response.headers);
	const isJson = headers['content-type'] === 'application/json';
	/** @type {any} */
	const parsed = isJson ? JSON.parse(text) : text;
	return { status: response.status, headers, body: parsed };
}

/**
 * Sends a request, and throws if the API's contract does not allow the answer.
 *
 * @type {typeof askAnything}
 */
async function ask(simulator, path, options) {
	const answer = await askAnything(simulator, path, options);
	assertAnswersContract({
		method: options?.method ?? 'GET',
		path: path.split('?')[0],
		...answer,
	});
	return answer;
}

module.exports = { ask, askAnything };
