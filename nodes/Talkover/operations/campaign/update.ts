import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { changeCampaign } from '../../../../api/campaigns/changeCampaign';
import { InputError } from '../../../../api/errors';
import { campaignField } from '../../../shared/idFields';
import { defineOperation } from '../operation';
import type { ItemParameters } from '../itemParameters';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { defaultCountryOption } from '../fields/phoneField';
import { checkIsSet, readAddedSettings, settingsField } from './readSettings';
import { endDateField } from './schedule';
import { checkSettings, FIELD_NAMES, OPTIONAL, REQUIRED, TIMEZONE } from './settings';
import { simplifyCampaign } from './simplify';

const SETTINGS = [...REQUIRED, TIMEZONE, ...OPTIONAL];

/** Of its own: an End Date that is empty may be a mistake, and the campaign would call without end. */
const CLEAR_END_DATE: INodeProperties = {
	displayName: 'Clear End Date',
	name: 'clearEndDate',
	type: 'boolean',
	default: true,
	description: 'Whether to remove the end date, so that the campaign goes on without end',
};

const UPDATE_FIELDS = settingsField('Update Fields', 'updateFields', [
	...SETTINGS.map(({ field }) => field),
	CLEAR_END_DATE,
]);

export const updateCampaign = defineOperation({
	resource: 'campaign',
	value: 'update',
	name: 'Update',
	action: 'Update campaign settings',
	description: 'Change settings of a campaign, such as its call hours. The others stay.',
	outputs: { campaign: 'Campaign' },
	fields: [
		{ ...campaignField, description: 'The campaign to change' },
		UPDATE_FIELDS,
		simplifyField,
		optionsField([defaultCountryOption]),
	],
	async execute({ client, parameters, once }) {
		const show = readSimplify(parameters, simplifyCampaign);
		const campaignId = parameters.id(campaignField);
		const settings = readChanges(parameters.in(UPDATE_FIELDS.name));
		const { result: campaign } = await once(
			// Not the settings themselves: n8n saves this, and they may have thousands of phone numbers.
			{ key: `update ${campaignId}`, value: client.sign(JSON.stringify(settings)) },
			async () => await changeCampaign(client, campaignId, settings, FIELD_NAMES),
		);
		return [{ output: 'campaign', json: show(campaign) }];
	},
});

/** @throws InputError also when there is nothing to change */
function readChanges(fields: ItemParameters): IDataObject {
	const settings = readAddedSettings(fields, SETTINGS);
	const clearsEndDate = fields.isAdded(CLEAR_END_DATE);
	if (clearsEndDate) checkIsSet(fields, CLEAR_END_DATE);
	if (clearsEndDate && fields.boolean(CLEAR_END_DATE)) {
		if (settings.end_date !== undefined) {
			throw new InputError(
				`'${endDateField.displayName}' (${String(settings.end_date)}) and '${CLEAR_END_DATE.displayName}' contradict each other`,
				'Remove one of the two.',
			);
		}
		settings.end_date = null;
	}
	if (Object.keys(settings).length === 0) {
		throw new InputError(
			'There is nothing to change',
			`Add what to change under '${UPDATE_FIELDS.displayName}'.`,
		);
	}
	checkSettings(settings, false);
	return settings;
}
