const { readdir } = require('node:fs/promises');
const path = require('node:path');
const { findExecutable, foldersIn } = require('../../findExecutable');

/** Debian and Ubuntu install PostgreSQL here, one folder for each version, and leave most of its programs out of PATH. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/**
 * Finds a program of Redis or PostgreSQL.
 *
 * @param {string} name
 * @param {string} [folder] where it must be; default: in PATH, or else with the newest installed PostgreSQL
 * @returns {Promise<string>} its path
 * @throws {Error} with the command that installs it
 */
async function findProgram(name, folder) {
	const folders = folder ? [folder] : [...foldersIn(), ...(await postgresFolders())];
	const found = findExecutable([name], folders);
	if (found) return found;
	throw new Error(
		`The program "${name}" is not installed. On Debian and Ubuntu, this installs it: apt-get install postgresql redis-server`,
	);
}

/** @returns {Promise<string[]>} the newest version first */
async function postgresFolders() {
	const versions = await readdir(POSTGRES_VERSIONS).catch(() => []);
	return versions
		.sort((one, other) => Number(other) - Number(one))
		.map((version) => path.join(POSTGRES_VERSIONS, version, 'bin'));
}

module.exports = { findProgram };
