const { readFile } = require('node:fs/promises');
const { gunzipSync } = require('node:zlib');
const { withLock } = require('../n8n/lock');
const { npm } = require('../n8n/npm');
const { packTarball, project } = require('../n8n/pack');
const { onChange } = require('./onChange');

/**
 * Builds and packs the node, in one process at a time: the build begins by removing the former one.
 *
 * @param {object} options
 * @param {(message: string) => void} options.onProgress called when it waits for another process
 * @param {AbortSignal} options.signal
 * @returns {ReturnType<typeof packTarball>}
 * @throws {Error} with the output of the build or of npm
 */
async function buildNode({ onProgress, signal }) {
	const onWait = () => onProgress('another process is building it');
	return await withLock(project, { onWait, signal }, async () => {
		await npm(['run', 'build', '--silent'], { cwd: project, signal });
		return await packTarball({ signal });
	});
}

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

module.exports = { buildNode, installNode };
