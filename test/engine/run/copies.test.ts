import { expect, test } from '@jest/globals';
import nock from 'nock';
import { BASE_URL } from '../../helpers/engine';
import { runOperation } from '../../helpers/runOperation';
import type { OperationName } from '../../helpers/runOperation';
import { mockWire, phoneOf } from '../../helpers/talkover';

mockWire();

const CALL = {
	id: 'call-1',
	to: phoneOf(1),
	status: 'completed',
	created_at: '2026-01-01T12:00:00Z',
	more: { deep: ['x'] },
};

/** All objects and lists in a value, and the value itself. */
function objectsIn(value: unknown): object[] {
	if (typeof value !== 'object' || value === null) return [];
	return [value, ...Object.values(value).flatMap(objectsIn)];
}

test.each<OperationName>([
	'agent.get',
	'call.endCall',
	'call.getActiveCall',
	'call.makeCall',
	'call.waitForEnd',
	'campaign.getCalls',
	'campaign.makeCampaignCall',
	'campaign.waitForEnd',
])('%s: items share no object, since a later node may change one in place', async (name) => {
	const data = { ...CALL, id: 'campaign-1', calls: [CALL], stats: { total_calls: 1 } };
	nock(BASE_URL)
		.persist()
		.get(/active-call/)
		.reply(200, { success: true, data: name === 'call.getActiveCall' ? [CALL] : [] })
		.get(/\/calls/)
		.reply(200, { success: true, data: [CALL], meta: { last_page: 1 } })
		.get('/agents/agent-1')
		.reply(200, { success: true, data: { ...data, id: 'agent-1' } })
		.get('/campaigns/campaign-1')
		.reply(200, { success: true, data })
		.post(/./)
		.reply(200, { success: true, data: CALL });
	const item = { json: { phone: phoneOf(1), call: 'call-1' } };
	const run = await runOperation(name, {
		items: [item, item],
		parameters: { simplify: false },
		plainOutputs: true,
	});
	const items = [0, 1].flatMap((output) => run.items('Talkover', output));
	const objects = items.flatMap(({ json }) => objectsIn(json));
	expect(items).toHaveLength(2);
	expect(objects).toHaveLength(new Set(objects).size);
	expect(objects.length).toBeGreaterThanOrEqual(6);
});
