import type { INodeProperties } from 'n8n-workflow';
import { retryDelivery } from '../../../../api/webhooks/deliveries';
import { optionsField } from '../fields/options';
import { readWebhook, webhookFields } from '../fields/webhookFields';
import { defineOperation } from '../operation';

const DELIVERY_ID: INodeProperties = {
	displayName: 'Delivery ID',
	name: 'deliveryId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 550e8400-e29b-41d4-a716-446655440000',
	description: 'The ID of the delivery, from Get Many',
};

export const retryWebhookDelivery = defineOperation({
	resource: 'webhookDelivery',
	value: 'retry',
	name: 'Retry',
	action: 'Retry webhook delivery',
	description: 'Have Talkover send a failed delivery again. The receiver gets the event once more.',
	outputs: { delivery: 'Delivery' },
	fields: [...webhookFields, DELIVERY_ID, optionsField()],
	async execute({ client, parameters, once }) {
		const webhook = readWebhook(parameters);
		const deliveryId = parameters.id(DELIVERY_ID);
		const { owner } = webhook;
		const { result, byThisItem } = await once(
			{ key: `retry ${owner.kind} ${owner.id} ${webhook.id} ${deliveryId}` },
			async () => await retryDelivery(client, webhook, deliveryId),
		);
		const isRepeated = result.retried && !byThisItem;
		const retry = isRepeated ? { retried: false, reason: 'retried_in_this_run' } : {};
		return [{ output: 'delivery', json: { id: deliveryId, ...result, ...retry } }];
	},
});
