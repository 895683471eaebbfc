import type { IDataObject } from 'n8n-workflow';

/**
 * The most important fields of a campaign, without its calls and files, which may be thousands. They are ten at most, n8n's limit: some
 * pages of the API have the windows of the day in `call_time_ranges` and some the time of the first and last call.
 */
export function simplifyCampaign(campaign: IDataObject): IDataObject {
	const { call_time_ranges, earliest_call_time, latest_call_time } = campaign;
	return {
		id: campaign.id,
		name: campaign.name,
		status: campaign.status,
		agent_id: campaign.agent_id,
		start_date: campaign.start_date,
		end_date: campaign.end_date,
		days_of_week: campaign.days_of_week,
		...(call_time_ranges ? { call_time_ranges } : { earliest_call_time, latest_call_time }),
		timezone: campaign.timezone,
		stats: campaign.stats,
	};
}
