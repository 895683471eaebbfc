/** The workflows of the tests, in n8n's own form. What they have in common is made here; what a test is about, it says. */

const TALKOVER = { talkoverApi: { id: 'talkover', name: 'Talkover account' } };

/**
 * @param {string} name
 * @param {string} type
 * @param {number} typeVersion
 * @param {object} parameters
 * @param {object} [more]
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
 * @param {string} name
 * @param {object[]} contacts
 * @param {object} [settings] of the Talkover node
 * @param {object} [options] the parameter of that name
 */
function lookUp(name, contacts, settings, options = {}) {
	const parameters = {
		agentId: { __rl: true, mode: 'id', value: 'sales-agent' },
		phone: '={{ $json.phone }}',
		options,
	};
	const settled = { credentials: TALKOVER, ...settings };
	return afterContacts(
		name,
		contacts,
		node('Next', 'n8n-nodes-talkover.talkover', 1, parameters, settled),
	);
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
 */
function aiAgent(name, agentVersion) {
	const agent = { promptType: 'define', text: 'Is this person on a call?', options: {} };
	const model = {
		model: { __rl: true, mode: 'id', value: 'stub' },
		responsesApiEnabled: false,
		options: {},
	};
	const tool = {
		agentId: { __rl: true, mode: 'id', value: 'sales-agent' },
		phone: "={{ $fromAI('phone', 'The phone number to look up', 'string') }}",
		options: {},
	};
	return {
		name,
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', agentVersion, agent),
			node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.2, model, {
				credentials: { openAiApi: { id: 'openAi', name: 'Stub' } },
			}),
			node('Talkover', 'n8n-nodes-talkover.talkoverTool', 1, tool, { credentials: TALKOVER }),
		],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			Talkover: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
}

module.exports = { aiAgent, httpRequest, lookUp };
