import { expect, test } from '@jest/globals';
import { LoadOptionsContext } from 'n8n-core';
import nock from 'nock';
import type { ReplyBody } from 'nock';
import type { IDataObject } from 'n8n-workflow';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL, hostOf } from '../../helpers/engine';
import { operationWorkflow } from '../../helpers/runOperation';
import { mockWire } from '../../helpers/talkover';

mockWire();

const agentId = { __rl: true, mode: 'list', value: 'agent-1' };
const campaignId = { __rl: true, mode: 'id', value: 'campaign-1' };

/** Opens the drop-down, as n8n does for its editor. */
async function open(parameters: IDataObject, filter?: string) {
	const file = operationWorkflow('webhookDelivery.getAll', { parameters });
	const { workflow, additionalData } = hostOf(file);
	const node = workflow.nodes.Talkover;
	const { listSearch } = workflow.nodeTypes.getByNameAndVersion(node.type).methods ?? {};
	additionalData.currentNodeParameters = node.parameters;
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	return (await withFastClock(async () => await listSearch?.searchWebhooks.call(context, filter)))
		.value;
}

const url = 'https://n8n.example/webhook/1';
const webhooks = [
	{ id: 'w-1', name: 'n8n: Log', webhook_url: url, enabled: true, status: 'active' },
	{ id: 'w-2', name: 'Old', webhook_url: 'https://old.example/', enabled: false },
	{ id: 'w-3', webhook_url: 'https://nameless.example/' },
];
const onList = (path: string, body: ReplyBody, status = 200) =>
	nock(BASE_URL).get(path).reply(status, body);

test.each([
	[{ source: 'agent', agentId }, '/agents/agent-1/webhooks'],
	[{ source: 'campaign', campaignId }, '/campaigns/campaign-1/webhooks'],
])('shows the webhooks of %j by name and address', async (parameters, path) => {
	onList(path, { success: true, data: { webhooks } });
	expect(await open(parameters)).toEqual({
		results: [
			{ name: `n8n: Log (${url})`, value: 'w-1' },
			{ name: 'Old (https://old.example/) [disabled]', value: 'w-2' },
			{ name: 'w-3 (https://nameless.example/)', value: 'w-3' },
		],
	});
});

test.each([
	['LOG', ['w-1']],
	[' .example ', ['w-1', 'w-2', 'w-3']],
	['old.ex', ['w-2']],
	['none', []],
])('finds %j in name and address', async (filter, ids) => {
	onList('/agents/agent-1/webhooks', { success: true, data: { webhooks } });
	const { results = [] } = (await open({ source: 'agent', agentId }, filter)) ?? {};
	expect(results.map(({ value }) => value)).toEqual(ids);
});

test('says what is missing or wrong', async () => {
	const none = { ...agentId, value: '' };
	await expect(open({ source: 'agent', agentId: none })).rejects.toThrow('No agent is chosen');
	onList('/agents/agent-1/webhooks', { message: 'Missing Bearer Token' }, 401);
	await expect(open({ source: 'agent', agentId })).rejects.toThrow('does not accept the token');
});
