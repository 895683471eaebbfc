const { createHash } = require('node:crypto');
const { readFile, writeFile } = require('node:fs/promises');
const path = require('node:path');

/**
 * Does something again only if what it is done with has changed since it was last done in this folder.
 *
 * @param {string} folder
 * @param {string} name of what is done
 * @param {string | Buffer} content what it is done with
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
