import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A request for a chat completion, with the API's names. */
interface ChatRequest {
	model: string;
	stream?: boolean;
	messages: Array<{ role: string; content: unknown; tool_call_id?: string }>;
	tools?: Array<{ type: 'function'; function: ToolFunction }>;
}

interface ToolFunction {
	name: string;
	description?: string;
	parameters: object;
}

interface ToolCall {
	id: string;
	type: 'function';
	function: { name: string; arguments: string };
}

/** One of the answers that a model may give; here there is one. */
interface Choice {
	message: { role: 'assistant'; content: string | null; tool_calls?: ToolCall[] };
	finish_reason: 'stop' | 'tool_calls';
}

/**
 * Starts a server on loopback with OpenAI's chat completions API. Its model calls the first tool that it is offered, and then answers
 * with the result of the tool.
 *
 * @param options.toolArguments arguments for the tool
 */
export async function startOpenAiStub({ toolArguments = {} }: { toolArguments?: object } = {}) {
	const requests: ChatRequest[] = [];
	const server = createServer(async (request, response) => {
		if (!request.url?.endsWith('/chat/completions')) {
			response.writeHead(404).end(`{ "error": { "message": "No ${request.url} here" } }`);
			return;
		}
		const chat = (await json(request)) as ChatRequest;
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
	const { port } = server.address() as AddressInfo;

	return {
		/** For the field `url` of an `openAiApi` credential. */
		url: `http://127.0.0.1:${port}/v1`,

		/** All requests to the model, in the order of arrival. */
		requests,

		/** The tools in the last request. */
		get tools(): ToolFunction[] {
			return (requests.at(-1)?.tools ?? []).map((tool) => tool.function);
		},

		/** The results of tools in the last request. */
		get toolResults(): string[] {
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

function choose({ messages, tools = [] }: ChatRequest, toolArguments: object): Choice {
	const last = messages.at(-1);
	const [tool] = tools;
	if (last?.role === 'tool' || !tool) {
		const content = textOf(last?.content);
		return { message: { role: 'assistant', content }, finish_reason: 'stop' };
	}
	const call: ToolCall = {
		id: 'call_1',
		type: 'function',
		function: { name: tool.function.name, arguments: JSON.stringify(toolArguments) },
	};
	return {
		message: { role: 'assistant', content: null, tool_calls: [call] },
		finish_reason: 'tool_calls',
	};
}

/** @param content a text or a list of parts */
function textOf(content: unknown): string {
	if (!Array.isArray(content)) return String(content ?? '');
	return (content as Array<{ text?: string }>).map(({ text = '' }) => text).join('');
}

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function whole(model: string, choice: Choice) {
	return {
		id: 'chatcmpl-1',
		object: 'chat.completion',
		created: 0,
		model,
		choices: [{ index: 0, ...choice }],
		usage,
	};
}

/** @returns server-sent events: the answer, its end, and its usage */
function streamed(model: string, { message, finish_reason }: Choice): string {
	const delta = {
		...message,
		tool_calls: message.tool_calls?.map((call, index) => ({ index, ...call })),
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
