const { once } = require('node:events');
const { createServer } = require('node:http');
const { json } = require('node:stream/consumers');

/**
 * @typedef {object} ChatRequest with the API's names
 * @property {string} model
 * @property {boolean} [stream]
 * @property {Array<{ role: string, content: any, tool_call_id?: string }>} messages
 * @property {Array<{ type: 'function', function: { name: string, description?: string, parameters: any } }>} [tools]
 */

/**
 * Starts a server on loopback with OpenAI's chat completions API. Its model calls the first tool that it is offered, and then answers
 * with the result of the tool.
 *
 * @param {object} [options]
 * @param {object} [options.toolArguments] arguments for the tool
 */
async function startOpenAiStub({ toolArguments = {} } = {}) {
	/** @type {ChatRequest[]} */
	const requests = [];
	const server = createServer(async (request, response) => {
		if (!request.url?.endsWith('/chat/completions')) {
			response.writeHead(404).end(`{ "error": { "message": "No ${request.url} here" } }`);
			return;
		}
		const chat = /** @type {ChatRequest} */ (await json(request));
		requests.push(chat);
		const choice = choose(chat, toolArguments);
		if (chat.stream) {
			response.writeHead(200, { 'Content-Type': 'text/event-stream' });
			response.end(streamed(chat.model, choice));
		} else {
			response.writeHead(200, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify(whole(chat.model, choice)));
		}
	});
	// Otherwise a connection may close just when a client uses it again: a fault that no test asked for.
	server.keepAliveTimeout = 0;
	server.listen({ port: 0, host: '127.0.0.1' });
	await once(server, 'listening');
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

	return {
		/** For the field `url` of an `openAiApi` credential. */
		url: `http://127.0.0.1:${port}/v1`,

		/** All requests to the model, in the order of arrival. */
		requests,

		/** @returns the tools in the last request */
		get tools() {
			return (requests.at(-1)?.tools ?? []).map((tool) => tool.function);
		},

		/** @returns {string[]} the results of tools in the last request */
		get toolResults() {
			const messages = requests.at(-1)?.messages ?? [];
			return messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content));
		},

		stop: () =>
			new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
			}),
	};
}

/** @typedef {{ message: Record<string, any>, finish_reason: 'stop' | 'tool_calls' }} Choice */

/**
 * @param {ChatRequest} chat
 * @param {object} toolArguments
 * @returns {Choice}
 */
function choose({ messages, tools = [] }, toolArguments) {
	const last = messages.at(-1);
	const [tool] = tools;
	if (last?.role === 'tool' || !tool) {
		const content = textOf(last?.content);
		return { message: { role: 'assistant', content }, finish_reason: 'stop' };
	}
	const call = {
		id: 'call_1',
		type: 'function',
		function: { name: tool.function.name, arguments: JSON.stringify(toolArguments) },
	};
	return {
		message: { role: 'assistant', content: null, tool_calls: [call] },
		finish_reason: 'tool_calls',
	};
}

/**
 * @param {unknown} content a text or a list of parts
 * @returns {string}
 */
function textOf(content) {
	if (!Array.isArray(content)) return String(content ?? '');
	return content.map(({ text }) => text ?? '').join('');
}

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

/**
 * @param {string} model
 * @param {Choice} choice
 */
function whole(model, choice) {
	return {
		id: 'chatcmpl-1',
		object: 'chat.completion',
		created: 0,
		model,
		choices: [{ index: 0, ...choice }],
		usage,
	};
}

/**
 * @param {string} model
 * @param {Choice} choice
 * @returns {string} server-sent events: the answer, its end, and its usage
 */
function streamed(model, { message, finish_reason }) {
	const delta = {
		...message,
		tool_calls: message.tool_calls?.map(
			(/** @type {object} */ call, /** @type {number} */ index) => ({
				index,
				...call,
			}),
		),
	};
	const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model };
	const chunks = [
		{ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] },
		{ ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
		{ ...chunk, choices: [], usage },
	];
	return [...chunks.map((part) => JSON.stringify(part)), '[DONE]']
		.map((data) => `data: ${data}\n\n`)
		.join('');
}

module.exports = { startOpenAiStub };
