import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startOpenAiStub } from '../../dev/n8n/openAiStub.cts';

let model: Awaited<ReturnType<typeof startOpenAiStub>>;
beforeEach(async () => {
	model = await startOpenAiStub({ toolArguments: { phone: '+15551234567' } });
});
afterEach(() => model.stop());

const question = { role: 'user', content: 'Is she on a call?' };
const result = { role: 'tool', tool_call_id: 'call_1', content: '{"active":false}' };
const tools = [{ type: 'function', function: { name: 'Talkover', parameters: {} } }];
const call = { name: 'Talkover', arguments: '{"phone":"+15551234567"}' };

async function ask(body: object) {
	const response = await fetch(`${model.url}/chat/completions`, {
		method: 'POST',
		body: JSON.stringify({ model: 'stub', ...body }),
	});
	return await response.text();
}

test('calls the tool that it gets, then repeats the answer of the tool', async () => {
	const [first] = JSON.parse(await ask({ messages: [question], tools })).choices;
	expect(first.finish_reason).toBe('tool_calls');
	expect(first.message.tool_calls).toEqual([{ id: 'call_1', type: 'function', function: call }]);

	const [second] = JSON.parse(await ask({ messages: [question, result], tools })).choices;
	expect(second.message.content).toBe('{"active":false}');
	expect(model.toolResults).toEqual(['{"active":false}']);
	expect(model.tools).toEqual([{ name: 'Talkover', parameters: {} }]);
});

test('streams the same on request', async () => {
	const first = eventsIn(await ask({ messages: [question], tools, stream: true }));
	expect(first[0].choices[0].delta.tool_calls).toEqual([
		{ index: 0, id: 'call_1', type: 'function', function: call },
	]);
	expect(first[1].choices[0].finish_reason).toBe('tool_calls');

	const second = eventsIn(await ask({ messages: [question, result], tools, stream: true }));
	expect(second[0].choices[0].delta.content).toBe('{"active":false}');
	expect(second[1].choices[0].finish_reason).toBe('stop');
});

function eventsIn(stream: string) {
	const events = stream.trim().split('\n\n');
	expect(events.pop()).toBe('data: [DONE]');
	return events.map((event) => JSON.parse(event.replace(/^data: /, '')));
}
