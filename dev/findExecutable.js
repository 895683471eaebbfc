const { accessSync, constants } = require('node:fs');
const path = require('node:path');

/**
 * @param {string[]} names of programs, the best first
 * @param {string[]} folders in which to look for them, the best first
 * @returns {string | undefined} the path of the first program that is there and may be executed
 */
function findExecutable(names, folders) {
	const files = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
	return files.find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/**
 * @param {string} [searchPath] as in PATH, which is the default
 * @returns {string[]} its folders
 */
function foldersIn(searchPath = process.env.PATH ?? '') {
	return searchPath.split(path.delimiter).filter(Boolean);
}

module.exports = { findExecutable, foldersIn };
