const { randomUUID } = require('node:crypto');

/** The workflows of the tests, as n8n exports them. A test only passes what it is about. */

const SALES_AGENT = {
	agentId: { __rl: true, mode: 'id', value: 'sales-agent' },
	phone: '={{ $json.phone }}',
};

const TALKOVER = { talkoverApi: { id: 'talkover', name: 'Talkover account' } };

/**
 * @param {string} name
 * @param {string} type
 * @param {number} typeVersion
 * @param {Record<string, unknown>} parameters
 * @param {object} [more]
 * @returns {import('../../../dev/n8n/instance.cts').WorkflowNode}
 */
function node(name, type, typeVersion, parameters, more) {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters, ...more };
}

/**
 * Contacts, and one node after them.
 *
 * @param {string} name
 * @param {object[]} contacts
 * @param {ReturnType<typeof node>} next named "Next"
 */
function afterContacts(name, contacts, next) {
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

/**
 * Gives each contact a file "card", with its name.
 *
 * @param {ReturnType<typeof afterContacts>} workflow
 */
function withFiles({ name, nodes, connections }) {
	const parameters = {
		mode: 'jsonToBinary',
		convertAllData: false,
		sourceKey: 'name',
		destinationKey: 'card',
		options: { keepSource: true, useRawData: true },
	};
	/** @param {string} node */
	const to = (node) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		name,
		nodes: [...nodes, node('Files', 'n8n-nodes-base.moveBinaryData', 1.1, parameters)],
		connections: { ...connections, Contacts: to('Files'), Files: to('Next') },
	};
}

/**
 * @param {string} name
 * @param {object[]} contacts
 * @param {object} [settings] of the Talkover node
 * @param {object} [options] the parameter of that name
 */
function lookUp(name, contacts, settings, options = {}) {
	return afterContacts(name, contacts, talkover('Next', { ...SALES_AGENT, options }, settings));
}

/**
 * @param {string} name
 * @param {object[]} contacts
 * @param {object} [settings] of the Talkover node
 * @param {object} [options] the parameter of that name
 */
function makeCalls(name, contacts, settings, options = {}) {
	const parameters = { operation: 'makeCall', ...SALES_AGENT, options };
	return afterContacts(name, contacts, talkover('Next', parameters, settings));
}

/**
 * Lists the calls of all agents.
 *
 * @param {string} name
 * @param {object} filters
 */
function listCalls(name, filters) {
	return afterContacts(name, [{}], talkover('Next', { operation: 'getAll', filters, options: {} }));
}

/**
 * Calls contacts, and waits until the calls are over in the node "Wait". The nodes "Ended" and "Still Active" have the status of
 * each call beside the name of its contact.
 *
 * @param {string} name
 * @param {object[]} contacts
 * @param {object} [options] of Wait for End
 */
function callAndWait(name, contacts, options = {}) {
	const { nodes, connections } = makeCalls(name, contacts);
	/** @param {string} output */
	const contactOf = (output) =>
		node(output, 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: "={{ { name: $('Contacts').item.json.name, status: $json.status } }}",
			options: {},
		});
	/** @param {string} node */
	const to = (node) => [{ node, type: 'main', index: 0 }];
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
 * @param {string} name
 * @param {object[]} calls with `id`
 * @param {object} [options] of Wait for End
 */
function waitForCalls(name, calls, options = {}) {
	return afterContacts(name, calls, waitForEnd('Next', '={{ $json.id }}', options));
}

/**
 * @param {string} name
 * @param {string} callId
 * @param {object} options
 */
function waitForEnd(name, callId, options) {
	const { agentId } = SALES_AGENT;
	return talkover(name, { operation: 'waitForEnd', agentId, callId, options });
}

/**
 * Looks up the contact of each webhook request.
 *
 * @param {string} name also the path of the webhook
 */
function lookUpOnRequest(name) {
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
 * @param {string} name also the path of the webhook
 * @param {Record<string, unknown>} parameters of the Talkover node, "Next"
 * @param {object} [settings] of that node
 */
function listOnRequest(name, parameters, settings) {
	const list = { fieldToSplitOut: 'body.contacts', options: {} };
	/** @param {string} next */
	const to = (next) => ({ main: [[{ node: next, type: 'main', index: 0 }]] });
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

/** @param {string} path */
function webhook(path) {
	const parameters = { httpMethod: 'POST', path, options: {} };
	return node('Webhook', 'n8n-nodes-base.webhook', 2, parameters, { webhookId: randomUUID() });
}

/**
 * Calls the contact of each webhook request, and posts each call with its outcome to an address.
 *
 * @param {string} name also the path of the webhook
 * @param {string} url
 * @param {Record<string, unknown>} [parameters] of Make Call
 */
function callOnRequest(name, url, parameters) {
	const call = {
		operation: 'makeCall',
		...SALES_AGENT,
		phone: '={{ $json.body.phone }}',
		options: {},
		...parameters,
	};
	/** @param {string} outcome */
	const log = (outcome) =>
		node(outcome, 'n8n-nodes-base.httpRequest', 4.2, {
			method: 'POST',
			url,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ JSON.stringify({ outcome: '${outcome}', ...$json }) }}`,
			options: {},
		});
	/** @param {string} next */
	const to = (next) => [{ node: next, type: 'main', index: 0 }];
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
 * @param {string} name also the path of the server
 */
function callByMcp(name) {
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
 * @param {string} name
 * @param {object[]} contacts
 * @param {object} [settings] of the Talkover node
 * @param {boolean} [hangUp] each call before the next
 */
function makeCallsInLoop(name, contacts, settings, hangUp = false) {
	const { nodes, connections } = makeCalls(name, contacts, settings);
	const end = { operation: 'endCall', agentId: SALES_AGENT.agentId, callId: '={{ $json.id }}' };
	/** @param {string} node */
	const to = (node) => [{ node, type: 'main', index: 0 }];
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
 * @param {string} name
 * @param {string} url
 * @param {Record<string, unknown>} [parameters] of the trigger
 */
function onEvent(name, url, parameters) {
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

/**
 * @param {string} name
 * @param {Record<string, unknown>} parameters
 * @param {object} [settings]
 */
function talkover(name, parameters, settings) {
	return node(name, 'n8n-nodes-talkover.talkover', 1, parameters, {
		credentials: TALKOVER,
		...settings,
	});
}

/**
 * An HTTP Request node with the Talkover credential.
 *
 * @param {string} name
 * @param {string} url
 */
function httpRequest(name, url) {
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
 * @param {string} name
 * @param {number} agentVersion
 * @param {Record<string, unknown>} [parameters] of the tool, besides agent and phone
 * @param {object} [item] what the agent works on
 * @param {object} [settings] of the tool
 */
function aiAgent(name, agentVersion, parameters, item = {}, settings = {}) {
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

module.exports = {
	SALES_AGENT,
	afterContacts,
	aiAgent,
	callAndWait,
	callByMcp,
	callOnRequest,
	httpRequest,
	listCalls,
	listOnRequest,
	lookUp,
	lookUpOnRequest,
	makeCalls,
	makeCallsInLoop,
	onEvent,
	talkover,
	waitForCalls,
	withFiles,
};
