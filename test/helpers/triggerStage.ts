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
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { startSimulator } from '../../dev/simulator';
import type { Simulator } from '../../dev/simulator';
import { hostOf, TOKEN } from './engine';

/** What n8n hands to a trigger, besides its parameters. */
interface Setting {
	/** What is kept with the workflow: a trigger that is called with the same object finds what it has kept. */
	staticData?: IDataObject;
	isTest?: boolean;
	/** Default: one for each test. */
	workflowId?: string;
	/** Undefined for a node that was made by n8n's API. */
	webhookId?: string;
	nodeName?: string;
	activationMode?: WorkflowActivateMode;
	/** Where n8n is to be reached. */
	origin?: string;
	token?: string;
	/** Of another Talkover than the stage's. */
	baseUrl?: string;
}

/** The agent of the tests, unless they say another. */
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

/** A Talkover on loopback, and what n8n does with a trigger: n8n-core's own contexts. */
export class Stage {
	talkover!: Simulator;
	private node = new TalkoverTrigger();
	/** Of the test that runs. */
	private workflowId = '';

	constructor() {
		// These tests need the real wire.
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

	/** Where the trigger is reached. */
	address({ isTest = false, workflowId = this.workflowId, webhookId = 'hook-1' }: Setting = {}) {
		const kind = isTest ? 'webhook-test' : 'webhook';
		return `https://n8n.test/${kind}/${webhookId}/webhook?workflow=${workflowId}`;
	}

	/** n8n starts again: what it has not saved is forgotten. */
	async startAgain(): Promise<void> {
		jest.resetModules();
		const loaded = await import('../../nodes/TalkoverTrigger/TalkoverTrigger.node');
		this.node = new loaded.TalkoverTrigger();
	}

	/** Where the webhooks lead that there are. */
	get addresses(): string[] {
		return this.talkover.webhooks.map(({ webhook_url: url }) => url);
	}

	/** Of each webhook that there is. */
	get secrets(): string[] {
		return this.talkover.webhooks.map(({ custom_headers: headers }) => headers?.[0].value ?? '');
	}

	/** Of the only webhook there is. */
	get secret(): string {
		const [secret, ...others] = this.secrets;
		if (secret === undefined || others.length > 0) throw new Error('There is not one webhook');
		return secret;
	}

	/** The requests that Talkover got, as `POST`. */
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

	async remove(context: HookContext) {
		return await this.node.webhookMethods.default.delete.call(context);
	}

	/** What n8n hands to a trigger that it activates or deactivates. */
	hook(parameters: IDataObject = {}, setting: Setting = {}): HookContext {
		return this.hookIn(this.host(parameters, setting), setting);
	}

	/** As {@link hook}, for the triggers of one workflow: n8n activates them all with one Workflow object. */
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
	 * An event comes to the trigger's address.
	 *
	 * @param headers of the request, their names in lower case
	 * @returns the status of the answer
	 */
	async receive(headers: IDataObject, setting: Setting = {}): Promise<number> {
		const { workflow, node, additionalData, mode, webhookData } = this.host({}, setting);
		let status = 200;
		const response = {
			status: (code: number) => ((status = code), response),
			json: () => response,
		};
		const request = {
			headers,
			rawBody: Buffer.from('{"call_id":"c1"}'),
			readRawBody: async () => undefined,
		};
		Object.assign(additionalData, { httpRequest: request, httpResponse: response });
		const context = new WebhookContext(workflow, node, additionalData, mode, webhookData, [], null);
		const { workflowData } = await this.node.webhook.call(context);
		if ((status === 200) !== (workflowData !== undefined)) throw new Error('Not what it says');
		return status;
	}

	/** @param others triggers of the same workflow */
	private host(parameters: IDataObject, setting: Setting, others: Setting[] = []) {
		const { staticData = {}, isTest = false, workflowId = this.workflowId } = setting;
		const { origin = 'https://n8n.test', token = TOKEN, baseUrl = this.talkover.baseUrl } = setting;
		const node = trigger(parameters, setting);
		const nodes = [node, ...others.map((other) => trigger({}, other))];
		const { workflow, additionalData } = hostOf({ nodes, connections: {} }, { token, baseUrl });
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
