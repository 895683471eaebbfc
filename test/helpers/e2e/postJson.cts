/** @returns the status of the answer */
export async function postJson(url: string, body: object): Promise<number> {
	const response = await fetch(url, {
		method: 'POST',
		// A kept-alive connection may close just when it is used again.
		headers: { 'Content-Type': 'application/json', Connection: 'close' },
		body: JSON.stringify(body),
	});
	return response.status;
}
