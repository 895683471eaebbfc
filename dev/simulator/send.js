/** @typedef {import('./envelopes').Answer} Answer */

/**
 * @param {Answer} answer
 * @param {import('node:http').ServerResponse} response
 * @param {boolean} broken whether to announce the whole body, send half of it, and close the connection
 */
function send({ status, headers = {}, body }, response, broken) {
	const raw = typeof body === 'string' || body instanceof Uint8Array;
	const bytes = Buffer.from(raw ? body : (JSON.stringify(body) ?? ''));

	response.statusCode = status;
	if (body !== undefined) {
		response.setHeader('Content-Type', raw ? 'text/html; charset=UTF-8' : 'application/json');
	}
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	if (!broken) {
		response.end(bytes);
		return;
	}
	// At least 1, so that even an empty body is incomplete.
	response.setHeader('Content-Length', Math.max(1, bytes.length));
	response.flushHeaders();
	response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

module.exports = { send };
