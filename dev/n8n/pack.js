const { mkdtemp, readdir, rm } = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { npm } = require('./npm');

const project = path.resolve(__dirname, '../..');

/**
 * Packs the built project as npm would publish it.
 *
 * @returns {Promise<{ tarball: string, remove: () => Promise<void> }>} the path of the tarball, in its own folder
 * @throws {Error} with the end of npm's output
 */
async function packTarball() {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-pack-'));
	await npm(['pack', '--pack-destination', folder], { cwd: project });
	const [name] = await readdir(folder);
	return {
		tarball: path.join(folder, name),
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

module.exports = { packTarball };
