const { setTimeout: sleep } = require('node:timers/promises');
const { RunResult } = require('./runResult');

/**
 * @typedef {object} Owner
 * @property {string} email
 * @property {string} password
 */
/**
 * @typedef {object} CredentialToUse
 * @property {string} id
 * @property {string} name
 * @property {string} type
 */

/** Sends the requests of n8n's editor to a running n8n. The endpoints are internal, but differ little between versions. */
class RestClient {
	#cookie = '';

	/** @param {string} url of the editor */
	constructor(url) {
		this.url = url;
	}

	/**
	 * Signs in as the owner, and creates the owner in a new n8n.
	 *
	 * @param {Owner} owner
	 * @throws {Error} if n8n has another owner, or the password is wrong
	 */
	async signIn({ email, password }) {
		const { userManagement } = await this.#request('GET', '/rest/settings');
		if (userManagement.showSetupOnFirstLoad) {
			const names = { firstName: 'Talkover', lastName: 'Demo' };
			await this.#request('POST', '/rest/owner/setup', { email, password, ...names });
		} else {
			await this.#request('POST', '/rest/login', { emailOrLdapLoginId: email, email, password });
		}
	}

	/** @returns {Promise<any[]>} the descriptions of all nodes that the editor offers */
	async nodeTypes() {
		return await this.#request('GET', '/types/nodes.json');
	}

	/** @returns {Promise<any[]>} the descriptions of all credentials that the editor offers */
	async credentialTypes() {
		return await this.#request('GET', '/types/credentials.json');
	}

	/**
	 * One page of the drop-down of a resource locator.
	 *
	 * @param {object} query
	 * @param {string} query.nodeType with its package, such as `n8n-nodes-talkover.talkover`
	 * @param {number} [query.typeVersion]
	 * @param {string} query.parameter the resource locator's name
	 * @param {string} query.methodName
	 * @param {CredentialToUse} query.credential
	 * @param {Record<string, unknown>} [query.parameters] current parameters of the node
	 * @param {string} [query.filter] text in the search box
	 * @param {unknown} [query.paginationToken] of the page before
	 * @returns {Promise<{ results: Array<{ name: string, value: string, url?: string }>, paginationToken?: unknown }>}
	 * @throws {Error} with the message that the editor shows, if the list cannot be loaded
	 */
	async listSearch({ nodeType, typeVersion = 1, parameter, methodName, credential, ...rest }) {
		const { parameters = {}, filter, paginationToken } = rest;
		return await this.#request('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
			path: `parameters.${parameter}`,
			methodName,
			nodeTypeAndVersion: { name: nodeType, version: typeVersion },
			currentNodeParameters: parameters,
			credentials: { [credential.type]: { id: credential.id, name: credential.name } },
			filter,
			paginationToken,
		});
	}

	/**
	 * The entries of a drop-down that loads them.
	 *
	 * @param {object} query see `listSearch`
	 * @param {string} query.nodeType
	 * @param {number} [query.typeVersion]
	 * @param {string} query.parameter
	 * @param {string} query.methodName
	 * @param {CredentialToUse} query.credential
	 * @param {Record<string, unknown>} [query.parameters] current parameters of the node
	 * @returns {Promise<Array<{ name: string, value: string, description?: string }>>}
	 */
	async loadOptions({ nodeType, typeVersion = 1, parameter, methodName, credential, parameters }) {
		return await this.#request('POST', '/rest/dynamic-node-parameters/options', {
			path: `parameters.${parameter}`,
			methodName,
			nodeTypeAndVersion: { name: nodeType, version: typeVersion },
			currentNodeParameters: parameters ?? {},
			credentials: { [credential.type]: { id: credential.id, name: credential.name } },
		});
	}

	/**
	 * Presses the Test button of a credential that need not be saved.
	 *
	 * @param {CredentialToUse & { data: Record<string, unknown> }} credential
	 * @returns {Promise<{ status: 'OK' | 'Error', message: string }>}
	 */
	async testCredential(credential) {
		return await this.#request('POST', '/rest/credentials/test', { credentials: credential });
	}

	/**
	 * @param {import('./instance').Workflow} workflow
	 * @returns {Promise<string>} its ID
	 */
	async createWorkflow(workflow) {
		const { id } = await this.#request('POST', '/rest/workflows', {
			settings: { executionOrder: 'v1' },
			active: false,
			...workflow,
		});
		return id;
	}

	/**
	 * Saves a workflow. An active one stays active.
	 *
	 * @param {string} id
	 * @param {Partial<import('./instance').Workflow>} changes
	 */
	async updateWorkflow(id, changes) {
		const { versionId } = await this.#request('GET', `/rest/workflows/${id}`);
		await this.#request('PATCH', `/rest/workflows/${id}`, { versionId, ...changes });
	}

	/**
	 * Activates the saved workflow: "Publish", or the switch "Active" of n8n 1.x.
	 *
	 * @param {string} id
	 * @throws {Error} with n8n's message, if it cannot be activated
	 */
	async activate(id) {
		const { versionId } = await this.#request('GET', `/rest/workflows/${id}`);
		await this.#request('POST', `/rest/workflows/${id}/activate`, { versionId });
		await this.#untilPublication(id, ['published', 'failed', 'partial']);
	}

	/** @param {string} id */
	async deactivate(id) {
		await this.#request('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.#untilPublication(id, ['not_published']);
	}

	/**
	 * Waits until a workflow is activated or deactivated: n8n 2.x answers earlier. n8n 1.x has no such status.
	 *
	 * @param {string} id
	 * @param {string[]} ends the statuses that end the wait
	 * @throws {Error} with n8n's message, if it failed
	 */
	async #untilPublication(id, ends) {
		for (;;) {
			const path = `/rest/workflows/${id}/publication-status`;
			const { status, triggers = [] } = await this.#request('GET', path).catch((error) => {
				if (/ 404 /.test(error.message)) return { status: ends[0] };
				throw error;
			});
			if (ends.includes(status)) {
				const errors = triggers.map((/** @type {any} */ trigger) => trigger.errorMessage);
				if (errors.some(Boolean)) throw new Error(errors.join(' '));
				return;
			}
			await sleep(100);
		}
	}

	/**
	 * @param {string} id
	 * @returns {Promise<Array<{ id: string, status: string, mode: string }>>} the workflow's executions that n8n has saved, at most 100
	 */
	async executions(id) {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { results } = await this.#request('GET', `/rest/executions?filter=${filter}&limit=100`);
		return results;
	}

	/**
	 * @param {string} id
	 * @returns {Promise<number>} how many of the workflow's executions have ended, however many there are
	 */
	async endedExecutions(id) {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { count } = await this.#request('GET', `/rest/executions?filter=${filter}`);
		return count;
	}

	/** @param {string} id */
	async deleteWorkflow(id) {
		await this.#request('POST', `/rest/workflows/${id}/archive`, {});
		await this.#untilPublication(id, ['not_published']);
		await this.#request('DELETE', `/rest/workflows/${id}`);
	}

	/**
	 * Starts a workflow like the button Execute. A workflow with a webhook begins to listen for a test event.
	 *
	 * @param {string} workflowId
	 * @param {string} trigger name of the node to start from
	 * @returns {Promise<string>} the ID of the started execution
	 */
	async startExecution(workflowId, trigger) {
		// n8n 1.x needs the workflow; 2.x takes the saved one.
		const workflowData = await this.#request('GET', `/rest/workflows/${workflowId}`);
		const { executionId } = await this.#request('POST', `/rest/workflows/${workflowId}/run`, {
			workflowData,
			triggerToStartFrom: { name: trigger },
		});
		return executionId;
	}

	/**
	 * Presses "Stop listening" of a workflow that listens for a test event, or begins to.
	 *
	 * @param {string} workflowId
	 */
	async stopListening(workflowId) {
		await this.#request('DELETE', `/rest/test-webhook/${workflowId}`);
	}

	/**
	 * Presses "Retry with original workflow" of an execution that failed.
	 *
	 * @param {string} executionId
	 */
	async retryExecution(executionId) {
		const path = `/rest/executions/${executionId}/retry`;
		await this.#request('POST', path, { loadWorkflow: false });
	}

	/**
	 * @param {string} executionId
	 * @returns {Promise<string>} as in the list of executions: `running`, `success`, `error`, `canceled`, …
	 */
	async executionStatus(executionId) {
		return (await this.#request('GET', `/rest/executions/${executionId}`)).status;
	}

	/**
	 * @param {string} executionId
	 * @returns {Promise<RunResult>} what the execution came to until now
	 */
	async executionResult(executionId) {
		const { status, data } = await this.#request('GET', `/rest/executions/${executionId}`);
		return new RunResult({ status, data: unflatten(data) });
	}

	/**
	 * Presses the Stop button of an execution.
	 *
	 * @param {string} executionId
	 * @throws {Error} if it is not running
	 */
	async stopExecution(executionId) {
		await this.#request('POST', `/rest/executions/${executionId}/stop`);
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {unknown} [body]
	 * @returns {Promise<any>} without n8n's envelope
	 * @throws {Error} with n8n's message, if the request fails
	 */
	async #request(method, path, body) {
		const response = await fetch(this.url + path, {
			method,
			headers: {
				Cookie: this.#cookie,
				'Content-Type': 'application/json',
				// A kept-alive connection may close just when it is used again.
				Connection: 'close',
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`${method} ${path}: ${response.status} ${messageIn(text)}`);
		}
		const [cookie] = response.headers.getSetCookie();
		if (cookie) this.#cookie = cookie.split(';')[0];
		const answer = JSON.parse(text);
		return answer.data ?? answer;
	}
}

/**
 * Reads what n8n wrote with the library "flatted": a list of values, whose members that are text are places in the list.
 *
 * @param {string} text
 * @returns {any}
 */
function unflatten(text) {
	/** @type {unknown[]} */
	const values = JSON.parse(text);
	const seen = new Map();
	/** @param {number} place @returns {unknown} */
	const read = (place) => {
		const value = values[place];
		if (typeof value !== 'object' || value === null) return value;
		if (!seen.has(place)) {
			const whole = /** @type {Record<string, unknown>} */ (Array.isArray(value) ? [] : {});
			seen.set(place, whole);
			for (const [key, member] of Object.entries(value)) {
				whole[key] = typeof member === 'string' ? read(Number(member)) : member;
			}
		}
		return seen.get(place);
	};
	return read(0);
}

/**
 * @param {string} text
 * @returns n8n's message with its hint, which names the nodes if webhooks conflict
 */
function messageIn(text) {
	try {
		const { message, hint } = JSON.parse(text);
		return [message ?? text, hint].filter(Boolean).join(' ');
	} catch {
		return text;
	}
}

module.exports = { RestClient };
