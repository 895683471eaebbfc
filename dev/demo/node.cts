import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Instance } from '../n8n/instance.cts';
import { npm } from '../n8n/npm.cts';
import { packTarball, project } from '../n8n/pack.cts';
import { onChange } from './onChange.cts';

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
