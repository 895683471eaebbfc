import { expect } from '@jest/globals';
import { outcome } from '../../../dev/simulator/index.cts';
import { subscribe } from '../simulator.cts';
import { TOKEN } from './setUp.cts';
import { SALES_AGENT, afterContacts, talkover } from './workflows.cts';
import type { RunResult } from '../../../dev/n8n/runResult.cts';
import type { Simulator, SimulatorOptions } from '../../../dev/simulator/index.cts';

/** The simulated Talkover that they need. */
export const WORLD: SimulatorOptions = {
	agents: [{ id: 'sales-agent', name: 'Bianca' }, { id: 'other' }],
	campaigns: [
		{ id: 'spring', name: 'Spring' },
		{ id: 'summer', name: 'Summer', status: 'paused' },
		{ id: 'over', name: 'Over', status: 'completed' },
		{ id: 'of-other', name: 'Of another agent', agent_id: 'other' },
	],
};

/**
 * Has the calls of campaigns end after a second, and an event of the sales agent not come through.
 *
 * @returns the ID of the webhook that the event was for
 */
export async function prepareWorld(simulator: Simulator): Promise<string> {
	simulator.setOutcomes(({ retries }) =>
		retries === undefined ? undefined : outcome('completed', 1000),
	);
	const settings = { events: ['event_recording'], max_retries: 0 };
	const nobody = { url: 'http://127.0.0.1:1/' };
	const webhook = await subscribe(simulator, nobody, settings, 'agents/sales-agent', TOKEN);
	await simulator.deliver('event_recording', { agentId: 'sales-agent' });
	return webhook;
}

/**
 * All operations except Get Active Call, each in its own node.
 *
 * @param contacts with numbers of the United States
 * @param webhook that {@link prepareWorld} has given
 */
export function everyOperation(name: string, contacts: Array<{ phone: string }>, webhook: string) {
	const missed = { __rl: true, mode: 'id', value: webhook };
	const endCall = {
		operation: 'endCall',
		agentId: SALES_AGENT.agentId,
		callId: '={{ $json.id }}',
		options: {},
	};
	const { nodes, connections } = afterContacts(
		name,
		contacts,
		talkover('Next', {
			operation: 'makeCall',
			...SALES_AGENT,
			payload: { values: [{ name: 'customer_name', value: '={{ $json.name }}' }] },
			options: { delay: 5, testCall: true, contextJson: '={{ { "crm": $json.name } }}' },
		}),
	);
	const updateStatus = (name: string, campaignId: string, status: string, settings?: object) =>
		talkover(
			name,
			{
				resource: 'campaign',
				operation: 'updateStatus',
				campaignId: { __rl: true, mode: 'id', value: campaignId },
				status,
				options: {},
			},
			settings,
		);
	const switchAgent = (name: string, operation: string) =>
		talkover(name, {
			resource: 'agent',
			operation,
			agentId: { __rl: true, mode: 'id', value: 'other' },
			options: {},
		});
	const to = (...names: string[]) => names.map((node) => ({ node, type: 'main', index: 0 }));
	const lists = ['Calls', 'Calls of Agent', 'Agents', 'Agent', 'Campaigns', 'Campaign', 'Numbers'];
	return {
		name,
		nodes: [
			...nodes,
			talkover('End', endCall),
			talkover('End Again', endCall),
			talkover('Wait', { ...endCall, operation: 'waitForEnd' }),
			talkover('Queue', {
				resource: 'campaign',
				operation: 'makeCampaignCall',
				campaignId: { __rl: true, mode: 'id', value: 'spring' },
				phone: '={{ $json.phone }}',
				options: {},
			}),
			talkover('Outcome', {
				resource: 'campaign',
				operation: 'waitForEnd',
				campaignId: { __rl: true, mode: 'id', value: 'spring' },
				callId: '={{ $json.id }}',
				options: { checkEvery: 2 },
			}),
			talkover('Calls of Campaign', {
				resource: 'campaign',
				operation: 'getCalls',
				campaignId: { __rl: true, mode: 'id', value: 'spring' },
				returnAll: true,
				filters: { phone: '={{ $json.to }}', status: 'completed' },
				options: {},
			}),
			talkover('Calls', {
				operation: 'getAll',
				returnAll: true,
				filters: {
					phone: contacts[0].phone.replace(/^\+1(...)(...)/, '+1 ($1) $2-'),
					status: 'answered',
				},
				options: {},
			}),
			talkover('Calls of Agent', {
				operation: 'getAll',
				callsOf: 'oneAgent',
				agentId: SALES_AGENT.agentId,
				limit: 1,
				filters: {},
				options: {},
			}),
			talkover('Agents', { resource: 'agent', operation: 'getAll', filters: {}, options: {} }),
			talkover('Agent', { resource: 'agent', agentId: SALES_AGENT.agentId, options: {} }),
			talkover('Campaigns', {
				resource: 'campaign',
				operation: 'getAll',
				filters: { status: 'active', agentId: SALES_AGENT.agentId },
				options: {},
			}),
			talkover('Campaign', {
				resource: 'campaign',
				operation: 'get',
				campaignId: { __rl: true, mode: 'id', value: 'spring' },
				options: {},
			}),
			talkover('Numbers', {
				resource: 'phoneNumber',
				returnAll: true,
				filters: { hasVoice: 'true' },
				options: {},
			}),
			talkover('Create', {
				resource: 'campaign',
				operation: 'create',
				name,
				campaignType: 'reminder',
				agentId: SALES_AGENT.agentId,
				startDate: '2026-06-01T00:00:00',
				callHours: { ranges: [{ start: '09:00', end: '18:00' }] },
				timezone: 'America/Sao_Paulo',
				additionalFields: { maxRetries: 1, endDate: '2026-07-01T00:00:00' },
				options: { skipIfNameExists: true },
			}),
			talkover('Update', {
				resource: 'campaign',
				operation: 'update',
				campaignId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				updateFields: {
					callHours: {
						ranges: [
							{ start: '10:00', end: '12:00' },
							{ start: '={{ "14:00" }}', end: '16:00' },
						],
					},
					clearEndDate: true,
					daysOfWeek: [6, 7],
				},
				options: {},
			}),
			switchAgent('Unpublish', 'unpublish'),
			switchAgent('Unpublish Again', 'unpublish'),
			switchAgent('Publish', 'publish'),
			talkover('Deliveries', {
				resource: 'webhookDelivery',
				webhookId: missed,
				agentId: SALES_AGENT.agentId,
				filters: { onlyUndelivered: true },
				options: {},
			}),
			talkover('Send Again', {
				resource: 'webhookDelivery',
				operation: 'retry',
				webhookId: missed,
				agentId: SALES_AGENT.agentId,
				deliveryId: '={{ $json.id }}',
				options: {},
			}),
			updateStatus('Activate', 'summer', 'active'),
			updateStatus('Activate Again', 'summer', 'active'),
			updateStatus('Pause', 'summer', 'paused'),
			updateStatus('Revive', 'over', 'active', { onError: 'continueErrorOutput' }),
		],
		connections: {
			...connections,
			Start: { main: [to('List', ...lists, 'Deliveries')] },
			Deliveries: { main: [to('Send Again')] },
			Contacts: { main: [to('Next', 'Queue')] },
			Next: { main: [to('End'), []] },
			Queue: { main: [to('Outcome'), []] },
			Outcome: { main: [to('Calls of Campaign'), []] },
			End: { main: [to('End Again')] },
			// After the list, which would show it as active.
			Campaigns: { main: [to('Activate')] },
			Activate: { main: [to('Activate Again')] },
			'Activate Again': { main: [to('Pause')] },
			Pause: { main: [to('Revive', 'Create')] },
			Create: { main: [to('Update')] },
			Update: { main: [to('Unpublish')] },
			Unpublish: { main: [to('Unpublish Again')] },
			'Unpublish Again': { main: [to('Publish')] },
			'End Again': { main: [to('Wait')] },
		},
	};
}

/** What the workflow must return, and send to Talkover. */
export function expectEveryOperation(
	result: RunResult,
	{ placedCalls, queuedCalls }: Simulator,
	{ onACall, free }: { onACall: string; free: string },
) {
	const [placed, ...others] = placedCalls;
	expect(others).toEqual([]);
	expect(placed).toEqual({
		placedAt: expect.any(Number),
		id: expect.any(String),
		agentId: 'sales-agent',
		to: free,
		payload: { customer_name: 'Bruno' },
		context: { crm: 'Bruno' },
		delay_seconds: 5,
		is_testing: true,
	});
	expect(result.json('Next', 0)).toEqual([expect.objectContaining({ id: placed.id, to: free })]);
	expect(result.json('Next', 1).map(({ to }) => to)).toEqual([onACall, free]);
	expect(result.json('Next', 1)[1].id).toBe(placed.id);
	expect(result.json('End')).toEqual([
		expect.objectContaining({ id: placed.id, ended: true, alreadyEnded: false }),
	]);
	expect(result.json('End Again')).toEqual([{ id: placed.id, ended: true, alreadyEnded: true }]);
	expect(result.json('Wait', 0)).toEqual([
		expect.objectContaining({ id: placed.id, to: free, status: 'completed' }),
	]);
	expect(result.json('Wait', 1)).toEqual([]);

	expect(queuedCalls.map(({ to }) => to).sort()).toEqual([onACall, free]);
	expect(result.json('Queue', 0).map(({ to }) => to)).toEqual([onACall, free]);
	expect(result.json('Queue', 1)).toEqual([result.json('Queue', 0)[1]]);
	const outcomes = result.json('Queue', 0).map(({ id, to, created_at }) => ({
		id,
		to,
		status: 'completed',
		retries: 0,
		created_at,
	}));
	expect(result.json('Outcome', 0)).toEqual(outcomes);
	expect(result.json('Outcome', 1)).toEqual([]);
	expect(result.json('Calls of Campaign')).toEqual(outcomes);

	expect(result.json('Calls').map(({ to }) => to)).toEqual([onACall]);
	expect(result.json('Calls of Agent')).toHaveLength(1);
	expect(result.json('Agents').map(({ id }) => id)).toEqual(['sales-agent', 'other']);
	expect(result.json('Agent')).toEqual([
		expect.objectContaining({ id: 'sales-agent', name: 'Bianca', status: 'published' }),
	]);
	expect(result.json('Campaigns').map(({ name }) => name)).toEqual(['Spring']);
	expect(result.json('Campaign')).toEqual([
		expect.objectContaining({ id: 'spring', name: 'Spring', status: 'active' }),
	]);
	expect(result.json('Campaign')[0]).not.toHaveProperty('calls');
	expect(result.json('Numbers')).toEqual([
		expect.objectContaining({ id: 'phone-1', number: '+15551230001', current_status: 'active' }),
	]);
	expect(result.json('Numbers')[0]).not.toHaveProperty('currency');
	const [delivery, ...otherDeliveries] = result.json('Deliveries');
	expect(otherDeliveries).toEqual([]);
	expect(delivery).toMatchObject({ event: 'event_recording', attempt: 1, status: 'failed' });
	expect(result.json('Send Again')).toEqual([
		expect.objectContaining({ id: delivery.id, retried: true, log_id: expect.any(String) }),
	]);
	const active = { id: 'summer', status: 'active', updated_at: expect.any(String) };
	expect(result.json('Activate')).toEqual([{ ...active, alreadySet: false }]);
	expect(result.json('Activate Again')).toEqual([{ ...active, alreadySet: true }]);
	expect(result.json('Pause')).toEqual([{ ...active, status: 'paused', alreadySet: false }]);
	expect(result.json('Revive', 0)).toEqual([]);
	expect(result.json('Revive', 1)).toEqual([
		expect.objectContaining({
			error: expect.stringContaining(
				'The campaign "over" is completed, so it cannot become active. This status is final.',
			),
		}),
	]);
	const created = {
		id: expect.any(String),
		status: 'draft',
		start_date: '2026-06-01',
		end_date: '2026-07-01',
		days_of_week: [1, 2, 3, 4, 5],
		call_time_ranges: [{ start: '09:00', end: '18:00' }],
		timezone: 'America/Sao_Paulo',
	};
	expect(result.json('Create')).toEqual([
		expect.objectContaining({ ...created, alreadyExists: false }),
	]);
	expect(result.json('Update')).toEqual([
		expect.objectContaining({
			...created,
			id: result.json('Create')[0].id,
			end_date: null,
			days_of_week: [6, 7],
			call_time_ranges: [
				{ start: '10:00', end: '12:00' },
				{ start: '14:00', end: '16:00' },
			],
		}),
	]);
	const draft = expect.objectContaining({ id: 'other', current_status: 'draft' });
	expect(result.json('Unpublish')).toEqual([draft]);
	expect(result.json('Unpublish')[0].alreadySet).toBe(false);
	expect(result.json('Unpublish Again')).toEqual([draft]);
	expect(result.json('Unpublish Again')[0].alreadySet).toBe(true);
	expect(result.json('Publish')).toEqual([
		expect.objectContaining({ id: 'other', current_status: 'published', alreadySet: false }),
	]);
}
