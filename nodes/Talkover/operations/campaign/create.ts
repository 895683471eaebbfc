import type { INodeProperties } from 'n8n-workflow';
import { addCampaign, addUnlessNamed } from '../../../../api/campaigns/addCampaign';
import type { CampaignSettings } from '../../../../api/campaigns/addCampaign';
import { defineOperation } from '../operation';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';
import { defaultCountryOption } from '../fields/phoneField';
import { readAddedSettings, readSettings, settingsField } from './readSettings';
import { checkSettings, FIELD_NAMES, OPTIONAL, REQUIRED, TIMEZONE } from './settings';
import { simplifyCampaign } from './simplify';

const ADDITIONAL_FIELDS = settingsField(
	'Additional Fields',
	'additionalFields',
	OPTIONAL.map(({ field }) => field),
);

const SKIP_IF_NAME_EXISTS: INodeProperties = {
	displayName: 'Skip If Name Exists',
	name: 'skipIfNameExists',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether to return the campaign that already has exactly this name, whatever its status, instead of creating another',
};

export const createCampaign = defineOperation({
	resource: 'campaign',
	value: 'create',
	name: 'Create',
	action: 'Create campaign (a draft, which calls nobody)',
	description: 'Create a campaign as a draft. It calls nobody until Update Status makes it active.',
	outputs: { campaign: 'Campaign' },
	fields: [
		...REQUIRED.map(({ field }) => field),
		TIMEZONE.field,
		simplifyField,
		ADDITIONAL_FIELDS,
		optionsField([defaultCountryOption, SKIP_IF_NAME_EXISTS]),
	],
	async execute({ client, parameters, once }) {
		const show = readSimplify(parameters, simplifyCampaign);
		const skipsNames = parameters.options.boolean(SKIP_IF_NAME_EXISTS);
		const settings = {
			...readSettings(parameters, REQUIRED),
			[TIMEZONE.name]: TIMEZONE.read(parameters, TIMEZONE.field),
			...readAddedSettings(parameters.in(ADDITIONAL_FIELDS.name), OPTIONAL),
		} as CampaignSettings;
		checkSettings(settings, true);
		const create = skipsNames ? addUnlessNamed : addCampaign;
		const { result, byThisItem } = await once(
			// Each token is for an environment of its own, in which the name may be free.
			{ key: `create campaign ${client.id} ${settings.name}`, eachItem: !skipsNames },
			async () => await create(client, settings, FIELD_NAMES),
		);
		const { campaign, alreadyExists } = result;
		const json = { ...show(campaign), alreadyExists: !byThisItem || alreadyExists };
		return [{ output: 'campaign', json }];
	},
});
