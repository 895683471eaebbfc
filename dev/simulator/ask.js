const { assertAnswersContract } = require('./contract');

/**
 * @typedef {object} Question
 * @property {string} [method]
 * @property {string | null} [token] null for none
 * @property {unknown} [body] strings are sent as they are, the rest as JSON
 * @property {AbortSignal} [signal]
 */

/**
 * Asks the simulator, over HTTP, as any client would.
 *
 * @param {{ baseUrl: string }} simulator
 * @param {string} path with the query, below the base path
 * @param {Question} [question]
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
	/** @type {any} What it is, is what the tests are to find out. */
	const parsed = isJson ? JSON.parse(text) : text;
	return { status: response.status, headers, body: parsed };
}

/**
 * Asks, and refuses an answer that the API's contract does not allow.
 *
 * @type {typeof askAnything}
 */
async function ask(simulator, path, question) {
	const answer = await askAnything(simulator, path, question);
	assertAnswersContract({
		method: question?.method ?? 'GET',
		path: path.split('?')[0],
		...answer,
	});
	return answer;
}

module.exports = { ask, askAnything };
