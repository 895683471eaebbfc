import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { npm } from './npm.cts';

export const project = path.resolve(__dirname, '../..');

/**
 * Packs the built project as npm would publish it.
 *
 * @returns the path of the tarball, in its own folder
 * @throws Error with the end of npm's output
 */
export async function packTarball({ signal }: { signal?: AbortSignal } = {}): Promise<{
	tarball: string;
	remove: () => Promise<void>;
}> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-talkover-pack-'));
	const remove = () => rm(folder, { recursive: true, force: true });
	try {
		await npm(['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: project, signal });
	} catch (error) {
		await remove();
		throw error;
	}
	const [name] = await readdir(folder);
	return { tarball: path.join(folder, name), remove };
}
