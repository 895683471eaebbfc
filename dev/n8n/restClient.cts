import { parse } from 'flatted';
import type { ExecutionStatus, ICredentialType, INodeTypeDescription, IRun } from 'n8n-workflow';
import type { Credential, Workflow } from './instance.cts';
import { until } from '../until.cts';
import { RunResult } from './runResult.cts';

export interface Owner {
	email: string;
	password: string;
}

type CredentialToUse = Omit<Credential, 'data'>;

/** A drop-down that loads its entries. */
interface DropDown {
	/** With its package, such as `n8n-nodes-talkover.talkover`. */
	nodeType: string;
	typeVersion?: number;
	/** The name of the parameter. */
	parameter: string;
	methodName: string;
	credential: CredentialToUse;
	/** Current parameters of the node. */
	parameters?: Record<string, unknown>;
}

interface ListPage {
	results: Array<{ name: string; value: string; url?: string }>;
	paginationToken?: string;
}

interface ListQuery extends DropDown {
	/** Text in the search box. */
	filter?: string;
	/** That of the page before. */
	paginationToken?: string;
}

/** A table of n8n's own. */
export interface DataTable {
	id: string;
	name: string;
	projectId: string;
}

interface SavedExecution {
	id: string;
	status: ExecutionStatus;
	mode: string;
}

/** What n8n 2.x says about a workflow that is activated or deactivated. */
interface Publication {
	status: string;
	triggers?: Array<{ errorMessage?: string }>;
}

/** Sends the requests of n8n's editor to a running n8n. The endpoints are internal, but differ little between versions. */
export class RestClient {
	#cookie = '';

	/** @param url of the editor */
	constructor(readonly url: string) {}

	/**
	 * Signs in as the owner, and creates the owner in a new n8n.
	 *
	 * @throws Error if n8n has another owner, or the password is wrong
	 */
	async signIn({ email, password }: Owner) {
		const { userManagement } = await this.#request<{
			userManagement: { showSetupOnFirstLoad?: boolean };
		}>('GET', '/rest/settings');
		if (userManagement.showSetupOnFirstLoad) {
			const names = { firstName: 'Talkover', lastName: 'Demo' };
			await this.#request('POST', '/rest/owner/setup', { email, password, ...names });
		} else {
			await this.#request('POST', '/rest/login', { emailOrLdapLoginId: email, email, password });
		}
	}

	/** @returns the descriptions of all nodes that the editor offers */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.#request('GET', '/types/nodes.json');
	}

	/** @returns the descriptions of all credentials that the editor offers */
	async credentialTypes(): Promise<ICredentialType[]> {
		return await this.#request('GET', '/types/credentials.json');
	}

	/**
	 * One page of the drop-down of a resource locator.
	 *
	 * @throws Error with the message that the editor shows, if the list cannot be loaded
	 */
	async listSearch({ filter, paginationToken, ...dropDown }: ListQuery): Promise<ListPage> {
		const path = '/rest/dynamic-node-parameters/resource-locator-results';
		return await this.#request('POST', path, { ...lookUp(dropDown), filter, paginationToken });
	}

	/** The entries of a drop-down that is no resource locator. */
	async loadOptions(
		dropDown: DropDown,
	): Promise<Array<{ name: string; value: string; description?: string }>> {
		const path = '/rest/dynamic-node-parameters/options';
		return await this.#request('POST', path, lookUp(dropDown));
	}

	/** Presses the Test button of a credential that need not be saved. */
	async testCredential(
		credential: Credential,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.#request('POST', '/rest/credentials/test', { credentials: credential });
	}

	/** @returns its ID */
	async createCredential(credential: Omit<Credential, 'id'>): Promise<string> {
		return (await this.#request<{ id: string }>('POST', '/rest/credentials', credential)).id;
	}

	async updateCredential({ id, ...credential }: Credential) {
		await this.#request('PATCH', `/rest/credentials/${id}`, credential);
	}

	/** @returns its ID */
	async createWorkflow(workflow: Workflow): Promise<string> {
		const { id } = await this.#request<{ id: string }>('POST', '/rest/workflows', {
			settings: { executionOrder: 'v1' },
			active: false,
			...workflow,
		});
		return id;
	}

	async #versionId(id: string) {
		return (await this.#request<{ versionId: string }>('GET', `/rest/workflows/${id}`)).versionId;
	}

	/** Saves a workflow. An active one stays active. */
	async updateWorkflow(id: string, changes: Partial<Workflow>) {
		const versionId = await this.#versionId(id);
		await this.#request('PATCH', `/rest/workflows/${id}`, { versionId, ...changes });
	}

	/**
	 * Activates the saved workflow: "Publish", or the switch "Active" of n8n 1.x.
	 *
	 * @throws Error with n8n's message, if it cannot be activated
	 */
	async activate(id: string) {
		const versionId = await this.#versionId(id);
		await this.#switch(id, 'activate', { versionId, active: true });
		await this.#untilPublication(id, ['published', 'failed', 'partial']);
	}

	async deactivate(id: string) {
		await this.#switch(id, 'deactivate', { active: false });
		await this.#untilPublication(id, ['not_published']);
	}

	/** Older versions of n8n, such as 1.100, have no route for it: they save the workflow with its switch. */
	async #switch(id: string, route: 'activate' | 'deactivate', body: object) {
		await this.#request('POST', `/rest/workflows/${id}/${route}`, body).catch(
			async (error: Error) => {
				if (!/ 404 /.test(error.message)) throw error;
				await this.#request('PATCH', `/rest/workflows/${id}`, body);
			},
		);
	}

	/**
	 * Waits until a workflow is activated or deactivated: n8n 2.x answers earlier. n8n 1.x has no such status.
	 *
	 * @param ends the statuses that end the wait
	 * @throws Error with n8n's message, if it failed
	 */
	async #untilPublication(id: string, ends: string[]) {
		await until(async () => {
			const path = `/rest/workflows/${id}/publication-status`;
			const asked = this.#request<Publication>('GET', path);
			const { status, triggers = [] } = await asked.catch((error: Error): Publication => {
				if (/ 404 /.test(error.message)) return { status: ends[0] };
				throw error;
			});
			if (!ends.includes(status)) return false;
			const errors = triggers.map(({ errorMessage }) => errorMessage);
			if (errors.some(Boolean)) throw new Error(errors.join(' '));
			return true;
		});
	}

	/** @returns as it is saved */
	async workflow(id: string): Promise<Workflow> {
		return await this.#request('GET', `/rest/workflows/${id}`);
	}

	/**
	 * Creates a data table in the personal project.
	 *
	 * @param columns all of them text
	 */
	async createDataTable(
		name: string,
		columns: string[],
		rows: Array<Record<string, string>>,
	): Promise<DataTable> {
		const path = await this.#dataTables();
		const body = { name, columns: columns.map((column) => ({ name: column, type: 'string' })) };
		const table = await this.#request<DataTable>('POST', path, body);
		await this.#request('POST', `${path}/${table.id}/insert`, { data: rows, returnType: 'count' });
		return table;
	}

	/** @returns the data table of the personal project with exactly this name; undefined if there is none */
	async dataTable(name: string): Promise<DataTable | undefined> {
		const filter = encodeURIComponent(JSON.stringify({ name }));
		const path = `${await this.#dataTables()}?filter=${filter}`;
		// The filter also finds parts of names. `data` is n8n's own, in its envelope of the same name.
		const { data } = await this.#request<{ data: DataTable[] }>('GET', path);
		return data.find((table) => table.name === name);
	}

	/** @returns the rows of a data table, at most 100 */
	async dataTableRows({ id }: DataTable): Promise<Array<Record<string, string | number | null>>> {
		const path = `${await this.#dataTables()}/${id}/rows?take=100&sortBy=id:asc`;
		const { data } = await this.#request<{ data: Array<Record<string, string | null>> }>(
			'GET',
			path,
		);
		return data;
	}

	async #dataTables() {
		const { id } = await this.#request<{ id: string }>('GET', '/rest/projects/personal');
		return `/rest/projects/${id}/data-tables`;
	}

	/** @returns the workflow's executions that n8n has saved, at most 100 */
	async executions(id: string): Promise<SavedExecution[]> {
		return (await this.#executions(id, '&limit=100')).results;
	}

	/** @returns how many of the workflow's executions have ended, however many there are */
	async endedExecutions(id: string): Promise<number> {
		return (await this.#executions(id)).count;
	}

	async #executions(id: string, more = '') {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		return await this.#request<{ results: SavedExecution[]; count: number }>(
			'GET',
			`/rest/executions?filter=${filter}${more}`,
		);
	}

	async deleteWorkflow(id: string) {
		await this.#request('POST', `/rest/workflows/${id}/archive`, {});
		await this.#untilPublication(id, ['not_published']);
		await this.#request('DELETE', `/rest/workflows/${id}`);
	}

	/**
	 * Starts a workflow like the button Execute. A workflow with a webhook begins to listen for a test event.
	 *
	 * @param trigger name of the node to start from
	 * @returns the ID of the started execution
	 */
	async startExecution(workflowId: string, trigger: string): Promise<string> {
		// n8n 1.x needs the workflow; 2.x takes the saved one.
		const workflowData = await this.#request('GET', `/rest/workflows/${workflowId}`);
		const { executionId } = await this.#request<{ executionId: string }>(
			'POST',
			`/rest/workflows/${workflowId}/run`,
			{ workflowData, triggerToStartFrom: { name: trigger } },
		);
		return executionId;
	}

	/**
	 * Runs a workflow from its manual trigger, as a new one.
	 *
	 * @returns the result when it has ended, also if it failed
	 */
	async run({ id: _id, ...workflow }: Workflow): Promise<RunResult> {
		const [trigger = ''] = workflow.nodes
			.filter(({ type }) => type === 'n8n-nodes-base.manualTrigger')
			.map(({ name }) => name);
		return await this.runSaved(await this.createWorkflow(workflow), trigger);
	}

	/**
	 * Runs a saved workflow.
	 *
	 * @param trigger name of the node to start from
	 * @returns the result when it has ended, also if it failed
	 * @throws Error if it does not end in 20 minutes
	 */
	async runSaved(workflowId: string, trigger: string): Promise<RunResult> {
		const execution = await this.startExecution(workflowId, trigger);
		const hasEnded = async () => !/new|running|waiting/.test(await this.executionStatus(execution));
		const message = `Execution ${execution} of workflow ${workflowId} has not ended`;
		await until(hasEnded, { message });
		return await this.executionResult(execution);
	}

	/** Presses "Stop listening" of a workflow that listens for a test event, or begins to. */
	async stopListening(workflowId: string) {
		await this.#request('DELETE', `/rest/test-webhook/${workflowId}`);
	}

	/** Presses "Retry with original workflow" of an execution that failed. */
	async retryExecution(executionId: string) {
		const path = `/rest/executions/${executionId}/retry`;
		await this.#request('POST', path, { loadWorkflow: false });
	}

	/** @returns as in the list of executions */
	async executionStatus(executionId: string): Promise<ExecutionStatus> {
		const asked = this.#execution(executionId).then(({ status }) => status);
		// n8n 2.20 cannot read an execution that has not saved anything yet.
		return await asked.catch((error: Error): ExecutionStatus => {
			if (/ 500 .*undefined \(reading 'resultData'\)/.test(error.message)) return 'running';
			throw error;
		});
	}

	/** @returns what the execution came to until now */
	async executionResult(executionId: string): Promise<RunResult> {
		const { status, data } = await this.#execution(executionId);
		return new RunResult({ status, data: parse(data) as IRun['data'] });
	}

	/** @returns its data as text of the library flatted */
	async #execution(executionId: string) {
		return await this.#request<{ status: ExecutionStatus; data: string }>(
			'GET',
			`/rest/executions/${executionId}`,
		);
	}

	/**
	 * Presses the Stop button of an execution.
	 *
	 * @throws Error if it is not running
	 */
	async stopExecution(executionId: string) {
		await this.#request('POST', `/rest/executions/${executionId}/stop`);
	}

	/**
	 * @returns without n8n's envelope
	 * @throws Error with n8n's message, if the request fails
	 */
	async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
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

function lookUp({ nodeType, typeVersion = 1, parameter, methodName, ...rest }: DropDown) {
	const { credential, parameters = {} } = rest;
	return {
		path: `parameters.${parameter}`,
		methodName,
		nodeTypeAndVersion: { name: nodeType, version: typeVersion },
		currentNodeParameters: parameters,
		credentials: { [credential.type]: { id: credential.id, name: credential.name } },
	};
}

/** @returns n8n's message with its hint, which names the nodes if webhooks conflict */
function messageIn(text: string): string {
	try {
		const { message, hint } = JSON.parse(text);
		return [message ?? text, hint].filter(Boolean).join(' ');
	} catch {
		return text;
	}
}
