import type { IDataObject } from 'n8n-workflow';

/** The most important fields of a campaign, without its calls and files, which may be thousands. */
export function simplifyCampaign(campaign: IDataObject): IDataObject {
	return {
		id: campaign.id,
		name: campaign.name,
		status: campaign.status,
		campaign_type: campaign.campaign_type,
		agent_id: campaign.agent_id,
		days_of_week: campaign.days_of_week,
		earliest_call_time: campaign.earliest_call_time,
		latest_call_time: campaign.latest_call_time,
		timezone: campaign.timezone,
		stats: campaign.stats,
	};
}
