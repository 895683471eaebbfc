/**
 * @param {string} url
 * @param {object} body
 * @returns {Promise<number>} the status of the answer
 */
async function postJson(url, body) {
	const response = await fetch(url, {
		method: 'POST',
		// A kept-alive connection may close just when it is used again.
		headers: { 'Content-Type': 'application/json', Connection: 'close' },
		body: JSON.stringify(body),
	});
	return response.status;
}

module.exports = { postJson };
