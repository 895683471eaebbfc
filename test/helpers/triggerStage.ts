import { afterAll, beforeAll, beforeEach, jest } from '@jest/globals';
import { HookContext, WebhookContext } from 'n8n-core';
import type {
	IDataObject,
	INode,
	IWebhookData,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import nock from 'nock';
import { SECRET_HEADER } from '../../nodes/TalkoverTrigger/secret';
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { startSimulator } from '../../dev/simulator/index.cts';
import type { Simulator } from '../../dev/simulator/index.cts';
import { hostOf, TOKEN } from './engine';

/** What n8n passes to a trigger, besides its parameters. */
interface Setting {
	/** The node's static data. The trigger changes them in place. Default: empty. */
	staticData?: IDataObject;
	isTest?: boolean;
	/** Default: one for each test. */
	workflowId?: string;
	/** Undefined for a node that n8n's API created. */
	webhookId?: string;
	nodeName?: string;
	activationMode?: WorkflowActivateMode;
	/** The origin of n8n's own address. */
	origin?: string;
	token?: string;
	/** Whether n8n fails to read the credential. */
	unreadable?: boolean;
	/** The base URL of another Talkover than the stage's. */
	baseUrl?: string;
	/** The body of a delivery. */
	body?: string;
}

/** The parameter that chooses an agent. */
export const agent = (value: string) => ({ agentId: { __rl: true, mode: 'id', value } });

const trigger = (parameters: IDataObject, setting: Setting): INode => ({
	id: '1',
	name: setting.nodeName ?? 'Talkover Trigger',
	type: 'n8n-nodes-talkover.talkoverTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: { ...agent('agent-1'), ...parameters } as never,
	credentials: { talkoverApi: { id: '1', name: 'Talkover account' } },
	webhookId: 'webhookId' in setting ? setting.webhookId : 'hook-1',
});

/** A simulated Talkover, and a trigger that runs in the contexts of n8n-core. */
export class Stage {
	talkover!: Simulator;
	private node = new TalkoverTrigger();
	/** The workflow ID of the current test. */
	private workflowId = '';

	constructor() {
		// These tests send real requests.
		nock.restore();
		beforeAll(async () => {
			this.talkover = await startSimulator({
				tokens: [TOKEN, 'another'],
				agents: [{ id: 'agent-1' }, { id: 'agent-2' }],
				campaigns: [{ id: 'c-1' }],
			});
		});
		let count = 0;
		beforeEach(() => {
			this.talkover.reset();
			this.workflowId = `w${++count}`;
		});
		afterAll(async () => await this.talkover.stop());
	}

	/** The address that the trigger registers. */
	address({ isTest = false, workflowId = this.workflowId, webhookId = 'hook-1' }: Setting = {}) {
		const kind = isTest ? 'webhook-test' : 'webhook';
		return `https://n8n.test/${kind}/${webhookId}/webhook?workflow=${workflowId}`;
	}

	/** Restarts n8n: the node's modules are loaded a second time, so everything in memory is lost. */
	async restart(): Promise<void> {
		jest.resetModules();
		const loaded = await import('../../nodes/TalkoverTrigger/TalkoverTrigger.node');
		this.node = new loaded.TalkoverTrigger();
	}

	/** The addresses of all webhooks in Talkover. */
	get addresses(): string[] {
		return this.talkover.webhooks.map(({ webhook_url: url }) => url);
	}

	/** The secrets of all webhooks in Talkover. */
	get secrets(): string[] {
		return this.talkover.webhooks.map(({ custom_headers: headers }) => headers?.[0].value ?? '');
	}

	/**
	 * The secret of the only webhook in Talkover.
	 *
	 * @throws Error if there is not exactly one webhook
	 */
	get secret(): string {
		const [secret, ...others] = this.secrets;
		if (secret === undefined || others.length > 0)
			throw new Error('There is not exactly one webhook');
		return secret;
	}

	/** The methods of all requests to Talkover. */
	get methods(): string[] {
		return this.talkover.requests.map(({ method }) => method);
	}

	async activate(parameters?: IDataObject, setting?: Setting) {
		return await this.create(this.hook(parameters, setting));
	}

	async create(context: HookContext) {
		return await this.node.webhookMethods.default.create.call(context);
	}

	async deactivate(parameters?: IDataObject, setting?: Setting) {
		return await this.remove(this.hook(parameters, setting));
	}

	/** Removes a webhook. For that, n8n passes the same modes for a test as for production. */
	async remove(context: HookContext) {
		const removal = Object.create(context, {
			getMode: { value: () => 'internal' },
			getActivationMode: { value: () => 'update' },
		});
		return await this.node.webhookMethods.default.delete.call(removal);
	}

	/** The context that n8n passes to a trigger for an activation. */
	hook(parameters: IDataObject = {}, setting: Setting = {}): HookContext {
		return this.hookIn(this.host(parameters, setting), setting);
	}

	/** Like {@link hook}, for all triggers of one workflow: n8n activates them with one Workflow object. */
	hooks(settings: Setting[]): HookContext[] {
		const { workflow } = this.host({}, settings[0], settings.slice(1));
		return settings.map((setting) => this.hookIn({ ...this.host({}, setting), workflow }, setting));
	}

	private hookIn(
		{ workflow, node, additionalData, mode, webhookData }: ReturnType<Stage['host']>,
		{ activationMode = 'activate' }: Setting,
	): HookContext {
		return new HookContext(workflow, node, additionalData, mode, activationMode, webhookData);
	}

	/**
	 * Delivers an event to the trigger's address.
	 *
	 * @param headers of the request, their names in lower case
	 * @returns the status of the answer
	 */
	async receive(headers: IDataObject, setting: Setting = {}): Promise<number> {
		return (await this.handle(headers, setting)).status;
	}

	/**
	 * Delivers an event of Talkover to the trigger's address.
	 *
	 * @returns the item that starts the workflow; undefined if the workflow does not start
	 */
	async itemFor(body: unknown, setting: Setting = {}): Promise<IDataObject | undefined> {
		const headers = { [SECRET_HEADER]: this.secret };
		return (await this.handle(headers, { ...setting, body: JSON.stringify(body) })).item;
	}

	private async handle(headers: IDataObject, setting: Setting) {
		const { workflow, node, additionalData, mode, webhookData } = this.host({}, setting);
		let status = 200;
		const response = {
			status: (code: number) => ((status = code), response),
			json: () => response,
		};
		const request = {
			headers,
			rawBody: Buffer.from(setting.body ?? '{"call_id":"c1"}'),
			readRawBody: async () => undefined,
		};
		Object.assign(additionalData, { httpRequest: request, httpResponse: response });
		const context = new WebhookContext(workflow, node, additionalData, mode, webhookData, [], null);
		const { workflowData } = await this.node.webhook.call(context);
		// A delivery that starts no workflow may be answered with 200, but one that starts it is never refused.
		if (status !== 200 && workflowData !== undefined) throw new Error(`The status is ${status}`);
		return { status, item: workflowData?.[0][0].json };
	}

	/** @param others more triggers of the same workflow */
	private host(parameters: IDataObject, setting: Setting, others: Setting[] = []) {
		const { staticData = {}, isTest = false, workflowId = this.workflowId } = setting;
		const { origin = 'https://n8n.test', token = TOKEN, baseUrl = this.talkover.baseUrl } = setting;
		const node = trigger(parameters, setting);
		const nodes = [node, ...others.map((other) => trigger({}, other))];
		const { workflow, additionalData } = hostOf(
			{ nodes, connections: {} },
			{ token, baseUrl },
			() => {
				if (setting.unreadable) throw new Error('The credential does not exist');
			},
		);
		workflow.id = workflowId;
		workflow.setTestStaticData({ [`node:${node.name}`]: staticData });
		Object.assign(additionalData, {
			webhookBaseUrl: `${origin}/webhook`,
			webhookTestBaseUrl: `${origin}/webhook-test`,
		});
		const mode: WorkflowExecuteMode = isTest ? 'manual' : 'webhook';
		const webhookData = { isTest } as unknown as IWebhookData;
		return {
			workflow,
			node: workflow.nodes[node.name],
			additionalData,
			mode,
			webhookData,
		};
	}
}
