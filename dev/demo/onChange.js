const { createHash } = require('node:crypto');
const { readFile, writeFile } = require('node:fs/promises');
const path = require('node:path');

/**
 * Runs an action only if its input has changed since the action last ran for this folder.
 *
 * @param {string} folder
 * @param {string} name of the action, for the file that keeps the hash
 * @param {string | Buffer} content the input of the action
 * @param {() => Promise<unknown>} action
 */
async function onChange(folder, name, content, action) {
	const file = path.join(folder, `${name}.sha256`);
	const hash = createHash('sha256').update(content).digest('hex');
	if ((await readFile(file, 'utf8').catch(() => '')) === hash) return;
	await action();
	await writeFile(file, hash);
}

module.exports = { onChange };
