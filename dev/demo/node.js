const { readFile } = require('node:fs/promises');
const { gunzipSync } = require('node:zlib');
const { onChange } = require('./onChange');

/**
 * Installs the packed node, unless the same one is installed already.
 *
 * @param {import('../n8n/instance').Instance} n8n
 * @param {string} tarball
 */
async function installNode(n8n, tarball) {
	const content = gunzipSync(await readFile(tarball));
	await onChange(n8n.folder, 'node', content, () => n8n.installPackage(tarball));
}

module.exports = { installNode };
