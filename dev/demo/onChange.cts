import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Runs an action only if its input has changed since the action last ran for this folder.
 *
 * @param name of the action, for the file that keeps the hash
 * @param content the input of the action
 */
export async function onChange(
	folder: string,
	name: string,
	content: string | Buffer,
	action: () => Promise<unknown>,
) {
	const file = hashFile(folder, name);
	const hash = createHash('sha256').update(content).digest('hex');
	if ((await readFile(file, 'utf8').catch(() => '')) === hash) return;
	// An action that fails may leave half of its work.
	await forget(folder, name);
	await action();
	await writeFile(file, hash);
}

/** Makes {@link onChange} run the action the next time in any case. */
export async function forget(folder: string, name: string) {
	await rm(hashFile(folder, name), { force: true });
}

const hashFile = (folder: string, name: string) => path.join(folder, `${name}.sha256`);
