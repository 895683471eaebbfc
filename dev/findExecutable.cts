import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/**
 * @param names of programs, the best first
 * @param folders in which to look for them, the best first
 * @returns the path of the first program that is there and may be executed
 */
export function findExecutable(names: string[], folders: string[]): string | undefined {
	const files = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
	return files.find(isExecutable);
}

function isExecutable(file: string) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/**
 * @param searchPath as in PATH, which is the default
 * @returns its folders
 */
export function foldersIn(searchPath: string = process.env.PATH ?? ''): string[] {
	return searchPath.split(path.delimiter).filter(Boolean);
}
