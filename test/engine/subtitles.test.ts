import { expect, test } from '@jest/globals';
import type { IDataObject, INode } from 'n8n-workflow';
import { hostOf } from '../helpers/engine';

/** The text under a node's name, as n8n's editor evaluates it. */
function subtitleOf(type: string, parameters: IDataObject): unknown {
	const node = { id: '1', name: 'Node', type, typeVersion: 1, position: [0, 0], parameters };
	const { workflow } = hostOf({ nodes: [node as INode], connections: {} });
	const { description } = workflow.nodeTypes.getByNameAndVersion(type);
	const { subtitle } = description;
	return workflow.expression.getSimpleParameterValue(workflow.nodes.Node, subtitle, 'internal', {});
}

test.each([
	[{}, 'Get Active Call'],
	[{ operation: 'getAll' }, 'Get Many: Call'],
	[{ resource: 'campaign', operation: 'makeCampaignCall' }, 'Make Campaign Call'],
	[{ resource: 'phoneNumber' }, 'Get Many: Phone Number'],
])('the node with %j is "%s"', (parameters, subtitle) => {
	expect(subtitleOf('n8n-nodes-talkover.talkover', parameters)).toBe(subtitle);
});

test.each([
	[{}, 'Phone Call Ended'],
	[{ events: ['event_recording', 'event_new'] }, 'Recording, event_new'],
	[{ source: 'campaign' }, 'Campaign Call Completed'],
	[{ source: 'campaign', campaignEvents: ['campaign.paused'] }, 'Campaign Paused'],
])('the trigger with %j is "%s"', (parameters, subtitle) => {
	expect(subtitleOf('n8n-nodes-talkover.talkoverTrigger', parameters)).toBe(subtitle);
});
