/** A client of an MCP server, over streamable HTTP (protocol of 2025-03-26). It sends no credentials. */
class McpClient {
	/** @type {string | null} */
	#session = null;
	#requests = 0;

	/** @param {string} url */
	constructor(url) {
		this.url = url;
	}

	/** Opens a session, which the server asks for before anything else. */
	async connect() {
		const clientInfo = { name: 'test', version: '1' };
		const protocolVersion = '2025-03-26';
		await this.#request('initialize', { protocolVersion, capabilities: {}, clientInfo });
		await this.#post({ method: 'notifications/initialized' });
	}

	/** @returns {Promise<Array<{ name: string, description: string, inputSchema: any }>>} */
	async listTools() {
		return (await this.#request('tools/list', {})).tools;
	}

	/**
	 * @param {string} name of the tool
	 * @param {object} toolArguments
	 * @returns {Promise<{ isError?: boolean, text: string }>} what a model gets
	 */
	async callTool(name, toolArguments) {
		const params = { name, arguments: toolArguments };
		const { isError, content } = await this.#request('tools/call', params);
		return { isError, text: content.map((/** @type {any} */ { text }) => text).join('\n') };
	}

	/**
	 * @param {string} method
	 * @param {object} params
	 * @returns {Promise<any>} the result
	 */
	async #request(method, params) {
		const id = ++this.#requests;
		const text = await this.#post({ id, method, params });
		// The answer is an event, or the only one of a body that is JSON.
		const events = text.split('\n').map((line) => line.replace(/^data:/, '').trim());
		const messages = events
			.filter((event) => event.startsWith('{'))
			.map((event) => JSON.parse(event));
		const answer = messages.find((message) => message.id === id);
		if (!answer?.result) throw new Error(`${method}: ${text}`);
		return answer.result;
	}

	/** @param {object} message */
	async #post(message) {
		const response = await fetch(this.url, {
			method: 'POST',
			headers: {
				'Content-Type': 'application/json',
				Accept: 'application/json, text/event-stream',
				// A kept-alive connection may close just when it is used again.
				Connection: 'close',
				...(this.#session && { 'Mcp-Session-Id': this.#session }),
			},
			body: JSON.stringify({ jsonrpc: '2.0', ...message }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${this.url} answered ${response.status}: ${text}`);
		this.#session ??= response.headers.get('mcp-session-id');
		return text;
	}
}

/**
 * @param {string} url
 * @returns {Promise<McpClient>} with an open session
 */
async function connectMcp(url) {
	const client = new McpClient(url);
	await client.connect();
	return client;
}

module.exports = { connectMcp };
