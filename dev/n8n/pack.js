const { mkdtemp, readdir, rm } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { npm } = require('./npm');

const project = path.resolve(__dirname, '../..');

/**
 * Packs the built project as npm would publish it.
 *
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<{ tarball: string, remove: () => Promise<void> }>} the path of the tarball, in its own folder
 * @throws {Error} with the end of npm's output
 */
async function packTarball({ signal } = {}) {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-pack-'));
	const remove = () => rm(folder, { recursive: true, force: true });
	try {
		await npm(['pack', '--pack-destination', folder], { cwd: project, signal });
	} catch (error) {
		await remove();
		throw error;
	}
	const [name] = await readdir(folder);
	return { tarball: path.join(folder, name), remove };
}

module.exports = { packTarball, project };
