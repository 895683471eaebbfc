import { expect, test } from '@jest/globals';
import type { OperationName } from '../../helpers/runOperation';
import { runOperation } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';
import { wireTalkover } from '../../helpers/wire';

mockWire();

const SETTINGS = {
	name: 'Summer',
	startDate: '2026-06-01',
	callHours: { ranges: [{ start: '09:00', end: '12:00' }] },
};

test.each<[OperationName, string, string, object]>([
	['call.makeCall', 'options', 'Options', { skipIfCalledWithin: 24 }],
	['call.getAll', 'filters', 'Filters', { phone: phoneOf(1) }],
	['phoneNumber.getAll', 'filters', 'Filters', { hasVoice: 'true' }],
	['campaign.create', 'options', 'Options', { skipIfNameExists: true }],
	['campaign.create', 'additionalFields', 'Additional Fields', { doNotCallEnabled: true }],
	['campaign.update', 'updateFields', 'Update Fields', { clearEndDate: false }],
])(
	'%s: one expression for the collection %s is an error, since n8n would ignore all that is in it',
	async (operation, collection, title, given) => {
		const talkover = wireTalkover();
		const { error } = await runOperation(operation, {
			items: [{ json: { phone: phoneOf(1), given: { ...given } } }],
			parameters: { ...SETTINGS, [collection]: '={{ $json.given }}' },
		});
		expect(error).toMatchObject({
			message: `'${title}' cannot be "={{ $json.given }}"`,
			description: expect.stringContaining('each with an expression of its own'),
		});
		expect(talkover.requests).toEqual([]);
	},
);
