import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Instance, Workflow } from '../n8n/instance.cts';
import type { DataTable } from '../n8n/restClient.cts';
import { onChange } from './onChange.cts';
import type { Agent, Campaign } from './talkover.cts';

export interface Example extends Workflow {
	id: string;
}

const folder = path.resolve(__dirname, '../../examples');

/** The example that the demo runs by itself. It must dial nobody, because Talkover may be the real one. */
const FIRST = 'talkoverCheckFirst';

/** What to choose in the examples. */
export interface Choice {
	agent: Agent;
	/** Left out if the user shall choose one. */
	campaign?: Campaign;
}

/** @returns the examples, first the one that dials nobody */
export async function readExamples(choice: Choice): Promise<Example[]> {
	const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
	const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
	const examples: Example[] = texts.map((text) => chooseIn(JSON.parse(text), choice));
	return examples.sort((a, b) => Number(b.id === FIRST) - Number(a.id === FIRST));
}

/** Imports the examples once, and again only if they have changed, so that changes by the user are kept. */
export async function addExamples(n8n: Instance, examples: Example[]): Promise<void> {
	await onChange(n8n.folder, 'examples', JSON.stringify(examples), () =>
		n8n.importWorkflows(examples),
	);
}

/**
 * Chooses a data table in all nodes of an example that have none.
 *
 * @returns a copy
 */
export function chooseTable<W extends Workflow>(example: W, { id, name }: DataTable): W {
	const copy = structuredClone(example);
	for (const { parameters } of copy.nodes) choose(parameters, 'dataTableId', id, name);
	return copy;
}

/** @param parameters of a node */
export const lacksTable = (parameters: Record<string, unknown>) =>
	isUnchosen(parameters, 'dataTableId');

/**
 * Chooses an agent and a campaign in all nodes of an example that have none. In the files none is chosen, so that n8n asks the user to
 * choose one.
 *
 * @returns a copy
 */
export function chooseIn<W extends Workflow>(example: W, { agent, campaign }: Choice): W {
	const copy = structuredClone(example);
	const agentName = agent.label ? `${agent.label} (${agent.name})` : agent.name;
	for (const { parameters } of copy.nodes) {
		choose(parameters, 'agentId', agent.id, agentName);
		if (campaign) choose(parameters, 'campaignId', campaign.id, campaign.name);
	}
	return copy;
}

/** @param name of a parameter that is chosen from a list */
function choose(
	parameters: Record<string, unknown>,
	name: string,
	value: string,
	cachedResultName: string,
): void {
	if (!isUnchosen(parameters, name)) return;
	parameters[name] = { __rl: true, mode: 'list', value, cachedResultName };
}

function isUnchosen(parameters: Record<string, unknown>, name: string): boolean {
	return (parameters[name] as { value: string } | undefined)?.value === '';
}
