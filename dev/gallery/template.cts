import type { Workflow, WorkflowNode } from '../n8n/instance.cts';

const NOTE = 'n8n-nodes-base.stickyNote';

/** Titles as the gallery wants them: what the workflow does, and with which nodes. By the file of the example. */
export const TITLES: Record<string, string> = {
	'answer-the-agent-during-a-call.json':
		"Answer a Talkover voice agent's questions from your data during a call",
	'call-and-go-on-when-ended.json': 'Call a lead with Talkover and continue when the call ends',
	'call-and-try-again-tomorrow.json':
		'Call leads with Talkover and retry unanswered calls the next day',
	'call-new-leads.json': 'Call new leads with Talkover AI voice agents, nobody twice in 24 hours',
	'campaign-outcome-on-record.json':
		'Send contacts through a Talkover campaign and save each outcome in a data table',
	'check-before-calling.json': 'Check which contacts are on a Talkover call before outreach',
	'hang-up-when-deal-closed.json': 'Hang up Talkover calls when a deal closes in your CRM',
	'log-ended-calls.json': 'Save the outcome of Talkover calls in a data table',
	'narrow-call-hours-on-holiday.json':
		'Shorten the call hours of a Talkover campaign on public holidays',
	'opening-hours.json': 'Open and close the phone line of a Talkover agent by schedule',
	'put-call-on-crm-record.json': 'Add the active Talkover call to CRM records',
	'put-transcript-on-crm-record.json': 'Add transcripts of Talkover calls to CRM records',
	'redeliver-missed-events.json': 'Recover Talkover events that n8n missed while it was down',
};

/**
 * An example as a template: without IDs and credentials, and with a note on what it needs.
 *
 * @param name of the example's file
 * @returns a copy
 */
export function templateOf(name: string, { nodes, connections }: Workflow) {
	const isReached = nodes.some(({ type }) => /talkoverTrigger$|\.webhook$/.test(type));
	return {
		name: TITLES[name],
		nodes: [needs(nodes, isReached), ...nodes.map(({ credentials: _, ...node }) => node)],
		connections,
		settings: { executionOrder: 'v1' },
		meta: { templateCredsSetupCompleted: false },
	};
}

/** A white note above all others. */
function needs(nodes: WorkflowNode[], isReached: boolean) {
	const top = Math.min(...nodes.map(({ position = [0, 0] }) => position[1]));
	const left = Math.min(...nodes.map(({ position = [0, 0] }) => position[0]));
	const content = [
		'## Needs',
		'- **Self-hosted n8n** with the community node `n8n-nodes-talkover`',
		'- A Talkover account with an agent, and its environment token',
		...(isReached ? ['- A public https address, at which Talkover or your CRM reaches n8n'] : []),
		'',
		'Calls ring real phones and use credits.',
	].join('\n');
	const height = 240;
	return {
		id: 'needs',
		name: 'Needs',
		type: NOTE,
		typeVersion: 1,
		position: [left, top - height - 40],
		parameters: { content, height, width: 480, color: 7 },
	};
}
