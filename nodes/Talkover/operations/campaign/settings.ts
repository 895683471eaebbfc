import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { agentField } from '../../../shared/idFields';
import { titleCase } from '../../../shared/titleCase';
import { apiNameOf } from '../fields/apiName';
import { readDay } from '../fields/days';
import { readPhones } from '../fields/phoneField';
import * as doNotCall from './doNotCall';
import type { Setting } from './readSettings';
import * as schedule from './schedule';

export const CAMPAIGN_TYPES = ['sales', 'follow_up', 'reminder', 'custom'];

const setting = (
	field: INodeProperties,
	read: Setting['read'],
	name = apiNameOf(field),
): Setting => ({ field, read, name });

const text = (field: Omit<INodeProperties, 'type' | 'default'>) =>
	setting({ ...field, type: 'string', default: '' }, (parameters, own) => parameters.text(own));

const day = (field: INodeProperties) =>
	setting(field, (parameters, own) => readDay(parameters, own));

const boolean = (field: INodeProperties) =>
	setting(field, (parameters, own) => parameters.boolean(own));

const option = (field: INodeProperties) =>
	setting(field, (parameters, own) => parameters.option(own));

const whether = (displayName: string, name: string, description: string) =>
	boolean({ displayName, name, type: 'boolean', default: false, description });

/** A whole number. */
const number = (
	displayName: string,
	name: string,
	defaultValue: number,
	[minValue, maxValue]: [number, number?],
	description: string,
) =>
	setting(
		{
			displayName,
			name,
			type: 'number',
			typeOptions: { minValue, maxValue, numberPrecision: 0 },
			default: defaultValue,
			description,
		},
		(parameters, own) => parameters.number(own),
	);

const cooldown = (title: string, name: string, description: string, hours = 24) =>
	number(`${title} Cooldown (Hours)`, name, hours, [1, 168], description);

/** @param after what, if only then */
const callsAgain = (title: string, name: string, after = '') =>
	cooldown(title, name, `How long to wait before a person is called again${after}`);

/** The settings that a campaign must have, apart from its time zone. */
export const REQUIRED: Setting[] = [
	text({
		displayName: 'Name',
		name: 'name',
		required: true,
		placeholder: 'e.g. Spring Offer',
		description: 'The name of the campaign',
	}),
	option({
		displayName: 'Type',
		name: 'campaignType',
		type: 'options',
		options: CAMPAIGN_TYPES.map((value) => ({ name: titleCase(value), value })).sort((a, b) =>
			a.name.localeCompare(b.name, 'en'),
		),
		default: 'custom',
		description: 'What the campaign is for',
	}),
	setting({ ...agentField, description: 'The voice agent that calls' }, (parameters, own) =>
		parameters.id(own),
	),
	day(schedule.startDateField),
	setting(schedule.daysOfWeekField, schedule.readDaysOfWeek),
	setting(schedule.callHoursField, schedule.readCallHours, 'call_time_ranges'),
];

export const TIMEZONE = setting(schedule.timezoneField, schedule.readTimezone);

/** The settings that Talkover has defaults for. Those of numbers are documented, and the fields show them. */
export const OPTIONAL: Setting[] = [
	text({
		displayName: 'Description',
		name: 'description',
		description: 'What Talkover shows beside the name',
	}),
	day(schedule.endDateField),
	number(
		'Initial Call Delay (Seconds)',
		'initialCallDelay',
		0,
		[0],
		'How long Talkover waits before the first attempt',
	),
	number(
		'Max Retries',
		'maxRetries',
		3,
		[0, 10],
		'How often a person is called again who was not reached, at most',
	),
	callsAgain('Retry', 'retryCooldownHours'),
	callsAgain('Success', 'successCooldownHours', ' after a success'),
	callsAgain('Voicemail', 'voicemailCooldownHours', ' after a voicemail'),
	callsAgain('No Answer', 'noAnswerCooldownHours', ' after no answer'),
	callsAgain('Busy', 'busyCooldownHours', ' after a busy line'),
	callsAgain('Failed', 'failedCooldownHours', ' after a failed call'),
	whether(
		'Auto Complete',
		'autoComplete',
		'Whether the campaign becomes completed, which is final, once everybody is done',
	),
	whether(
		'Retry on No Conversion',
		'retryOnNoConversion',
		'Whether a person is also called again after a call without a conversion',
	),
	whether(
		'Enable Post-Completion Cooldown',
		'enablePostCompletionCooldown',
		'Whether other campaigns leave the people alone for a while after this one is completed',
	),
	cooldown(
		'Post-Completion',
		'postCompletionCooldownHours',
		'How long other campaigns leave the people alone',
		168,
	),
	boolean(doNotCall.useListField),
	option(doNotCall.listSourceField),
	setting(doNotCall.numbersField, readPhones),
	boolean(doNotCall.addToListField),
	setting(doNotCall.triggerStatusesField, doNotCall.readNames),
	setting(doNotCall.triggerErrorsField, doNotCall.readNames),
];

/** The panel's names of the settings, by the API's. */
export const FIELD_NAMES = Object.fromEntries(
	[...REQUIRED, TIMEZONE, ...OPTIONAL].map(({ name, field }) => [name, field.displayName]),
);

/**
 * @param isNew whether the settings that are not given have Talkover's defaults
 * @throws InputError when settings contradict each other
 */
export function checkSettings(settings: IDataObject, isNew: boolean): void {
	schedule.checkDates(settings);
	doNotCall.checkNumbersAreUsed(settings, isNew);
}
