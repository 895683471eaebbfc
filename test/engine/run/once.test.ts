import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import nock from 'nock';
import type { ScriptedAnswer } from '../../../dev/simulator/api/scripts.cts';
import type { Talkover } from '../../../dev/simulator/api/talkover.cts';
import { withFastClock } from '../../helpers/clock.cts';
import { BASE_URL, runWorkflow } from '../../helpers/engine';
import { operationWorkflow, runOperation } from '../../helpers/runOperation';
import type { OperationName } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';

mockWire();

/** An operation that does something once. What it does it to is `target` in the item. */
interface OneTimeOperation {
	operation: OperationName;
	/** Of the contract: the request that is sent once. */
	request: string;
	target: string;
	parameters: IDataObject;
	options?: IDataObject;
	/** The request that shows that a new round of a loop acts again, for an operation that looks first whether it is done already. */
	look?: string;
	/** Whether it sets a value: then it may be sent again when nobody knows whether it was set, and by each call of a tool. */
	setsValue?: boolean;
	/** Whether each item has an action of its own, also if another has the same target. */
	eachItem?: boolean;
	/** In place of the simulated Talkover's. */
	answer?: ScriptedAnswer;
}

const byId = (name: string, value = '={{ $json.target }}') => ({
	[name]: { __rl: true, mode: 'id', value },
});
const toPhone = { target: phoneOf(1), parameters: { phone: '={{ $json.target }}' } };
const ofCampaign = { target: 'campaign-1', parameters: byId('campaignId') };
const ofAgent = { target: 'agent-1', parameters: byId('agentId') };
const named = {
	target: 'Summer',
	parameters: {
		name: '={{ $json.target }}',
		startDate: '2026-06-01',
		callHours: { ranges: [{ start: '09:00', end: '12:00' }] },
	},
};

const OPERATIONS: OneTimeOperation[] = [
	{
		operation: 'call.makeCall',
		request: 'makeCall',
		...toPhone,
		look: 'getActiveCall',
	},
	{
		operation: 'call.makeCall',
		request: 'makeCall',
		...toPhone,
		options: { ifAlreadyOnCall: 'callAnyway' },
		eachItem: true,
	},
	{
		operation: 'call.endCall',
		request: 'endCall',
		target: 'call-1',
		parameters: { callId: '={{ $json.target }}' },
	},
	{ operation: 'campaign.makeCampaignCall', request: 'makeCampaignCall', ...toPhone },
	{
		operation: 'campaign.makeCampaignCall',
		request: 'makeCampaignCall',
		...toPhone,
		options: { allowDuplicates: true },
		eachItem: true,
	},
	{ operation: 'campaign.create', request: 'createCampaign', ...named, eachItem: true },
	{
		operation: 'campaign.create',
		request: 'createCampaign',
		...named,
		options: { skipIfNameExists: true },
		look: 'listCampaigns',
	},
	{
		operation: 'campaign.update',
		request: 'updateCampaign',
		target: 'campaign-1',
		parameters: { ...byId('campaignId'), updateFields: { name: 'Autumn' } },
		setsValue: true,
	},
	{
		operation: 'campaign.updateStatus',
		request: 'updateCampaignStatus',
		...ofCampaign,
		setsValue: true,
	},
	{
		operation: 'agent.publish',
		request: 'publishAgent',
		...ofAgent,
		look: 'getAgent',
		setsValue: true,
	},
	{
		operation: 'agent.unpublish',
		request: 'unpublishAgent',
		...ofAgent,
		look: 'getAgent',
		setsValue: true,
	},
	{
		operation: 'webhookDelivery.retry',
		request: 'retryAgentWebhookLog',
		target: 'log-1',
		parameters: { ...byId('webhookId', 'webhook-1'), deliveryId: '={{ $json.target }}' },
		answer: { body: { success: true, data: { log_id: 'log-2', original_log_id: 'log-1' } } },
	},
];

const titled = OPERATIONS.map((row): [string, OneTimeOperation] => [
	[row.operation, ...Object.keys(row.options ?? {})].join(' with '),
	row,
]);

const REFUSED = { status: 403, body: { success: false, message: 'No' } };

/** @param answers of the first requests that are to be sent once; then Talkover answers */
function wire({ operation, request, answer }: OneTimeOperation, ...answers: ScriptedAnswer[]) {
	nock.cleanAll();
	const agent = {
		current_status: operation === 'agent.publish' ? ('draft' as const) : ('published' as const),
	};
	const talkover = wireTalkover({
		agents: [agent],
		answers: { [request]: (_, nth) => answers[nth - 1] ?? answer },
	});
	// The call that End Call ends.
	if (operation === 'call.endCall') talkover.startCall({ agentId: 'agent-1', to: phoneOf(1) });
	return talkover;
}

const item = (target?: string, more: IDataObject = {}): INodeExecutionData => ({
	json: { target, ...more },
});

/** Runs the items one after the other. */
const run = async (
	{ operation, parameters, options }: OneTimeOperation,
	items: INodeExecutionData[],
	settings: Parameters<typeof runOperation>[1] = {},
) =>
	await runOperation(operation, {
		plainOutputs: true,
		items,
		parameters: { ...parameters, options: { maxParallelRequests: 1, ...options } },
		...settings,
	});

const sent = (talkover: Talkover, { request }: OneTimeOperation) =>
	talkover.requestsFor(request).length;

const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const tool = {
	type: 'n8n-nodes-talkover.talkoverTool',
	onError: 'continueRegularOutput' as const,
};

describe.each(titled)('%s', (_, row) => {
	const { target } = row;

	test(`two items with the same target send ${row.eachItem ? 'a request each' : 'one request'}`, async () => {
		const talkover = wire(row);
		const result = await run(row, [item(target), item(target)]);
		expect(result.error?.message).toBeUndefined();
		const outputs = [0, 1].map((output) => result.items('Talkover', output));
		expect(outputs.flat()).toHaveLength(2);
		expect(sent(talkover, row)).toBe(row.eachItem ? 2 : 1);
	});

	test('Retry On Fail, because another item failed, sends no second request for what succeeded', async () => {
		const talkover = wire(row);
		const result = await run(row, [item(target), item()], retryOnFail);
		expect(result.error).toBeDefined();
		expect(sent(talkover, row)).toBe(1);
	});

	test(`Retry On Fail sends ${row.setsValue ? 'a request that sets a value' : 'no second request'} when the outcome is unknown`, async () => {
		const talkover = wire(row, { body: '<html>' });
		const result = await run(row, [item(target)], retryOnFail);
		if (row.setsValue) expect(result.error).toBeUndefined();
		else expect(result.error?.message).toContain('may have been');
		expect(sent(talkover, row)).toBe(row.setsValue ? 2 : 1);
	});

	test('Retry On Fail sends no second request for what was refused', async () => {
		const talkover = wire(row, REFUSED);
		const result = await run(row, [item(target)], retryOnFail);
		expect(result.error?.message).toContain('does not allow this');
		expect(sent(talkover, row)).toBe(1);
	});

	test('a new round of a loop acts again', async () => {
		const talkover = wire(row);
		const { operation, request, parameters, options = {}, look = request } = row;
		const file = operationWorkflow(operation, { parameters: { ...parameters, options } });
		const [contacts, node] = file.nodes;
		const loop = { ...contacts, id: 'Loop', name: 'Loop', type: 'test.secondRound' };
		// The input of the second round.
		const inputs = { ...contacts, id: 'Inputs', name: 'Inputs', type: 'n8n-nodes-base.noOp' };
		file.nodes = [contacts, inputs, node, loop];
		const to = (name: string) => [{ node: name, type: 'main' as const, index: 0 }];
		file.connections = {
			Contacts: { main: [to('Inputs')] },
			Inputs: { main: [[...to('Talkover'), ...to('Loop')]] },
			Loop: { main: [to('Inputs')] },
		};
		await withFastClock(async () => await runWorkflow(file, { items: [item(target)] }));
		expect(sent(talkover, { ...row, request: look })).toBeGreaterThanOrEqual(2);
	});

	test('another token may try what was refused to the first', async () => {
		const talkover = wire(row, REFUSED);
		const items = ['talq_a', 'talq_a', 'talq_b'].map((token) => item(target, { token }));
		const credential = { token: '={{ $json.token }}', baseUrl: BASE_URL };
		const result = await run(row, items.slice(row.eachItem ? 1 : 0), {
			credential,
			onError: 'continueErrorOutput',
		});
		expect(talkover.requestsFor(row.request).map(({ token }) => token)).toEqual([
			'talq_a',
			'talq_b',
		]);
		expect(result.items('Talkover')).toMatchObject([
			{ pairedItem: { item: row.eachItem ? 1 : 2 } },
		]);
	});

	test('as a tool, what was refused may be tried again, as the model may have corrected it', async () => {
		const talkover = wire(row, REFUSED);
		const items = [item(target), item(target)];
		const answers = (await run(row, items, tool)).json('Talkover');
		expect(answers).toEqual([
			{ error: expect.stringContaining('does not allow this') },
			expect.not.objectContaining({ error: expect.anything() }),
		]);
		expect(sent(talkover, row)).toBe(2);
	});
});
