import { expect, test } from '@jest/globals';
import { TalkoverTrigger } from '../../../nodes/TalkoverTrigger/TalkoverTrigger.node';
import { hostOf } from '../../helpers/engine';

/** The expression that tells n8n whether to leave a body unread (parseRequestBody, n8n 1.123.81 and 2.41.1). */
const IS_LEFT_UNREAD = '={{$parameter["options"]["binaryData"]}}';

const nodeOf = (typeVersion: number) => ({
	id: '1',
	name: 'Talkover Trigger',
	type: 'n8n-nodes-talkover.talkoverTrigger',
	typeVersion,
	position: [0, 0] as [number, number],
	parameters: {},
});

test('the node only has version 1, since n8n reads the body before the node in all other versions', () => {
	expect(new TalkoverTrigger().description.version).toBe(1);
});

test('n8n leaves the body unread by default', () => {
	const { workflow } = hostOf({ nodes: [nodeOf(1)], connections: {} });
	const node = workflow.nodes['Talkover Trigger'];
	const isLeftUnread = workflow.expression.getSimpleParameterValue(
		node,
		IS_LEFT_UNREAD,
		'webhook',
		{},
	);
	expect(isLeftUnread).toBe(true);
});
