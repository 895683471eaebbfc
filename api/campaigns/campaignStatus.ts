import type { IDataObject } from 'n8n-workflow';
import type { Answer } from '../http/answers';
import { objectOf } from '../http/answers';
import { fetchCampaign, noSuchCampaign } from './campaigns';
import { changeState } from '../http/changeState';
import type { TalkoverClient } from '../http/client';
import type { TalkoverError } from '../errors';

export interface UpdatedCampaign extends IDataObject {
	status: string;
	/** Whether the campaign had the status before the last request. */
	alreadySet: boolean;
}

export type CampaignStatus = 'draft' | 'active' | 'paused' | 'completed' | 'cancelled';

/** The statuses that a campaign may change to, by its status (endpoints/update-campaign-status). */
const TRANSITIONS = new Map<string, string[]>(
	Object.entries({
		draft: ['active', 'cancelled'],
		active: ['paused', 'completed', 'cancelled'],
		paused: ['active', 'completed', 'cancelled'],
		completed: [],
		cancelled: [],
	} satisfies Record<CampaignStatus, CampaignStatus[]>),
);

export const CAMPAIGN_STATUSES = [...TRANSITIONS.keys()];

/** Whether a campaign dials nobody any more, and never will. One with an undocumented status may go on. */
export function isFinal({ status }: IDataObject): boolean {
	return TRANSITIONS.get(String(status))?.length === 0;
}

/**
 * Changes the status of a campaign (endpoints/update-campaign-status). Succeeds if the campaign already has the status.
 *
 * @throws TalkoverError as {@link changeState} does
 */
export async function setCampaignStatus(
	client: TalkoverClient,
	campaignId: string,
	status: string,
): Promise<UpdatedCampaign> {
	return await changeState<UpdatedCampaign>(client, {
		request: { method: 'PATCH', path: ['campaigns', campaignId, 'status'], body: { status } },
		readResult: (answer) => {
			const updated = readUpdated(answer, status);
			return updated && { id: campaignId, ...updated, status, alreadySet: false };
		},
		// What happens if the campaign already has the status is undocumented. The Portuguese page also refuses `completed` while calls
		// are left. The message may be translated, so this fetches the campaign to find the reason.
		afterRefusal: async (refusal) => {
			const campaign = await fetchCampaign(client, campaignId, { isFresh: true });
			if (campaign.status !== status)
				throw explainRefusal(refusal, campaignId, campaign.status, status);
			const { updated_at } = campaign;
			return { id: campaignId, status, ...(updated_at && { updated_at }), alreadySet: true };
		},
		uncertainMessage: `The campaign "${campaignId}" may have become ${status}`,
		uncertainAdvice: 'Run this again: it succeeds if the campaign already has the status.',
		notFound: noSuchCampaign(campaignId),
	});
}

/** The API's fields of the campaign; undefined if the answer does not say that the campaign has the status. */
function readUpdated(answer: Answer, status: string): IDataObject | undefined {
	const data = objectOf(answer);
	return data && (data.status ?? status) === status ? data : undefined;
}

/** The refusal with the status of the campaign, and the statuses that it may change to. */
function explainRefusal(
	refusal: TalkoverError,
	campaignId: string,
	from: unknown,
	status: string,
): TalkoverError {
	const next = typeof from === 'string' ? TRANSITIONS.get(from) : undefined;
	if (!next || next.includes(status)) {
		const has = typeof from === 'string' ? from : 'of unknown status';
		return refusal.as(`The campaign "${campaignId}" is ${has}: ${refusal.message}`);
	}
	const advice =
		next.length > 0
			? `It may become ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(next)}.`
			: 'This status is final. Choose another campaign, or create one with Campaign: Create.';
	return refusal.as(
		`The campaign "${campaignId}" is ${from as string}, so it cannot become ${status}`,
		advice,
	);
}
