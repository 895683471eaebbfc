import type { IDataObject } from 'n8n-workflow';
import { isAgentNotFound, noSuchAgent } from '../agents/agents';
import type { Answer } from '../http/answers';
import { isId, objectOf } from '../http/answers';
import { TalkoverError } from '../errors';
import type { TalkoverClient } from '../http/client';
import { WholeLists } from '../lists';
import { show, trim } from '../text';

/** The API's names and values: `CreateCampaignRequest` in the contract. */
export interface CampaignSettings extends IDataObject {
	name: string;
	agent_id: string;
}

export type AddedCampaign = {
	/** As the API gives it. */
	campaign: IDataObject;
	/** Whether it existed before, so that nothing was created. */
	alreadyExists: boolean;
};

/** How many requests it may take to read all campaigns, twice if they have several pages. */
const MOST_REQUESTS = 100;

/**
 * Creates a campaign (endpoints/create-campaign). It is a draft, which dials nobody.
 *
 * @param fieldNames the builder's names of the settings: see {@link OneTimeAction}
 * @throws TalkoverError as {@link TalkoverClient.post} does
 */
export async function addCampaign(
	client: TalkoverClient,
	settings: CampaignSettings,
	fieldNames: Record<string, string>,
): Promise<AddedCampaign> {
	const { name, agent_id: agentId } = settings;
	return await client.post<AddedCampaign>({
		path: ['campaigns'],
		body: settings,
		readResult: (answer) => {
			const campaign = readCreated(answer);
			return campaign && { campaign, alreadyExists: false };
		},
		uncertainMessage: `The campaign ${show(name)} may have been created`,
		uncertainAdvice:
			"It is not created again. Look for it in Talkover, or run this in a new execution with the option 'Skip If Name Exists'.",
		notFound: (answer) => (isAgentNotFound(answer) ? noSuchAgent(agentId) : undefined),
		fieldNames,
	});
}

/**
 * Creates a campaign unless one has exactly its name, in whatever status. Talkover allows several of one name. The name is locked in the
 * whole process meanwhile.
 *
 * @throws TalkoverError when several campaigns have the name, or the list of all campaigns cannot be read to its end: then nothing is
 * created. And as {@link addCampaign} does
 */
export async function addUnlessNamed(
	client: TalkoverClient,
	settings: CampaignSettings,
	fieldNames: Record<string, string>,
): Promise<AddedCampaign> {
	const { name } = settings;
	return await client.withLock(`campaign ${client.installation} ${name}`, async () => {
		const [campaign, ...others] = await findNamed(client, name);
		if (others.length > 0) throw severalNamed(name, [campaign, ...others]);
		if (campaign) return { campaign, alreadyExists: true };
		return await addCampaign(client, settings, fieldNames);
	});
}

/** The API's search is not used: nothing documents how it reads special characters, and what it misses would be created again. */
async function findNamed(client: TalkoverClient, name: string): Promise<IDataObject[]> {
	const lists = new WholeLists(client, MOST_REQUESTS);
	const { items } = await lists.read({ path: ['campaigns'] });
	return items.filter(
		(campaign) => typeof campaign.name === 'string' && trim(campaign.name) === name,
	);
}

function severalNamed(name: string, campaigns: IDataObject[]): TalkoverError {
	const ids = campaigns.map(({ id }) => String(id)).join(', ');
	return new TalkoverError(`${campaigns.length} campaigns have the name ${show(name)}: ${ids}`, {
		advice:
			"Nothing was created. Rename all but one in Talkover, or turn off the option 'Skip If Name Exists'.",
	});
}

/** Undefined if the answer does not name what was created. */
function readCreated(answer: Answer): IDataObject | undefined {
	const campaign = objectOf(answer);
	return isId(campaign?.id) ? campaign : undefined;
}
