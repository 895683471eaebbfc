import type { INodeProperties } from 'n8n-workflow';
import { setCampaignStatus } from '../../../../api/campaigns/campaignStatus';
import type { CampaignStatus } from '../../../../api/campaigns/campaignStatus';
import { campaignField } from '../../../shared/idFields';
import { titleCase } from '../../../shared/titleCase';
import { defineOperation } from '../operation';
import { notice } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { checkIsSet } from './readSettings';

/** The statuses that a campaign can be given, as the drop-down shows them. */
const DESCRIPTIONS: Record<Exclude<CampaignStatus, 'draft'>, string> = {
	active: 'Start or resume the campaign: it rings real phones in its hours',
	paused: 'Make no new calls. Calls in progress continue.',
	completed: 'End the campaign as done. This is final.',
	cancelled: 'Cancel the campaign. This is final.',
};

const STATUS: INodeProperties = {
	displayName: 'Status',
	name: 'status',
	type: 'options',
	options: Object.entries(DESCRIPTIONS).map(([value, description]) => ({
		name: titleCase(value),
		value,
		description,
	})),
	default: 'paused',
	description: 'The new status of the campaign',
};

const shownFor = (status: CampaignStatus) => ({ show: { status: [status] } });

const NOTICES = [
	notice(
		'startNotice',
		'Starting a campaign rings real phones, even when you click Execute step',
		shownFor('active'),
	),
	notice(
		'completeNotice',
		'Completing a campaign is final: it can never be started again',
		shownFor('completed'),
	),
	notice(
		'cancelNotice',
		'Canceling a campaign cannot be undone: it can never be started again',
		shownFor('cancelled'),
	),
];

export const updateCampaignStatus = defineOperation({
	resource: 'campaign',
	value: 'updateStatus',
	name: 'Update Status',
	action: 'Update campaign status (starting rings real phones)',
	description:
		'Start, pause, complete or cancel a campaign. Starting it rings real phones; completing and canceling it are final.',
	outputs: { campaign: 'Campaign' },
	fields: [
		{ ...campaignField, description: 'The campaign whose status to change' },
		STATUS,
		...NOTICES,
		optionsField(),
	],
	async execute({ client, parameters, once }) {
		const campaignId = parameters.id(campaignField);
		checkIsSet(parameters, STATUS);
		const status = parameters.option(STATUS);
		const { result: campaign, byThisItem } = await once(
			{ key: `status ${campaignId}`, value: status },
			async () => await setCampaignStatus(client, campaignId, status),
		);
		const alreadySet = !byThisItem || campaign.alreadySet;
		return [{ output: 'campaign', json: { ...campaign, alreadySet } }];
	},
});
