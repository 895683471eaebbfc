import { isActive } from './calls.cts';
import type { Call, CallStatus } from './calls.cts';
import { showTime } from './time.cts';
import type { CallBody } from './world.cts';

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

/** Fields that only the requests to create and to change a campaign take and show. */
const written = {
	end_date: null as string | null,
	/** Times as `HH:MM`. */
	call_time_ranges: [{ start: '09:00', end: '17:00' }],
};

/** A campaign as the API shows it, without its agent, calls and statistics. */
export type Campaign = typeof listed &
	typeof detailed &
	typeof written & { id: string; name: string; agent_id: string };

const HOUR = 3_600_000;

/** A call of a campaign, with its retries. Times are in epoch milliseconds. */
export class CampaignCall {
	/** Not the ID of a call: how the two are related is not documented. */
	readonly id: string;
	/** When the campaign dials next. */
	nextAt: number;
	/** The calls that the campaign has made for it. */
	readonly #attempts: Call[] = [];
	#status?: CallStatus;

	/** @param number of the call in its environment, from 1 */
	constructor(
		number: number,
		readonly campaignId: string,
		/** Of the request. */
		readonly body: CallBody,
		readonly createdAt: number,
	) {
		this.id = `campaign-call-${number}`;
		this.nextAt = createdAt;
	}

	/** E.164. */
	get to(): string {
		return this.body.to;
	}

	/** How often the campaign has dialed. */
	get attempts(): number {
		return this.#attempts.length;
	}

	get retries(): number {
		return Math.max(0, this.attempts - 1);
	}

	/** Adds an attempt. The campaign dials again after its cooldown unless the attempt is completed, or was the last one. */
	add(attempt: Call, { max_retries, retry_cooldown_hours }: Campaign): void {
		this.#attempts.push(attempt);
		const isLast = attempt.endsAs === 'completed' || this.retries >= max_retries;
		this.nextAt = isLast ? Infinity : attempt.endsAt + retry_cooldown_hours * HOUR;
	}

	/** Changes the status, and drops all retries. */
	setStatus(status: CallStatus): void {
		this.#status = status;
		this.nextAt = Infinity;
	}

	statusAt(now: number): 'queued' | CallStatus {
		return this.#status ?? this.#attempts.at(-1)?.statusAt(now) ?? 'queued';
	}

	/** Whether the call is queued or active, so that a second call to the number is a duplicate. */
	isPendingAt(now: number): boolean {
		return isActive(this.statusAt(now));
	}
}

/** @param number of the campaign in its environment, from 1, for the default ID and name */
export const createCampaign = (
	given: Partial<Campaign> & { agent_id: string },
	number: number,
): Campaign => ({
	id: `campaign-${number}`,
	name: `Campaign ${number}`,
	...structuredClone({ ...listed, ...detailed, ...written }),
	...given,
});

/** The campaign in the format of the list, without its agent. */
export function showCampaign(campaign: Campaign, calls: CampaignCall[], now: number) {
	const members = Object.entries(campaign).filter(
		([name]) => !(name in detailed) && !(name in written),
	);
	return { ...Object.fromEntries(members), stats: countCalls(calls, now) };
}

/**
 * The campaign in the format of the request for one campaign, without its agent.
 *
 * @param mostCalls how many calls it shows; the statistics count all of them
 */
export const showCampaignDetail = (
	{ end_date: _end, call_time_ranges: _ranges, ...shown }: Campaign,
	calls: CampaignCall[],
	now: number,
	mostCalls: number,
) => ({
	...shown,
	calls: calls.slice(0, mostCalls).map((call) => ({
		id: call.id,
		to: call.to,
		status: call.statusAt(now),
		retries: call.retries,
		created_at: showTime(call.createdAt),
	})),
	// The simulator does not keep the duration of each attempt.
	stats: { ...countCalls(calls, now), average_duration: 0 },
});

/** The campaign in the format of the requests to create and to change one. */
export const showWrittenCampaign = (campaign: Campaign) => ({
	id: campaign.id,
	name: campaign.name,
	description: campaign.description,
	campaign_type: campaign.campaign_type,
	status: campaign.status,
	agent_id: campaign.agent_id,
	start_date: campaign.start_date,
	end_date: campaign.end_date,
	days_of_week: campaign.days_of_week,
	call_time_ranges: campaign.call_time_ranges,
	timezone: campaign.timezone,
	max_retries: campaign.max_retries,
	retry_cooldown_hours: campaign.retry_cooldown_hours,
	do_not_call_enabled: campaign.do_not_call_enabled,
	created_at: campaign.created_at,
	updated_at: campaign.updated_at,
});

/**
 * Changes settings. Those that nothing shows are dropped.
 *
 * @param settings valid
 * @param now epoch milliseconds
 */
export function changeCampaign(campaign: Campaign, settings: Partial<Campaign>, now: number): void {
	const known = Object.entries(settings).filter(([name]) => name in campaign);
	Object.assign(campaign, Object.fromEntries(known));
	const { call_time_ranges: ranges } = campaign;
	// What Talkover shows for several windows is undocumented: here it is the first and the last time of the day.
	campaign.earliest_call_time = `${ranges.map(({ start }) => start).sort()[0]}:00`;
	campaign.latest_call_time = `${ranges
		.map(({ end }) => end)
		.sort()
		.at(-1)}:00`;
	campaign.updated_at = showTime(now);
}

/** The call in the format of make-campaign-call. */
export const showCampaignCall = (call: CampaignCall, now: number) => ({
	id: call.id,
	campaign_id: call.campaignId,
	to: call.to,
	status: call.statusAt(now),
	created_at: showTime(call.createdAt),
});

function countCalls(calls: CampaignCall[], now: number) {
	const count = (...statuses: string[]) =>
		calls.filter((call) => statuses.includes(call.statusAt(now))).length;
	const completed = count('completed');
	return {
		total_calls: calls.length,
		completed_calls: completed,
		failed_calls: count('failed', 'busy', 'no-answer'),
		success_rate: calls.length ? (completed / calls.length) * 100 : 0,
	};
}
