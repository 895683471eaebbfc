const { readFile, readdir } = require('node:fs/promises');
const path = require('node:path');
const { onChange } = require('./onChange');

/** @typedef {import('../n8n/instance').Workflow & { id: string }} Example */

const folder = path.resolve(__dirname, '../../examples');

/** The example that the demo runs by itself. It must dial nobody, because Talkover may be the real one. */
const FIRST = 'talkoverCheckFirst';

/**
 * Imports the examples once, and again only if they have changed, so that changes by the user are kept.
 *
 * @param {import('../n8n/instance').Instance} n8n
 * @param {import('./talkover').Agent} agent to choose in the examples
 * @returns {Promise<Example[]>} first the one that dials nobody
 */
async function addExamples(n8n, agent) {
	const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
	const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
	/** @type {Example[]} */
	const examples = texts.map((text) => chooseAgent(JSON.parse(text), agent));
	await onChange(n8n.folder, 'examples', JSON.stringify(examples), () =>
		n8n.importWorkflows(examples),
	);
	return examples.sort((a, b) => Number(b.id === FIRST) - Number(a.id === FIRST));
}

/**
 * Chooses an agent in all nodes of an example that have none. In the files none is chosen, so that n8n asks the user to choose one.
 *
 * @template {import('../n8n/instance').Workflow} W
 * @param {W} example
 * @param {import('./talkover').Agent} agent
 * @returns {W} a copy
 */
function chooseAgent(example, agent) {
	const copy = structuredClone(example);
	const cachedResultName = agent.label ? `${agent.label} (${agent.name})` : agent.name;
	for (const { parameters } of copy.nodes) {
		if (parameters.agentId?.value === '') {
			parameters.agentId = { __rl: true, mode: 'list', value: agent.id, cachedResultName };
		}
	}
	return copy;
}

module.exports = { addExamples, chooseAgent };
