interface Tool {
	name: string;
	description: string;
	inputSchema: { required?: string[]; properties: Record<string, unknown> };
}

/** The results of the requests that the client sends, by method. */
interface Results {
	initialize: unknown;
	'tools/list': { tools: Tool[] };
	'tools/call': { isError?: boolean; content: Array<{ text: string }> };
}

/** A client of an MCP server, over streamable HTTP (protocol of 2025-03-26). It sends no credentials. */
class McpClient {
	#session: string | null = null;
	#requests = 0;

	constructor(private readonly url: string) {}

	/** Opens a session, which the server asks for before anything else. */
	async connect() {
		const clientInfo = { name: 'test', version: '1' };
		const protocolVersion = '2025-03-26';
		await this.#request('initialize', { protocolVersion, capabilities: {}, clientInfo });
		await this.#post({ method: 'notifications/initialized' });
	}

	async listTools(): Promise<Tool[]> {
		return (await this.#request('tools/list', {})).tools;
	}

	/**
	 * @param name of the tool
	 * @returns what a model gets
	 */
	async callTool(
		name: string,
		toolArguments: object,
	): Promise<{ isError?: boolean; text: string }> {
		const params = { name, arguments: toolArguments };
		const { isError, content } = await this.#request('tools/call', params);
		return { isError, text: content.map(({ text }) => text).join('\n') };
	}

	async #request<Method extends keyof Results>(
		method: Method,
		params: object,
	): Promise<Results[Method]> {
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

	async #post(message: object) {
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

/** @returns with an open session */
export async function connectMcp(url: string): Promise<McpClient> {
	const client = new McpClient(url);
	await client.connect();
	return client;
}
