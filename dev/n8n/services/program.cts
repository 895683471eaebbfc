import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { findExecutable, foldersIn } from '../../findExecutable.cts';

/** Debian and Ubuntu install PostgreSQL here, one folder for each version, and leave most of its programs out of PATH. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/**
 * Finds a program of Redis or PostgreSQL.
 *
 * @param folder where it must be; default: in PATH, or else with the newest installed PostgreSQL
 * @returns its path
 * @throws Error with the command that installs it
 */
export async function findProgram(name: string, folder?: string): Promise<string> {
	const folders = folder ? [folder] : [...foldersIn(), ...(await postgresFolders())];
	const found = findExecutable([name], folders);
	if (found) return found;
	throw new Error(
		`The program "${name}" is not installed. On Debian and Ubuntu, this installs it: apt-get install postgresql redis-server`,
	);
}

/** @returns the newest version first */
async function postgresFolders(): Promise<string[]> {
	const versions = await readdir(POSTGRES_VERSIONS).catch(() => []);
	return versions
		.sort((one, other) => Number(other) - Number(one))
		.map((version) => path.join(POSTGRES_VERSIONS, version, 'bin'));
}
