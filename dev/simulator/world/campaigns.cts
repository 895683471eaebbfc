import { isActive } from './calls.cts';
import type { CallStatus } from './calls.cts';
import { showTime } from './time.cts';

export type CampaignStatus = 'draft' | 'active' | 'paused' | 'completed' | 'cancelled';

/** The statuses that a campaign can change to, by its status. */
export const TRANSITIONS: Record<CampaignStatus, CampaignStatus[]> = {
	draft: ['active', 'cancelled'],
	active: ['paused', 'completed', 'cancelled'],
	paused: ['active', 'completed', 'cancelled'],
	completed: [],
	cancelled: [],
};

/** Fields that the list shows. */
const listed = {
	description: '',
	status: 'active' as CampaignStatus,
	campaign_type: 'sales',
	start_date: '2024-01-01',
	days_of_week: [1, 2, 3, 4, 5],
	earliest_call_time: '09:00:00',
	latest_call_time: '17:00:00',
	timezone: 'America/New_York',
	initial_call_delay: 0,
	max_retries: 3,
	retry_cooldown_hours: 24,
	created_at: '2024-01-01T00:00:00Z',
	updated_at: '2024-01-01T00:00:00Z',
};

/** Fields that only the request for one campaign shows. */
const detailed = {
	enable_post_completion_cooldown: true,
	post_completion_cooldown_hours: 168,
	success_cooldown_hours: 168,
	voicemail_cooldown_hours: 24,
	no_answer_cooldown_hours: 24,
	busy_cooldown_hours: 24,
	failed_cooldown_hours: 24,
	do_not_call_enabled: true,
	do_not_call_list_source: 'environment',
	auto_add_to_dnc_enabled: true,
	auto_dnc_trigger_statuses: ['completed', 'voicemail'],
	auto_dnc_trigger_errors: ['invalid_number', 'disconnected'],
	files: [] as object[],
};

/** A campaign as the API shows it, without its agent, calls and statistics. */
export type Campaign = typeof listed &
	typeof detailed & { id: string; name: string; agent_id: string };

/** A call in the queue of a campaign. */
export interface CampaignCall {
	/** Not the ID of a call: how the two are related is not documented. */
	id: string;
	campaignId: string;
	/** E.164. */
	to: string;
	status: 'queued' | CallStatus;
	/** Epoch milliseconds. */
	createdAt: number;
}

/** @param number of the campaign in its environment, from 1, for the default ID and name */
export const createCampaign = (
	given: Partial<Campaign> & { agent_id: string },
	number: number,
): Campaign => ({
	id: `campaign-${number}`,
	name: `Campaign ${number}`,
	...structuredClone({ ...listed, ...detailed }),
	...given,
});

/** Whether a call is queued or active, so that a second call to the number is a duplicate. */
export const isPending = ({ status }: CampaignCall) => status === 'queued' || isActive(status);

/** The campaign in the format of the list, without its agent. */
export function showCampaign(campaign: Campaign, calls: CampaignCall[]) {
	const members = Object.entries(campaign).filter(([name]) => !(name in detailed));
	return { ...Object.fromEntries(members), stats: countCalls(calls) };
}

/** The campaign in the format of the request for one campaign, without its agent. */
export const showCampaignDetail = (campaign: Campaign, calls: CampaignCall[]) => ({
	...campaign,
	calls: calls.map(({ id, to, status, createdAt }) => ({
		id,
		to,
		status,
		retries: 0,
		created_at: showTime(createdAt),
	})),
	// The simulator's campaign calls have only a status, and no duration.
	stats: { ...countCalls(calls), average_duration: 0 },
});

/** The call in the format of make-campaign-call. */
export const showCampaignCall = ({ id, campaignId, to, status, createdAt }: CampaignCall) => ({
	id,
	campaign_id: campaignId,
	to,
	status,
	created_at: showTime(createdAt),
});

function countCalls(calls: CampaignCall[]) {
	const count = (...statuses: string[]) =>
		calls.filter(({ status }) => statuses.includes(status)).length;
	const completed = count('completed');
	return {
		total_calls: calls.length,
		completed_calls: completed,
		failed_calls: count('failed', 'busy', 'no-answer'),
		success_rate: calls.length ? (completed / calls.length) * 100 : 0,
	};
}
