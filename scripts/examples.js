const { readFile, readdir } = require('node:fs/promises');
const path = require('node:path');
const { onChange } = require('./onChange');

/** @typedef {import('../test/realN8n/instance').Workflow & { id: string }} Example */

const folder = path.resolve(__dirname, '../examples');

/**
 * Imports the examples once, and again when they have changed: what the user did to them in between is kept.
 *
 * @param {import('../test/realN8n/instance').Instance} n8n
 * @returns {Promise<Example[]>}
 */
async function addExamples(n8n) {
	const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
	const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
	/** @type {Example[]} */
	const examples = texts.map((text) => JSON.parse(text));
	await onChange(n8n.folder, 'examples', texts.join(), () => n8n.importWorkflows(examples));
	return examples;
}

module.exports = { addExamples };
