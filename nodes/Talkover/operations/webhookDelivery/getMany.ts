import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { createdAt, listAll } from '../../../../api/lists';
import {
	deliveriesOf,
	DELIVERY_STATUSES,
	fetchUndelivered,
} from '../../../../api/webhooks/deliveries';
import { AGENT_EVENTS, CAMPAIGN_EVENTS } from '../../../../api/webhooks/events';
import { eventTitle } from '../../../shared/titleCase';
import { readSimplify, simplifyField } from '../fields/commonFields';
import { choiceFilter, filtersField, manyFields, readLimit } from '../fields/manyFields';
import { optionsField } from '../fields/options';
import { readWebhook, webhookFields } from '../fields/webhookFields';
import type { ItemParameters } from '../itemParameters';
import { readTime } from '../fields/days';
import { defineOperation } from '../operation';

const EVENTS = [...new Set([...AGENT_EVENTS, ...CAMPAIGN_EVENTS].map(({ name }) => name))];

const AFTER: INodeProperties = {
	displayName: 'After',
	name: 'after',
	type: 'dateTime',
	default: '',
	description: 'Only deliveries from this time on. Talkover keeps them for 30 days.',
};

const ONLY_UNDELIVERED: INodeProperties = {
	displayName: 'Only Undelivered',
	name: 'onlyUndelivered',
	type: 'boolean',
	default: false,
	description:
		'Whether to return only events of which no attempt came through, each once, with its last attempt. Reads the whole list.',
};

const EVENT = choiceFilter(
	'Event',
	'event',
	EVENTS,
	'What happened',
	Object.fromEntries(EVENTS.map((name) => [name, eventTitle(name)])),
);

const STATUS = choiceFilter('Status', 'status', DELIVERY_STATUSES, 'What became of the delivery');

export const getManyDeliveries = defineOperation({
	resource: 'webhookDelivery',
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many webhook deliveries',
	description:
		'Retrieve a list of webhook deliveries with their bodies, or only of those that failed',
	outputs: { deliveries: 'Deliveries' },
	emptyHint: () => 'No deliveries match the filters.',
	fields: [
		...webhookFields,
		...manyFields,
		simplifyField,
		filtersField([AFTER, ONLY_UNDELIVERED, EVENT, STATUS]),
		optionsField(),
	],
	async execute({ client, parameters }) {
		const show = readSimplify(parameters, simplifyDelivery);
		const limit = readLimit(parameters);
		const isWanted = readIsWanted(parameters);
		const webhook = readWebhook(parameters);
		const present = (deliveries: IDataObject[]) =>
			deliveries.map((delivery) => ({
				output: 'deliveries' as const,
				json: show(delivery),
			}));
		if (!parameters.filters.boolean(ONLY_UNDELIVERED)) {
			return present(await listAll(client, deliveriesOf(webhook), limit, isWanted));
		}
		const { certain, unclear } = await fetchUndelivered(client, webhook);
		for (const { id } of isWanted ? unclear.filter(isWanted) : unclear) {
			parameters.hint(
				"Left out, because Talkover does not show the bodies of all attempts, and another attempt of the same event may have come through: …. To see them, use the filter 'Status' instead of 'Only Undelivered'.",
				String(id),
			);
		}
		return present((isWanted ? certain.filter(isWanted) : certain).slice(0, limit));
	},
});

/** @returns undefined if no filter is set */
function readIsWanted(
	parameters: ItemParameters,
): ((delivery: IDataObject) => boolean) | undefined {
	const { filters } = parameters;
	// The API filters nothing here, so an unknown status must not find nothing. But it may have events that are not documented.
	const status = filters.option(STATUS);
	const event = filters.text(EVENT);
	const after = readTime(filters, AFTER);
	if (status === '' && event === '' && after === undefined) return undefined;
	return (delivery) =>
		(status === '' || delivery.status === status) &&
		(event === '' || delivery.event === event) &&
		!(after !== undefined && createdAt(delivery) < after);
}

/** The most important fields of a delivery: ten, n8n's limit. */
function simplifyDelivery(delivery: IDataObject): IDataObject {
	return {
		id: delivery.id,
		event: delivery.event,
		status: delivery.status,
		attempt: delivery.attempt,
		http_status: delivery.http_status,
		error: delivery.error,
		request_payload: delivery.request_payload,
		created_at: delivery.created_at,
		delivered_at: delivery.delivered_at,
		// Only with Only Undelivered.
		event_key: delivery.event_key,
	};
}
