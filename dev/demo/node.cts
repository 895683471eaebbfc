import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { watch } from 'chokidar';
import type { Instance } from '../n8n/instance.cts';
import { npm } from '../n8n/npm.cts';
import { packTarball, project } from '../n8n/pack.cts';
import { forget, onChange } from './onChange.cts';

/** What the build reads. */
const SOURCES = ['api', 'credentials', 'icons', 'nodes'].map((name) => path.join(project, name));

/**
 * Builds and packs the node.
 *
 * @throws Error with the output of the build or of npm
 */
export async function buildNode(signal: AbortSignal): ReturnType<typeof packTarball> {
	await npm(['run', 'build', '--silent'], { cwd: project, signal });
	return await packTarball({ signal });
}

/** Installs the packed node, unless the same one is installed already. */
export async function installNode(n8n: Instance, tarball: string) {
	const content = gunzipSync(await readFile(tarball));
	await onChange(n8n.folder, 'node', content, () => n8n.installPackage(tarball));
}

/**
 * Builds the node again when one of its files changes, and copies it into n8n, which loads it if it runs with N8N_DEV_RELOAD.
 *
 * @returns ends this
 */
export function watchNode(n8n: Instance, signal: AbortSignal): () => Promise<void> {
	let updates = Promise.resolve();
	let isPlanned = false;
	const update = async () => {
		isPlanned = false;
		try {
			await npm(['exec', '--', 'gulp', '-L'], { cwd: project, signal });
			// The next start must install the node, because this is not the one that it knows.
			await forget(n8n.folder, 'node');
			await cp(
				path.join(project, 'dist'),
				path.join(n8n.packageFolder('n8n-nodes-talkover'), 'dist'),
				{
					recursive: true,
				},
			);
			console.log('The node is built again.');
		} catch (error) {
			if (!signal.aborted) console.error((error as Error).message);
		}
	};
	const watcher = watch(SOURCES, { ignoreInitial: true }).on('all', () => {
		if (isPlanned) return;
		isPlanned = true;
		updates = updates.then(update);
	});
	return async () => {
		await watcher.close();
		await updates;
	};
}
