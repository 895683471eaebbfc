import { randomUUID } from 'node:crypto';
import type { WorkflowNode } from '../../../dev/n8n/instance.cts';

/** The workflows of the tests, as n8n exports them. A test only passes what it is about. */

export const SALES_AGENT = {
	agentId: { __rl: true, mode: 'id', value: 'sales-agent' },
	phone: '={{ $json.phone }}',
};

const TALKOVER = { talkoverApi: { id: 'talkover', name: 'Talkover account' } };

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
	more?: object,
): WorkflowNode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters, ...more };
}

/**
 * Contacts, and one node after them.
 *
 * @param next named "Next"
 */
export function afterContacts(name: string, contacts: object[], next: ReturnType<typeof node>) {
	const list = { mode: 'raw', jsonOutput: JSON.stringify({ contacts }), options: {} };
	return {
		name,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('List', 'n8n-nodes-base.set', 3.4, list),
			node('Contacts', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'contacts', options: {} }),
			next,
		],
		connections: {
			Start: { main: [[{ node: 'List', type: 'main', index: 0 }]] },
			List: { main: [[{ node: 'Contacts', type: 'main', index: 0 }]] },
			Contacts: { main: [[{ node: 'Next', type: 'main', index: 0 }]] },
		},
	};
}

/** Gives each contact a file "card", with its name. */
export function withFiles({ name, nodes, connections }: ReturnType<typeof afterContacts>) {
	const parameters = {
		mode: 'jsonToBinary',
		convertAllData: false,
		sourceKey: 'name',
		destinationKey: 'card',
		options: { keepSource: true, useRawData: true },
	};
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		name,
		nodes: [...nodes, node('Files', 'n8n-nodes-base.moveBinaryData', 1.1, parameters)],
		connections: { ...connections, Contacts: to('Files'), Files: to('Next') },
	};
}

/**
 * @param settings of the Talkover node
 * @param options the parameter of that name
 */
export function lookUp(name: string, contacts: object[], settings?: object, options: object = {}) {
	return afterContacts(name, contacts, talkover('Next', { ...SALES_AGENT, options }, settings));
}

/**
 * @param settings of the Talkover node
 * @param options the parameter of that name
 */
export function makeCalls(
	name: string,
	contacts: object[],
	settings?: object,
	options: object = {},
) {
	const parameters = { operation: 'makeCall', ...SALES_AGENT, options };
	return afterContacts(name, contacts, talkover('Next', parameters, settings));
}

/** Lists the calls of all agents. */
export function listCalls(name: string, filters: object) {
	return afterContacts(name, [{}], talkover('Next', { operation: 'getAll', filters, options: {} }));
}

/**
 * Calls contacts, and waits until the calls are over in the node "Wait". The nodes "Ended" and "Still Active" have the status of
 * each call beside the name of its contact.
 *
 * @param options of Wait for End
 */
export function callAndWait(name: string, contacts: object[], options: object = {}) {
	const { nodes, connections } = makeCalls(name, contacts);
	const contactOf = (output: string) =>
		node(output, 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: "={{ { name: $('Contacts').item.json.name, status: $json.status } }}",
			options: {},
		});
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	return {
		name,
		nodes: [
			...nodes,
			waitForEnd('Wait', '={{ $json.id }}', options),
			contactOf('Ended'),
			contactOf('Still Active'),
		],
		connections: {
			...connections,
			Next: { main: [to('Wait')] },
			Wait: { main: [to('Ended'), to('Still Active')] },
		},
	};
}

/**
 * Waits until calls are over.
 *
 * @param calls with `id`
 * @param options of Wait for End
 */
export function waitForCalls(name: string, calls: object[], options: object = {}) {
	return afterContacts(name, calls, waitForEnd('Next', '={{ $json.id }}', options));
}

function waitForEnd(name: string, callId: string, options: object) {
	const { agentId } = SALES_AGENT;
	return talkover(name, { operation: 'waitForEnd', agentId, callId, options });
}

/**
 * Looks up the contact of each webhook request.
 *
 * @param name also the path of the webhook
 */
export function lookUpOnRequest(name: string) {
	const parameters = { ...SALES_AGENT, phone: '={{ $json.body.phone }}', options: {} };
	return {
		name,
		nodes: [webhook(name), talkover('Look Up', parameters)],
		connections: { Webhook: { main: [[{ node: 'Look Up', type: 'main', index: 0 }]] } },
	};
}

/**
 * Runs a Talkover node for each contact of a webhook request, whose body is `{ contacts: [{ phone: … }, …] }`.
 *
 * @param name also the path of the webhook
 * @param parameters of the Talkover node, "Next"
 * @param settings of that node
 */
export function listOnRequest(
	name: string,
	parameters: Record<string, unknown>,
	settings?: object,
) {
	const list = { fieldToSplitOut: 'body.contacts', options: {} };
	const to = (next: string) => ({ main: [[{ node: next, type: 'main', index: 0 }]] });
	return {
		name,
		nodes: [
			webhook(name),
			node('Contacts', 'n8n-nodes-base.splitOut', 1, list),
			talkover('Next', { ...SALES_AGENT, options: {}, ...parameters }, settings),
		],
		connections: { Webhook: to('Contacts'), Contacts: to('Next') },
	};
}

function webhook(path: string) {
	const parameters = { httpMethod: 'POST', path, options: {} };
	return node('Webhook', 'n8n-nodes-base.webhook', 2, parameters, { webhookId: randomUUID() });
}

/**
 * Calls the contact of each webhook request, and posts each call with its outcome to an address.
 *
 * @param name also the path of the webhook
 * @param parameters of Make Call
 */
export function callOnRequest(name: string, url: string, parameters?: Record<string, unknown>) {
	const call = {
		operation: 'makeCall',
		...SALES_AGENT,
		phone: '={{ $json.body.phone }}',
		options: {},
		...parameters,
	};
	const log = (outcome: string) =>
		node(outcome, 'n8n-nodes-base.httpRequest', 4.2, {
			method: 'POST',
			url,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ JSON.stringify({ outcome: '${outcome}', ...$json }) }}`,
			options: {},
		});
	const to = (next: string) => [{ node: next, type: 'main', index: 0 }];
	return {
		name,
		nodes: [webhook(name), talkover('Call', call), log('called'), log('skipped')],
		connections: {
			Webhook: { main: [to('Call')] },
			Call: { main: [to('called'), to('skipped')] },
		},
	};
}

/**
 * Make Call as a tool of an MCP server, without authentication, as n8n proposes it.
 *
 * @param name also the path of the server
 */
export function callByMcp(name: string) {
	const call = {
		operation: 'makeCall',
		...SALES_AGENT,
		phone: "={{ $fromAI('phone', 'The phone number to call', 'string') }}",
		options: {},
	};
	const server = { webhookId: randomUUID() };
	return {
		name,
		nodes: [
			node('MCP', '@n8n/n8n-nodes-langchain.mcpTrigger', 2, { path: name }, server),
			node('Talkover', 'n8n-nodes-talkover.talkoverTool', 1, call, { credentials: TALKOVER }),
		],
		connections: { Talkover: { ai_tool: [[{ node: 'MCP', type: 'ai_tool', index: 0 }]] } },
	};
}

/**
 * Calls one contact after the other, in a loop.
 *
 * @param settings of the Talkover node
 * @param hangUp each call before the next
 */
export function makeCallsInLoop(
	name: string,
	contacts: object[],
	settings?: object,
	hangUp = false,
) {
	const { nodes, connections } = makeCalls(name, contacts, settings);
	const end = { operation: 'endCall', agentId: SALES_AGENT.agentId, callId: '={{ $json.id }}' };
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	return {
		name,
		nodes: [
			...nodes,
			node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 1, options: {} }),
			talkover('Hang Up', end),
		],
		connections: {
			...connections,
			Contacts: { main: [to('Loop')] },
			Loop: { main: [[], to('Next')] },
			Next: { main: [to(hangUp ? 'Hang Up' : 'Loop'), to('Loop')] },
			'Hang Up': { main: [to('Loop')] },
		},
	};
}

/**
 * A workflow that starts on an event of Talkover, and posts its items to an address.
 *
 * @param parameters of the trigger
 */
export function onEvent(name: string, url: string, parameters?: Record<string, unknown>) {
	const trigger = node(
		'Talkover Trigger',
		'n8n-nodes-talkover.talkoverTrigger',
		1,
		{ agentId: SALES_AGENT.agentId, ...parameters },
		{ credentials: TALKOVER, webhookId: randomUUID() },
	);
	const log = {
		method: 'POST',
		url,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '={{ JSON.stringify($json) }}',
		options: {},
	};
	return {
		name,
		nodes: [trigger, node('Log', 'n8n-nodes-base.httpRequest', 4.2, log)],
		connections: { 'Talkover Trigger': { main: [[{ node: 'Log', type: 'main', index: 0 }]] } },
	};
}

export function talkover(name: string, parameters: Record<string, unknown>, settings?: object) {
	return node(name, 'n8n-nodes-talkover.talkover', 1, parameters, {
		credentials: TALKOVER,
		...settings,
	});
}

/** An HTTP Request node with the Talkover credential. */
export function httpRequest(name: string, url: string) {
	const parameters = {
		url,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'talkoverApi',
		options: {},
	};
	return afterContacts(
		name,
		[{}],
		node('Next', 'n8n-nodes-base.httpRequest', 4.2, parameters, { credentials: TALKOVER }),
	);
}

/**
 * An AI agent that has the Talkover node as its tool.
 *
 * @param parameters of the tool, besides agent and phone
 * @param item what the agent works on
 * @param settings of the tool
 */
export function aiAgent(
	name: string,
	agentVersion: number,
	parameters?: Record<string, unknown>,
	item: object = {},
	settings: object = {},
) {
	const agent = { promptType: 'define', text: 'Is this person on a call?', options: {} };
	const model = {
		model: { __rl: true, mode: 'id', value: 'stub' },
		responsesApiEnabled: false,
		options: {},
	};
	const tool = {
		agentId: SALES_AGENT.agentId,
		phone: "={{ $fromAI('phone', 'The phone number to look up', 'string') }}",
		options: {},
		...parameters,
	};
	return {
		name,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Item', 'n8n-nodes-base.set', 3.4, {
				mode: 'raw',
				jsonOutput: JSON.stringify(item),
				options: {},
			}),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', agentVersion, agent),
			node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, model, {
				credentials: { openAiApi: { id: 'openAi', name: 'Stub' } },
			}),
			node('Talkover', 'n8n-nodes-talkover.talkoverTool', 1, tool, {
				credentials: TALKOVER,
				...settings,
			}),
		],
		connections: {
			Start: { main: [[{ node: 'Item', type: 'main', index: 0 }]] },
			Item: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			Talkover: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
}
