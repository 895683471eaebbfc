import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { HookContext, WebhookContext } from 'n8n-core';
import type { IDataObject, INode, IWebhookData, WorkflowExecuteMode } from 'n8n-workflow';
import nock from 'nock';
import { TalkoverTrigger } from '../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { startSimulator } from '../simulator';
import type { Simulator } from '../simulator';
import { hostOf, TOKEN } from './engine';

export const ADDRESS = 'https://n8n.test/webhook/hook-1/webhook';
export const TEST_ADDRESS = ADDRESS.replace('/webhook/', '/webhook-test/');

const { create, delete: remove } = new TalkoverTrigger().webhookMethods.default;

/** What n8n hands to a trigger, besides its parameters. */
interface Setting {
	/** What is kept with the workflow: a trigger that is called with the same object finds what it has kept. */
	staticData?: IDataObject;
	isTest?: boolean;
	workflowId?: string;
	token?: string;
	/** Of another Talkover than the stage's. */
	baseUrl?: string;
}

/** The agent of the tests, unless they say another. */
export const agent = (value: string) => ({ agentId: { __rl: true, mode: 'id', value } });

const trigger = (parameters: IDataObject): INode => ({
	id: '1',
	name: 'Talkover Trigger',
	type: 'n8n-nodes-talkover.talkoverTrigger',
	typeVersion: 1,
	position: [0, 0],
	webhookId: 'hook-1',
	parameters: { ...agent('agent-1'), ...parameters } as never,
	credentials: { talkoverApi: { id: '1', name: 'Talkover account' } },
});

/** A Talkover on loopback, and what n8n does with a trigger: n8n-core's own contexts. */
export class Stage {
	talkover!: Simulator;

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
		beforeEach(() => this.talkover.reset());
		afterAll(async () => await this.talkover.stop());
	}

	/** Where the webhooks lead that there are. */
	get addresses(): string[] {
		return this.talkover.webhooks.map(({ webhook_url: url }) => url);
	}

	/** Of the only webhook there is. */
	get secret(): string {
		const [{ custom_headers: headers }, ...others] = this.talkover.webhooks;
		if (others.length > 0) throw new Error('There is more than one webhook');
		return headers?.[0].value ?? '';
	}

	/** The requests that Talkover got, as `POST`. */
	get methods(): string[] {
		return this.talkover.requests.map(({ method }) => method);
	}

	async activate(parameters?: IDataObject, setting?: Setting) {
		return await create.call(this.hook(parameters, setting));
	}

	async deactivate(parameters?: IDataObject, setting?: Setting) {
		return await this.remove(this.hook(parameters, setting));
	}

	async remove(context: HookContext) {
		return await remove.call(context);
	}

	/** What n8n hands to a trigger that it activates or deactivates. */
	hook(parameters: IDataObject = {}, setting: Setting = {}): HookContext {
		const { workflow, node, additionalData, mode, webhookData } = this.host(parameters, setting);
		return new HookContext(workflow, node, additionalData, mode, 'activate', webhookData);
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
		const { workflowData } = await new TalkoverTrigger().webhook.call(context);
		if ((status === 200) !== (workflowData !== undefined)) throw new Error('Not what it says');
		return status;
	}

	private host(parameters: IDataObject, setting: Setting) {
		const { staticData = {}, isTest = false, workflowId = 'test' } = setting;
		const { token = TOKEN, baseUrl = this.talkover.baseUrl } = setting;
		const file = { nodes: [trigger(parameters)], connections: {} };
		const { workflow, additionalData } = hostOf(file, { token, baseUrl });
		workflow.id = workflowId;
		workflow.setTestStaticData({ 'node:Talkover Trigger': staticData });
		const mode: WorkflowExecuteMode = isTest ? 'manual' : 'webhook';
		const webhookData = { isTest } as unknown as IWebhookData;
		const [node] = Object.values(workflow.nodes);
		return { workflow, node, additionalData, mode, webhookData };
	}
}
