import type { IDataObject } from 'n8n-workflow';
import { listAll } from '../../../../api/lists';
import {
	choiceFilter,
	filtersField,
	manyFields,
	readFilters,
	readLimit,
	searchFilter,
} from '../fields/manyFields';
import { defineOperation } from '../operation';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { optionsField } from '../fields/options';

const TYPES = ['voice', 'sms', 'whatsapp', 'mms', 'fax'];
const TYPE_NAMES = { sms: 'SMS', whatsapp: 'WhatsApp', mms: 'MMS' };

/** A choice, and not a boolean, so that an expression that is empty filters nothing, as in the other filters. */
const yesOrNo = (displayName: string, name: string, description: string) =>
	choiceFilter(displayName, name, ['true', 'false'], description, { true: 'Yes', false: 'No' });

const API_FILTERS = [
	yesOrNo('Has Voice', 'hasVoice', 'Whether the number can be used for calls'),
	yesOrNo('Has WhatsApp', 'hasWhatsapp', 'Whether the number can be used for WhatsApp'),
	searchFilter('A phone number, or its ID'),
	choiceFilter('Type', 'type', TYPES, 'What the number is for', TYPE_NAMES),
];

export const getManyPhoneNumbers = defineOperation({
	resource: 'phoneNumber',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many phone numbers',
	description: 'Retrieve a list of phone numbers',
	outputs: { phoneNumbers: 'Phone Numbers' },
	emptyHint: () => 'No phone numbers match the filters.',
	fields: [...manyFields, simplifyField, filtersField(API_FILTERS), optionsField()],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyPhoneNumber);
		const list = { path: ['phone-numbers'], query: readFilters(parameters, API_FILTERS) };
		// Only the published openapi.json has pages; elsewhere, one answer has the whole list.
		const numbers = await listAll(client, list, readLimit(parameters));
		return numbers.map((number) => ({
			output: 'phoneNumbers',
			json: show(number),
		}));
	},
});

/** The most important fields of a phone number: ten, n8n's limit. Only the published openapi.json calls the country `country`. */
function simplifyPhoneNumber(number: IDataObject): IDataObject {
	return {
		id: number.id,
		number: number.number,
		country_code: number.country_code ?? number.country,
		type: number.type,
		has_voice: number.has_voice,
		has_sms: number.has_sms,
		has_whatsapp: number.has_whatsapp,
		current_status: number.current_status,
		is_sandbox: number.is_sandbox,
		renewal_date: number.renewal_date,
	};
}
